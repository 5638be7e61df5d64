"""Which replies another person looks at before they go out, and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from answerback.domain.records.reading import Kind
from answerback.domain.records.reply import Check
from answerback.domain.records.role import RIGHTS, Right, Role
from answerback.domain.triage.toml_text import Table

APPROVAL_KEYS: Final = (
    "always",
    "roles",
    "new_people_days",
    "on_findings",
    "kinds",
    "queues",
    "risks",
    "followers_from",
)
_A_YEAR: Final = 366
_MOST_FOLLOWERS: Final = 10_000_000_000
#: The share of the time to the deadline after which a waiting approval is told to the leads.
_QUARTER: Final = 4
#: So long an approval may wait where no deadline runs, or it has passed.
_PATIENCE: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """When a reply needs another person's yes: any of these is enough."""

    always: bool = False
    roles: tuple[Role, ...] = ()  #: of the writer
    new_people_days: int = 0  #: agents in their first days; 0: nobody
    on_findings: bool = False  #: an agent overruled what etiquette asked
    kinds: tuple[Kind, ...] = ()  #: of the case
    queues: tuple[str, ...] = ()  #: the case waits in
    risks: tuple[str, ...] = ()  #: groups of escalating words, said by either side
    followers_from: int = 0  #: of the person answered; 0: does not matter


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A reply, as far as the rules ask."""

    by: Role
    joined_at: datetime  #: when its writer joined
    kinds: Collection[str]  #: of the case, now and before its writer corrected it
    queues: Collection[str]  #: it waits in, and those its writer sent it away from
    followers: int | None
    risks: Mapping[str, str]  #: escalating words said by either side, by their group
    overruled: Collection[Check]


def parse_approval(table: Table, *, base: Approval | None, risks: Collection[str]) -> Approval:
    """
    Read the table [approval]; keys it does not give are taken from `base`.

    :raises TomlRefused: naming file, line and key, and what may stand there.
    """
    table.allow(APPROVAL_KEYS)
    old = base or Approval()
    days = table.number("new_people_days", old.new_people_days, most=_A_YEAR)
    followers = table.number("followers_from", old.followers_from, most=_MOST_FOLLOWERS)
    return Approval(
        always=table.yes_or_no("always", default=old.always),
        roles=tuple(Role(one) for one in _words(table, "roles", old.roles, known=tuple(Role))),
        new_people_days=int(days),
        on_findings=table.yes_or_no("on_findings", default=old.on_findings),
        kinds=tuple(Kind(one) for one in _words(table, "kinds", old.kinds, known=tuple(Kind))),
        queues=table.texts("queues", old.queues),
        risks=_words(table, "risks", old.risks, known=tuple(risks)),
        followers_from=int(followers),
    )


def _words(
    table: Table, key: str, default: tuple[str, ...], *, known: tuple[str, ...]
) -> tuple[str, ...]:
    told = table.texts(key, default)
    for at, word in enumerate(told):
        if word not in known:
            raise table.refusal(
                key, f"there is no '{word}' here. It may be: {', '.join(known)}.", item=at
            )
    return told


def approval_reasons(*, rules: Approval, written: Written, at: datetime) -> tuple[str, ...]:
    """
    Say why a reply needs another person's yes; nothing to say: it needs none.

    What concerns new people and findings concerns those who may not approve themselves.
    """
    reasons = []
    learning = Right.APPROVE not in RIGHTS[written.by]
    if rules.always:
        reasons.append("Every reply of this brand is approved by another person.")
    if written.by in rules.roles:
        reasons.append(f"Its writer is {written.by}; replies of that role are approved.")
    days = rules.new_people_days
    if learning and days and at - written.joined_at < timedelta(days=days):
        reasons.append(f"Its writer joined less than {days} days ago.")
    if learning and rules.on_findings and written.overruled:
        named = ", ".join(sorted(written.overruled))
        reasons.append(f"Its writer overruled what etiquette asked ({named}).")
    reasons.extend(
        f"The case is of the kind '{kind}'." for kind in rules.kinds if kind in written.kinds
    )
    reasons.extend(
        f"The case is in the queue '{queue}'." for queue in rules.queues if queue in written.queues
    )
    reasons.extend(
        f"'{word}' is said, a {risk} risk."
        for risk, word in written.risks.items()
        if risk in rules.risks
    )
    if rules.followers_from and (written.followers or 0) >= rules.followers_from:
        reasons.append(f"The person has {written.followers:,} followers.")
    return tuple(reasons)


def approve_by(*, submitted_at: datetime, respond_by: datetime | None) -> datetime:
    """
    Return when an approval has waited too long, and leads are told.

    After a quarter of the time that is left to the deadline; after half an hour where no
    deadline runs, or it has passed.
    """
    if respond_by is None or respond_by <= submitted_at:
        return submitted_at + _PATIENCE
    return submitted_at + (respond_by - submitted_at) / _QUARTER
