"""Somebody's word on whether a post is about the brand; it teaches the brand filter."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """
    A post with the label that a person gave it.

    An audit sample has labels too, but measures the filter: `audit` says that nothing may be
    learned from it, or the figures would praise themselves.
    """

    text: str
    relevant: bool
    id: str | None = None  #: the network's own id of the post, where known
    at: datetime | None = None
    by: str | None = None
    audit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What may be learned from, and how much was left out because it is under audit."""

    corrections: tuple[Correction, ...]  #: one a text: the latest
    audited: int  #: corrections left out
    repeated: int  #: corrections that a later one of the same text took the place of


def lessons(
    corrections: Iterable[Correction],
    *,
    audited_ids: Collection[str] = frozenset(),
    audited_texts: Collection[str] = frozenset(),
) -> Lessons:
    """
    Return what the filter may learn from: nothing of an audit sample, each text once.

    A post is under audit when its own line says so, when another line of the same post or the
    same words does, or when its id or its words are among those given (`same_words`: a filter's
    version keeps no ids, so that in later rounds only the words can tell).  Of several
    corrections of one text the last one given counts.
    """
    told = list(corrections)
    ids = {one.id for one in told if one.audit and one.id is not None} | set(audited_ids)
    texts = [one.text for one in told if one.audit] + list(audited_texts)
    words = {same_words(text) for text in texts} - {""}  # a line without a text is like no other
    free = [
        one
        for one in told
        if not one.audit and one.id not in ids and same_words(one.text) not in words
    ]
    last = {one.text: one for one in free}
    return Lessons(
        corrections=tuple(last.values()),
        audited=len(told) - len(free),
        repeated=len(free) - len(last),
    )


def same_words(text: str) -> str:
    """
    Return what two tellings of one text share: `"Late  ferry "` and `"late ferry"` are one.

    Case, white space and the way in which letters are composed fall away; archives and
    spreadsheets change them in passing.
    """
    return " ".join(normalize("NFKC", normalize("NFKC", text).casefold()).split())
