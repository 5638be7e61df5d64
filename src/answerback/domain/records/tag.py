"""A word that we put on a case."""

import re
from typing import Final
from unicodedata import normalize

from answerback.domain.records.refusal import Refusal

LONGEST: Final = 40  #: characters
_UNFIT: Final = re.compile(r"[^\w.:/-]")


class NotATag(Refusal):
    """A text that cannot be a tag."""


def tag_of(text: str) -> str:
    """
    Return a tag as it is kept: `" #Late  Ferry "` is "late-ferry".

    :raises NotATag: when nothing is left, it is too long, or holds other signs than letters,
        digits and `. : / - _`.
    """
    tag = "-".join(normalize("NFKC", text).casefold().replace("#", " ").split())
    if not tag or len(tag) > LONGEST or _UNFIT.search(tag):
        raise NotATag(
            f"{text[:LONGEST]!r} cannot be a tag. Write a word or a few, of letters, digits and "
            f". : / - _, not longer than {LONGEST} characters."
        )
    return tag
