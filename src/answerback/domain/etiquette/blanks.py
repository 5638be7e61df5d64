"""The blanks of a saved reply: filled by the house, or by the person who writes."""

import re
from collections.abc import Mapping
from typing import Final

from answerback.domain.records.refusal import Refusal

_BLANK: Final = re.compile(r"\{([^{}\n]{0,60})\}")
_NAME: Final = re.compile(r"[a-z][a-z0-9 _-]{0,39}")

#: What the house fills in.
FILLED: Final = ("name", "handle", "brand", "agent", "case")


class BlankRefused(Refusal):
    """A saved reply has a blank that nobody can fill."""


def blanks_in(text: str) -> tuple[str, ...]:
    """Return the names of the blanks of a text, each once, in the order they stand."""
    return tuple(dict.fromkeys(_BLANK.findall(text)))


def own_blanks(text: str) -> tuple[str, ...]:
    """Return the blanks that the house does not fill: whoever writes must."""
    return tuple(name for name in blanks_in(text) if name not in FILLED)


def check_blanks(text: str) -> None:
    """
    Do nothing when every blank of a saved reply can be filled, and refuse aloud otherwise.

    :raises BlankRefused: naming the blank and what may stand there.
    """
    for name in blanks_in(text):
        if _NAME.fullmatch(name) is None:
            raise BlankRefused(
                f"'{{{name}}}' is no blank. A blank is a few small letters in braces: one that is "
                f"filled in for you ({_shown(FILLED)}), or your own, like {{tracking number}}."
            )
        near = name.replace("_", "").replace(" ", "").replace("-", "")
        if name not in FILLED and near in FILLED:
            raise BlankRefused(f"There is no blank '{{{name}}}'. Did you mean '{{{near}}}'?")
    left = _BLANK.sub("", text)
    if "{" in left or "}" in left:
        raise BlankRefused(
            "A brace stands alone in this text. Write blanks as {name}, and no other braces."
        )


def fill_blanks(text: str, *, told: Mapping[str, str]) -> str:
    """Put in what is told; a blank that nobody told of stays as it stands."""
    return _BLANK.sub(lambda blank: told.get(blank[1]) or blank[0], text)


def _shown(names: tuple[str, ...]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)
