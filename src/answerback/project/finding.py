"""One thing that the doctor looked at."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it is."""

    WELL = "well"
    LOOK = "look"  #: it works; a person should look when there is time
    MEND = "mend"  #: it does not do what it promises until somebody mends it


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at, how it is, and what to do."""

    what: str  #: a word or two: "clock", "channel Support"
    state: State
    sentence: str
    do: str = ""  #: what to do; "" when all is well
