"""A post handed to another department."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One post that one guideline carries to one department."""

    guideline: str
    department: str
    channel: str  #: with `external_id` and `version`, the post
    external_id: str
    version: int = 1
    why: str  #: a sentence
