"""
Where the words of many posts stand, and what stands beside what.

The words of all posts lie on one line, in the order of the posts, with `GAP` empty places between
two posts and between two texts of one post: so neither a phrase nor a NEAR can reach from one into
the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from answerback.domain.listening.subsets import Mask, Rows, Subset, distinct
from answerback.domain.listening.syntax import Near, Node, Or, Term, Word
from answerback.domain.records.refusal import Refusal

FARTHEST = 999  #: words between the sides of the widest NEAR
GAP = FARTHEST + 1  #: empty places between two texts

#: Pairs of places that are looked at together: some fifty bytes each, so under two gigabytes.
MOST_PAIRS = 1 << 25

#: Places on the line, counted in words.
Line: TypeAlias = NDArray[np.int64]


class TooManyPlaces(Refusal):
    """The sides of a NEAR stand beside each other too often to look at each pair."""


class Text(Protocol):
    """One text of each post (its own, or the one it quotes, …), by its words."""

    @property
    def there(self) -> Subset:
        """Return the posts that have this text."""
        ...

    def posts_with(self, word: Word) -> Subset:
        """Return the posts in which a word stands."""
        ...

    def places_of(self, word: Word, among: Subset) -> tuple[Line, Line]:
        """Return where a word starts and ends, in any order; at least in the posts asked for."""
        ...

    def posts_at(self, places: Line) -> Rows:
        """Return for each place on the line its post."""
        ...

    def spelled(self, literal: str, among: Subset) -> Subset:
        """Return those of the posts in whose text (NFC) the letters stand."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """
    Spans of words on the line, sorted by their start.

    Shapes: n spans; `marks` is (n, columns of the marking).
    Units: words; `end` is after the last one.
    """

    start: Line
    end: Line
    marks: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.start)

    def only(self, kept: Mask | NDArray[np.intp]) -> "Places":
        """Return those that are kept, or in this order."""
        return Places(self.start[kept], self.end[kept], self.marks[kept])


@dataclass(frozen=True, slots=True, eq=False)
class Marking:
    """
    What is written down of each place: by which alternatives it came, how far its sides are apart.

    Each OR in `ors` and each NEAR in `nears` has a column, in this order; they are told apart by
    where they stand in the query.  -1: the place came about without it.
    """

    ors: tuple[Or, ...] = ()
    nears: tuple[Near, ...] = ()
    widest: int = FARTHEST  #: how far the sides of the marked NEARs may be apart

    @property
    def columns(self) -> int:
        return len(self.ors) + len(self.nears)

    def of_or(self, node: Or) -> int | None:
        return next((at for at, one in enumerate(self.ors) if one is node), None)

    def of_near(self, node: Near) -> int | None:
        at = next((at for at, one in enumerate(self.nears) if one is node), None)
        return None if at is None else len(self.ors) + at


UNMARKED = Marking()
_NOWHERE: Line = np.empty(0, dtype=np.int64)


def nothing(marking: Marking) -> Places:
    return _unmarked(_NOWHERE, _NOWHERE, marking)


def posts_at(places: Places, *, text: Text) -> Subset:
    """Return the posts in which any of the places lies."""
    return Subset.of_rows(distinct(text.posts_at(places.start)), posts=text.there.posts)


def places_of(node: Node, *, text: Text, among: Subset, marking: Marking) -> Places:
    """
    Return where a term, NEAR or alternatives of them stand; at least in the posts asked for.

    Each place once; with marks, once for each way in which it comes about.
    """
    return _sorted(_found(node, text=text, among=among, marking=marking))


def _found(node: Node, *, text: Text, among: Subset, marking: Marking) -> Places:
    """Return the places in any order; they are put in order once, when all are together."""
    match node:
        case Term(words=words, literal=literal):
            found = in_a_row(words, text=text, among=among, marking=marking)
            if literal is None or not len(found):
                return found
            spelled = text.spelled(literal, posts_at(found, text=text))
            return found.only(spelled.holds(text.posts_at(found.start)))
        case Or(parts=parts):
            sides = [_found(part, text=text, among=among, marking=marking) for part in parts]
            return _any_of(sides, column=marking.of_or(node))
        case Near(left=left, right=right):
            sides = [
                places_of(part, text=text, among=among, marking=marking) for part in (left, right)
            ]
            return _beside(sides[0], sides[1], near=node, marking=marking)
    return nothing(marking)  # AND, NOT and fields have no place; the parser keeps them out of NEAR


def in_a_row(
    words: Sequence[Word], *, text: Text, among: Subset, marking: Marking = UNMARKED
) -> Places:
    """Return where words stand directly after each other, in any order."""
    start, end = text.places_of(words[0], among)
    for word in words[1:]:
        first, after = text.places_of(word, among)
        if (first[1:] < first[:-1]).any():
            order = np.argsort(first, kind="stable")
            first, after = first[order], after[order]
        low, high = (np.searchsorted(first, end, side=side) for side in ("left", "right"))
        one, other = _pairs(low, high)
        start, end = start[one], after[other]
    return _unmarked(start, end, marking)


def nearest(left: Places, right: Places, *, within: int, ordered: bool) -> Places:
    """
    Return places beside which, at most `within` words away, the other side stands, with how far.

    Of each pair of nearest neighbours at least one place: enough to tell which posts have a pair,
    and how near the nearest one of each post is.

    Shapes: one mark, the words between; not sorted.
    """
    found = [_next_to(left, right, within=within)]
    if not ordered:
        found.append(_next_to(right, left, within=within))
    place, gap = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Places(place, place, gap.astype(np.int16).reshape(-1, 1))


def _next_to(first: Places, second: Places, *, within: int) -> tuple[Line, Line]:
    """Look for the nearest neighbour of each place on the side that has fewer."""
    if not len(first) or not len(second):
        return _NOWHERE, _NOWHERE
    if len(second) < len(first) and (first.end[1:] >= first.end[:-1]).all():
        at = np.searchsorted(first.end, second.start, side="right") - 1
        gap, place = second.start - first.end[np.maximum(at, 0)], second.start
        near = (at >= 0) & (gap <= within)
    else:
        at = np.searchsorted(second.start, first.end, side="left")
        gap, place = second.start[np.minimum(at, len(second) - 1)] - first.end, first.start
        near = (at < len(second)) & (gap <= within)
    return place[near], gap[near]


def _any_of(sides: Sequence[Places], *, column: int | None) -> Places:
    if column is not None:
        for at, side in enumerate(sides):
            side.marks[:, column] = at
    return Places(
        np.concatenate([side.start for side in sides]),
        np.concatenate([side.end for side in sides]),
        np.concatenate([side.marks for side in sides]),
    )


def _beside(left: Places, right: Places, *, near: Near, marking: Marking) -> Places:
    """Return the hulls of both sides wherever they are near enough."""
    column = marking.of_near(near)
    within = near.within if column is None else marking.widest
    found = _in_order(left, right, within=within, column=column)
    if near.ordered:
        return found
    back = _in_order(right, left, within=within, column=column)
    return _any_of((found, back), column=None)


def _in_order(first: Places, second: Places, *, within: int, column: int | None) -> Places:
    low = np.searchsorted(second.start, first.end, side="left")
    high = np.searchsorted(second.start, first.end + within, side="right")
    one, other = _pairs(low, high)
    marks = np.maximum(first.marks[one], second.marks[other])
    if column is not None:
        marks[:, column] = second.start[other] - first.end[one]
    return Places(first.start[one], second.end[other], marks)


def _pairs(low: NDArray[np.intp], high: NDArray[np.intp]) -> tuple[NDArray[np.intp], ...]:
    """
    Return each row with each of the numbers from its low up to its high.

    :raises TooManyPlaces: when they are more than `MOST_PAIRS`.
    """
    many = high - low
    if (pairs := int(many.sum())) > MOST_PAIRS:
        raise TooManyPlaces(
            f"The words beside a NEAR make {pairs:,} pairs in these posts, too many for the "
            "memory. Lower its distance, or ask for rarer words."
        )
    rows = np.repeat(np.arange(len(low)), many)
    return rows, counted(low, many)


def counted(low: NDArray[np.int64], many: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return `many` numbers upwards from each `low`, one after the other."""
    behind = np.cumsum(many) - many
    return np.repeat(low - behind, many) + np.arange(int(many.sum()))


def _unmarked(start: Line, end: Line, marking: Marking) -> Places:
    return Places(start, end, np.full((len(start), marking.columns), -1, dtype=np.int16))


def _sorted(places: Places) -> Places:
    """Return places in order; those without marks each once."""
    key = places.start << 32 | places.end
    if not places.marks.shape[1]:
        key = distinct(key)
        return Places(key >> 32, key & 0xFFFFFFFF, places.marks[: len(key)])
    return places.only(np.argsort(key, kind="stable"))
