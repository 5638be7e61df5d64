"""What a post that was found looks like: a piece of it, with the words marked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from answerback.desk.queries.search import FoundLine, Term
from answerback.domain.records.discard import DiscardReason
from answerback.web.cards import Link, safe_link
from answerback.web.case_rows import STATES

_BEFORE, _AFTER = 80, 240

SET_ASIDE: Mapping[str, Promise | str] = MappingProxyType(
    {
        DiscardReason.NOT_HEARD: _("the brand's query does not match it"),
        DiscardReason.EXCLUDED: _("the brand's query leaves it out"),
        DiscardReason.OWN_POST: _("the brand said it"),
        DiscardReason.SPAM: _("spam"),
        DiscardReason.NOT_ABOUT_US: _("not about us"),
        DiscardReason.UNREADABLE: _("unreadable"),
        DiscardReason.EMPTY: _("no text at all"),
        DiscardReason.AUTOMATIC: _("a machine wrote it"),
        DiscardReason.DELETED: _("deleted on its network"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some words, marked or not."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One post, ready to be shown."""

    line: FoundLine
    pieces: tuple[Piece, ...]
    state: Promise | str
    set_aside: Promise | str
    link: Link | None


def found(line: FoundLine, *, terms: Sequence[Term]) -> Found:
    """Return a post with the words that were searched for marked."""
    return Found(
        line=line,
        pieces=pieces(line.text, terms=terms),
        state=STATES.get(line.state or "", ""),
        set_aside=SET_ASIDE.get(line.set_aside or "", ""),
        link=safe_link(line.url),
    )


def pieces(text: str, *, terms: Sequence[Term]) -> tuple[Piece, ...]:
    """
    Return the piece of a text around the first word found, cut where a word begins.

    Together the pieces are that part of the text, nothing added but "…" where it goes on.
    """
    told = " ".join(text.split())
    wanted = re.compile("|".join(_pattern(term) for term in terms), re.IGNORECASE)
    first = wanted.search(told)
    start = max(0, (first.start() if first else 0) - _BEFORE)
    if start:
        start = told.find(" ", start) + 1
    end = min(len(told), start + _BEFORE + _AFTER)
    shown: list[Piece] = [Piece(text="… ", marked=False)] if start else []
    at = start
    for match in wanted.finditer(told, start, end):
        shown.append(Piece(text=told[at : match.start()], marked=False))
        shown.append(Piece(text=match.group(), marked=True))
        at = match.end()
    shown.append(Piece(text=told[at:end] + (" …" if end < len(told) else ""), marked=False))
    return tuple(piece for piece in shown if piece.text)


def _pattern(term: Term) -> str:
    """Return a pattern of letters, digits and short gaps: its time grows with the text alone."""
    words = r"[\W_]{1,20}".join(re.escape(word) for word in term.words)
    return rf"(?<![^\W_]){words}" + (r"[^\W_]*" if term.begins else r"(?![^\W_])")
