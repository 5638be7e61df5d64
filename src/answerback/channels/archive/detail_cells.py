"""
What a row tells of a post beside what has a field of its own.

Nothing here can set a row aside: what makes no sense is not told.  Whether a value fits what
queries ask of it (a latitude of 91) is looked at where it is read, `domain/listening/facts.py`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from answerback.channels.archive.cells import LONGEST_NAME, read_flag
from answerback.channels.clean import clean
from answerback.channels.unreadable import Unreadable
from answerback.domain.records.details import NO_DETAILS, Details

_MOST_VALUES = 100  #: of one detail of one post; nobody labels by hand so often
_LONGEST_NUMBER = 40  #: characters
_BETWEEN = re.compile("[,;|]")
_NOTHING = frozenset({"", "nan", "none", "null", "n/a", "<na>"})
#: Where a text or a label is an object, as networks' own answers have it.
_TEXT_KEYS = ("full_text", "text", "content", "name")

_Read = Callable[[Any], Iterator[str]]


def read_details(
    found: Mapping[str, Any], *, columns: Sequence[tuple[str, str]]
) -> Mapping[str, tuple[str, ...]]:
    """Return what the columns, as pairs of our name and the file's, tell of one post."""
    told: dict[str, tuple[str, ...]] = {}
    for name, column in columns:
        cell = found.get(column)
        if cell is not None and cell != "":
            values = tuple(_READERS.get(name, _word)(cell))
            if values:
                told[name] = values
    return Details(told) if told else NO_DETAILS


def _word(told: Any) -> Iterator[str]:
    """Yield a short value: a code, a name of a place; a number is one too."""
    if isinstance(told, Mapping):
        told = next((told[key] for key in _TEXT_KEYS if isinstance(told.get(key), str)), None)
    if isinstance(told, float):
        yield from _number(told)
    elif isinstance(told, str | int) and not isinstance(told, bool):
        word = clean(str(told)[: LONGEST_NAME + 1]).strip()
        if len(word) <= LONGEST_NAME and word.lower() not in _NOTHING:
            yield word


def _words(told: Any) -> Iterator[str]:
    """Yield several short values: a list, or one text with commas, semicolons or bars between."""
    several = _BETWEEN.split(told) if isinstance(told, str) else told
    if not isinstance(several, list | tuple):
        several = [several]
    for one in several[:_MOST_VALUES]:
        yield from _word(one)


def _handles(told: Any) -> Iterator[str]:
    for word in _words(told):
        if handle := word.removeprefix("@"):
            yield handle


def _text(told: Any) -> Iterator[str]:
    """Yield a text, cleaned as a post's own; one that is longer than any post is not told."""
    if isinstance(told, Mapping):
        told = next((told[key] for key in _TEXT_KEYS if isinstance(told.get(key), str)), None)
    if isinstance(told, str) and told.strip().lower() not in _NOTHING:
        try:
            yield clean(told)
        except Unreadable:
            return


def _number(told: Any) -> Iterator[str]:
    """Yield a number in decimal."""
    text = str(told).strip()
    if isinstance(told, bool) or len(text) > _LONGEST_NUMBER or "_" in text:
        return
    try:
        number = float(text)
    except ValueError:
        return
    if isfinite(number) and text.isascii():
        yield text.removesuffix(".0")


def _flag(told: Any) -> Iterator[str]:
    try:
        flag = read_flag(told, column=None)
    except Unreadable:
        return
    if flag is not None:
        yield "true" if flag else "false"


_READERS: Mapping[str, _Read] = {
    **dict.fromkeys(("title", "quoted", "parent", "bio"), _text),
    **dict.fromkeys(("tag", "has", "domain"), _words),
    **dict.fromkeys(("to", "engaging_with", "repost_of"), _handles),
    **dict.fromkeys(("following", "posts", "likes", "reposts", "replies", "rating"), _number),
    **dict.fromkeys(("latitude", "longitude"), _number),
    "verified": _flag,
}
