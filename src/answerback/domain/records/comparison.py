"""Two things that a text compares."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Direction(StrEnum):
    """How the first thing stands to the second."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    NONE = "none"  #: named together, without saying which is better


class Thing(NamedTuple):
    """One of the two, in the text's own spelling; characters of it, half open."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two things a text compares; an end that is left unsaid is None ("much better now")."""

    first: Thing | None
    second: Thing | None
    direction: Direction
    rule: str  #: which rule heard it
    start: int  #: the words that compare
    end: int
