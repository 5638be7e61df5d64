"""A text as the encoder reads it: word by word, signs put into words it knows."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

MOST_WORDS = 200  #: of one text; the encoder's own limit, in pieces of words, comes sooner

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_MENTION = re.compile(r"@\w+")
_DRAWN_OUT = re.compile(r"([^\d])\1{2,}")  # no digits: 1000 is not 100
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])")
_LONGEST = 200  #: characters of one word; what is longer says no more
_NAMED = 4  #: words of a sign's name
#: Parts of a sign's name that say nothing of what it means.
_EMPTY = frozenset(("WITH", "OF", "AND", "THE", "SIGN", "SYMBOL", "BLACK", "WHITE", "HEAVY"))
#: Joiners, and signs that only colour another one.
_SILENT = re.compile("[\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U0001f1e6-\U0001f1ff]")


def spoken_words(text: str) -> list[str]:
    """
    Give each blank-separated word of a text as the encoder reads it.

    A mention is "@user", a link "http"; hashtags are cut at their humps; letters drawn out
    are cut to two; an emoji is its Unicode name ("face tears joy"), which the encoder's
    vocabulary knows and the emoji it does not.

    Shapes: as many strings as the text has blank-separated words, at most `MOST_WORDS`;
    so a verdict can be traced back to the text's own words.
    """
    return [_spoken(word[:_LONGEST]) for word in text.split(maxsplit=MOST_WORDS)[:MOST_WORDS]]


def spoken(texts: Sequence[str]) -> list[list[str]]:
    """Shapes: n texts in, n lists of words out."""
    return [spoken_words(text) for text in texts]


def _spoken(word: str) -> str:
    if word.isascii() and word.isalpha() and word.islower():
        return _DRAWN_OUT.sub(r"\1\1", word)
    if "@" in word:
        word = _MENTION.sub("@user", word)
    word = _LINK.sub("http", word)
    if word.startswith("#"):
        word = "# " + _HUMP.sub(" ", word[1:])
    word = _DRAWN_OUT.sub(r"\1\1", word)
    return word if word.isascii() else "".join(map(_named, word))


@lru_cache(maxsize=4096)
def _named(sign: str) -> str:
    if _SILENT.match(sign):
        return ""
    if sign.isalnum() or unicodedata.category(sign) not in ("So", "Sk"):
        return sign
    parts = unicodedata.name(sign, "").replace("-", " ").split()
    told = [part for part in parts if part not in _EMPTY][:_NAMED]
    return f" {' '.join(told).lower()} " if told else " "
