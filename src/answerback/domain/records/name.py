"""A name that stands in a text."""

from enum import StrEnum
from typing import NamedTuple


class Naming(StrEnum):
    """Whose name it is."""

    OURS = "ours"
    RIVAL = "rival"
    OTHER = "other"


class Name(NamedTuple):
    """One name in a text, in the text's own spelling; characters of it, half open."""

    name: str
    whose: Naming
    start: int
    end: int
    known: str = ""  #: as the brand file writes it; empty for names not known before
