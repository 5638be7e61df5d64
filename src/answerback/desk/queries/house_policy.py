"""The policy that comes with the house; it holds where a brand's own says nothing."""

from functools import cache
from importlib.resources import files

from answerback.domain.triage.policy import Policy, parse_policy

_FILE = files("answerback.domain.triage") / "default_policy.toml"


@cache
def house_policy_text() -> str:
    """Return the house's own policy as it is written, with its comments."""
    return _FILE.read_text(encoding="utf-8")


@cache
def house_policy() -> Policy:
    """Return the house's own policy."""
    return parse_policy(house_policy_text(), file=_FILE.name)
