"""
What each clause of a query does to the posts it finds: which ones hang on that clause alone.

A post hangs on a part when the query would say otherwise of it if the part did: every other part of
the ANDs above holds there, and no other alternative of the ORs above does.  So one walk down the
query, with set algebra, answers for all its clauses; nothing is asked anew for each of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from answerback.domain.listening.columns import Evaluator
from answerback.domain.listening.fields import Field
from answerback.domain.listening.places import UNMARKED, Marking, Places, nearest, places_of
from answerback.domain.listening.subsets import Rows, Subset, tally, union
from answerback.domain.listening.syntax import (
    And,
    FieldText,
    Near,
    Node,
    Not,
    Or,
    parts_of,
)

WIDEST = 50  #: words; as far as a NEAR's curve goes, and further if the query does
_SAMPLE = 40  #: rows kept of each clause, to choose examples from


class Role(StrEnum):
    """What a clause is in its query."""

    ALTERNATIVE = "alternative"  #: of an OR: it adds posts
    EXCLUSION = "exclusion"  #: a NOT, or an alternative within one: it removes posts
    NEAR = "near"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Finding:
    """
    What one clause does among some posts.

    Shapes: `curve[n]` is what the whole query matches with this NEAR's distance set to n.
    """

    role: Role
    node: Node
    of: Node  #: the OR, NOT or NEAR that it belongs to
    field: Field | None  #: the text it is asked of; None: the post's own
    inside: Near | None  #: the NEAR that it stands in
    found: int  #: posts in which it holds, whatever the rest of the query says
    matched: int  #: of those, matches of the whole query
    alone: int  #: posts that only this clause adds, or removes
    sample: Rows  #: some of the latter, spread over all of them
    curve: NDArray[np.int64] | None = None
    anywhere: int = 0  #: what the whole query matches when this NEAR may be as wide as the post


@dataclass(frozen=True, slots=True, eq=False)
class _At:
    """Where in the query we are."""

    field: Field | None
    hangs: Subset  #: the posts that hang on this part
    adds: bool  #: False within a NOT

    def here(self, hangs: Subset) -> "_At":
        return replace(self, hangs=hangs)


class Bearing:
    """Looks at the clauses of one query among the posts of one evaluator."""

    def __init__(self, *, evaluator: Evaluator, root: Node, counted: Subset) -> None:
        """Look among `counted`, the posts that count: older versions of edited ones do not."""
        self._evaluator = evaluator
        self._root = root
        self._counted = counted
        self.matches = counted & evaluator.posts(root)

    def findings(self) -> Iterator[Finding]:
        """
        Yield what each clause does, in the order of the query; always as many, in that order.

        Time: about that of the query itself, however many alternatives it has.
        """
        yield from self._within(self._root, _At(None, self._counted, adds=True))

    def _posts(self, node: Node, at: _At) -> Subset:
        return self._evaluator.posts(node, field=at.field)

    def _within(self, node: Node, at: _At) -> Iterator[Finding]:
        match node:
            case And(parts=parts):
                yield from self._all(parts, at)
            case Or():
                yield from self._any(node, at)
            case Not(part=part):
                yield self._clause(node.part, node, at, alone=at.hangs & self._posts(part, at))
                yield from self._within(part, _At(at.field, at.hangs, adds=not at.adds))
            case Near():
                yield from self._near(node, at)
            case FieldText(field=field, part=part):
                text = self._evaluator.columns.text(field)
                there = text.there if text else Subset.none(at.hangs.posts)
                yield from self._within(part, _At(field, at.hangs & there, at.adds))

    def _all(self, parts: Sequence[Node], at: _At) -> Iterator[Finding]:
        """Look into the parts of an AND; a post hangs on one when all others hold."""
        held = [self._posts(part, at) for part in parts]
        before = [at.hangs]
        for one in held[:-1]:
            before.append(before[-1] & one)
        behind = [at.hangs]
        for one in held[:0:-1]:
            behind.append(behind[-1] & one)
        for part, earlier, later in zip(parts, before, reversed(behind), strict=True):
            if parts_of(part):
                yield from self._within(part, at.here(earlier & later))

    def _any(self, node: Or, at: _At) -> Iterator[Finding]:
        """Look at the alternatives of an OR; a post hangs on one when no other holds."""
        held = [self._posts(part, at) for part in node.parts]
        counted = tally(held, posts=at.hangs.posts)
        only_one = at.hangs & counted.one
        for part, posts in zip(node.parts, held, strict=True):
            alone = only_one & posts
            yield self._clause(part, node, at, alone=alone)
            if parts_of(part):
                yield from self._within(part, at.here(at.hangs - (counted.any - alone)))

    def _clause(self, node: Node, of: Node, at: _At, *, alone: Subset) -> Finding:
        # A NOT removes what its part finds; within a NOT everything is turned round.
        adds = at.adds if isinstance(of, Or) else not at.adds
        return self._finding(node, of, at, adds=adds, alone=alone)

    def _finding(
        self, node: Node, of: Node, at: _At, *, adds: bool, alone: Subset, near: Near | None = None
    ) -> Finding:
        posts = self._posts(node, at)
        return Finding(
            role=Role.ALTERNATIVE if adds else Role.EXCLUSION,
            node=node,
            of=of,
            field=at.field,
            inside=near,
            found=(self._counted & posts).count,
            matched=(self.matches & posts).count,
            alone=alone.count,
            sample=spread_out(alone.rows),
        )

    def _near(self, node: Near, at: _At) -> Iterator[Finding]:
        """Look inside a NEAR, where a post hangs on a place, not on a post."""
        nears = tuple(part for part in _walk(node) if isinstance(part, Near))
        ors = tuple(part for part in _walk(node) if isinstance(part, Or))
        for near in nears:
            yield self._curve(near, node, at)
        if not ors:
            return
        held = at.hangs & self._posts(node, at)
        marks, rows = self._marks(node, at, held, Marking(ors=ors))
        for column, one in enumerate(ors):
            which = _the_only(marks[:, column], rows)
            for number, part in enumerate(one.parts):
                alone = Subset.of_rows(which[1][which[0] == number], posts=held.posts)
                yield self._finding(part, one, at, adds=at.adds, alone=alone, near=node)

    def _marks(
        self, node: Near, at: _At, among: Subset, marking: Marking
    ) -> tuple[NDArray[np.int16], Rows]:
        """Return the marks of each place and its post, post by post."""
        text = self._evaluator.columns.text(at.field)
        places: Places = self._evaluator.places(node, field=at.field, among=among, marking=marking)
        if text is None or not len(places):
            return places.marks, np.empty(0, dtype=np.int32)
        return places.marks, text.posts_at(places.start)

    def _curve(self, near: Near, whole: Near, at: _At) -> Finding:
        """Count the matches of the query for each distance that a NEAR could have."""
        widest = max(WIDEST, near.within)
        both = at.hangs & self._bound(whole, at)
        needed = self._needed(near, whole, at, among=both, widest=widest)
        within = np.cumsum(np.bincount(np.maximum(needed, 0), minlength=widest + 1))
        anyway = (self.matches - at.hangs).count
        if not at.adds:
            anyway += at.hangs.count
        sign = 1 if at.adds else -1
        return Finding(
            role=Role.NEAR,
            node=near,
            of=whole,
            field=at.field,
            inside=whole,
            found=(self._counted & self._posts(whole, at)).count,
            matched=(self.matches & self._posts(whole, at)).count,
            alone=(at.hangs & self._posts(whole, at)).count,
            sample=np.empty(0, dtype=np.int32),
            curve=anyway + sign * within,
            anywhere=anyway + sign * both.count,
        )

    def _needed(
        self, near: Near, whole: Near, at: _At, *, among: Subset, widest: int
    ) -> NDArray[np.int16]:
        """Return the distance that each post needs to match, of those that some will do for."""
        text = self._evaluator.columns.text(at.field)
        if text is None or not among.count:
            return np.empty(0, dtype=np.int16)
        if near is whole and not any(isinstance(one, Near) for one in _walk(near) if one != near):
            left, right = (
                places_of(side, text=text, among=among, marking=UNMARKED)
                for side in (near.left, near.right)
            )
            found = nearest(left, right, within=widest, ordered=near.ordered)
            gaps, rows = found.marks[:, 0], text.posts_at(found.start)
            kept = among.holds(rows)
            order = np.argsort(rows[kept], kind="stable")
            return _least(gaps[kept][order], rows[kept][order])
        marks, rows = self._marks(whole, at, among, Marking(nears=(near,), widest=widest))
        return _least(marks[:, 0], rows)

    def _bound(self, node: Node, at: _At) -> Subset:
        """Return the posts that have the parts of a NEAR, however far from each other."""
        match node:
            case Near(left=left, right=right):
                return self._bound(left, at) & self._bound(right, at)
            case Or(parts=parts):
                return union([self._bound(part, at) for part in parts], posts=at.hangs.posts)
        return self._posts(node, at)


def _walk(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(parts_of(one)))


def spread_out(rows: Rows) -> Rows:
    """Return some rows, evenly spread over all of them."""
    if len(rows) <= _SAMPLE:
        return rows
    return rows[np.linspace(0, len(rows) - 1, _SAMPLE).astype(np.int64)]


def _firsts(rows: Rows) -> NDArray[np.int64]:
    """Return where each post begins in a list of posts, post by post."""
    if not len(rows):
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate(([True], rows[1:] != rows[:-1])))


def _the_only(marks: NDArray[np.int16], rows: Rows) -> tuple[NDArray[np.int16], Rows]:
    """Return the posts all of whose places have one mark, with that mark."""
    firsts = _firsts(rows)
    if not len(firsts):
        return marks, rows
    low = np.minimum.reduceat(marks, firsts)
    same = low == np.maximum.reduceat(marks, firsts)
    return low[same], rows[firsts][same]


def _least(marks: NDArray[np.int16], rows: Rows) -> NDArray[np.int16]:
    firsts = _firsts(rows)
    return np.minimum.reduceat(marks, firsts) if len(firsts) else marks
