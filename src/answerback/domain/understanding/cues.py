"""Patterns that speak for or against one verdict, each with its points, found fast."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_WORD = re.compile(r"[\w']+")
LONGEST = 2_000  #: characters looked at; an idea that begins later is not found
_APOSTROPHES = str.maketrans({"’": "'", "`": "'", "´": "'"})  # noqa: RUF001 - the typed ones


class Cue(NamedTuple):
    """
    A pattern that adds its points to a verdict when it is found.

    `words` are what the pattern cannot do without: it is only tried on a text that has
    one of them, so that a stream of posts costs little more than a look at its words.
    """

    name: str
    points: int  #: negative where it speaks against
    words: str  #: blank-separated, small letters
    pattern: str  #: on the text in small letters


class Sign(NamedTuple):
    """One cue found in one text."""

    name: str
    points: int
    start: int  #: characters of the text, half open
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """Cues compiled, and which of them each word may begin."""

    cues: tuple[Cue, ...]
    patterns: tuple[re.Pattern[str], ...]
    by_word: Mapping[str, tuple[int, ...]]


def compile_cues(cues: Sequence[Cue]) -> Cues:
    """
    Compile cues.

    :raises re.PatternError: when a pattern is not a regular expression.
    """
    by_word: dict[str, list[int]] = {}
    for at, cue in enumerate(cues):
        for word in cue.words.split():
            by_word.setdefault(word, []).append(at)
    return Cues(
        cues=tuple(cues),
        patterns=tuple(re.compile(cue.pattern, re.VERBOSE) for cue in cues),
        by_word={word: tuple(places) for word, places in by_word.items()},
    )


def signs(*, cues: Cues, text: str) -> list[Sign]:
    """
    Find the first place of every cue in a text, in the order of the cues.

    Units: places are characters of `text`.
    """
    plain = text[:LONGEST].translate(_APOSTROPHES)
    lowered = plain.lower()
    if len(lowered) != len(plain):  # a letter that grows when made small would shift the places
        lowered = "".join(small if len(small := sign.lower()) == 1 else sign for sign in plain)
    known = cues.by_word.keys() & set(_WORD.findall(lowered))
    found = []
    for at in sorted({at for word in known for at in cues.by_word[word]}):
        place = cues.patterns[at].search(lowered)
        if place:
            name, points, _, _ = cues.cues[at]
            found.append(Sign(name, points, *place.span()))
    return found
