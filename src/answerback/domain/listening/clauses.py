"""
The clause report: what each part of a query brings and removes, replayed on stored posts.

Definitions, which docs/reference/clause-report.md explains with examples:

- **alone**: posts that the query matches and would not match without this alternative.
- **removes**: posts that the query would match without this NOT, and does not.
- **curve**: what the whole query matches with one NEAR's distance set to n.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from answerback.domain.listening.bearing import Bearing, Finding, Role, spread_out
from answerback.domain.listening.columns import Evaluator
from answerback.domain.listening.expected import DAY, Clock, PerDay, per_day
from answerback.domain.listening.fields import Facts
from answerback.domain.listening.match import explainer
from answerback.domain.listening.spellings import SHORTEST
from answerback.domain.listening.subsets import Rows, Subset
from answerback.domain.listening.syntax import (
    FieldText,
    Near,
    Node,
    Or,
    Query,
    Term,
    parts_of,
)
from answerback.domain.records.mention import Span

#: Distances whose matches a report shows.
DISTANCES = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 50)
_T = TypeVar("_T")
_MOST_SPELLINGS = 5  #: for each word


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A stored post, as an example shows it."""

    external_id: str
    channel: str
    author: str
    text: str
    created_at: datetime | None
    facts: Facts  #: what is told of it beside its text


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A stored post, with the words of it that the clause found."""

    post: Stored
    spans: tuple[Span, ...]  #: code points of the text; none: it was found by a field


class Shelf(Protocol):
    """Some stored posts that can be asked column by column, and read one by one."""

    @property
    def evaluator(self) -> Evaluator: ...

    @property
    def counted(self) -> Subset:
        """Return the posts that count; an edited post's older version does not."""
        ...

    @property
    def clock(self) -> Clock | None:
        """Return when the posts that count were written; None: no time is told."""
        ...

    def moments(self, rows: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the second since 1970 of those of the posts whose time is told."""
        ...

    def post(self, row: int) -> Stored: ...

    def spellings(self, form: str) -> Mapping[str, int]:
        """Return the words that are seen one edit away from a form, with their posts."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """
    One alternative of an OR.

    Units: posts.
    """

    place: Span  #: in the text of the query
    node: Node
    inside_near: bool
    found: int  #: posts with it, whatever the rest of the query says
    share: float  #: of all posts, from 0 to 1
    matched: int  #: matches of the whole query with it
    alone: int
    examples: tuple[Example, ...]  #: of those alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """
    A NOT, or one alternative of what a NOT excludes.

    Units: posts.
    """

    place: Span
    node: Node
    part: bool  #: one alternative of a NOT
    found: int
    removes: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The whole query's matches as one NEAR's distance grows."""

    place: Span
    node: Near
    matches: tuple[tuple[int, int], ...]  #: distance in words, matches
    anywhere: int  #: matches when both sides need only be in the post


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseReport:
    """
    What a query and its parts find among stored posts.

    Units: posts.
    """

    query: Query
    posts: int
    matches: int
    per_day: PerDay | None  #: None: not told, for want of a clock
    examples: tuple[Example, ...]
    alternatives: tuple[Alternative, ...]
    exclusions: tuple[Exclusion, ...]
    curves: tuple[Curve, ...]
    spellings: Mapping[str, tuple[tuple[str, int], ...]]  #: word → seen ones an edit away, posts


class Spread(Protocol):
    """Does the same to each of several shelves, perhaps to some at once; `map` is one."""

    def __call__(self, act: Callable[[Shelf], _T], shelves: Sequence[Shelf], /) -> Iterable[_T]:
        """Return what came of each, in order."""
        ...


def count(query: Query, *, shelves: Sequence[Shelf], spread: Spread = map) -> int:
    """Return how many of the stored posts a query matches."""

    def matched(shelf: Shelf) -> int:
        return (shelf.counted & shelf.evaluator.posts(query.root)).count

    return sum(spread(matched, shelves))


def report(
    query: Query, *, shelves: Sequence[Shelf], examples: int = 5, spread: Spread = map
) -> ClauseReport:
    """
    Replay a query on stored posts, and tell what each of its clauses does there.

    Shapes: at most so many examples for each clause, no two with the same words.
    Error: exact counts of these posts; `per_day` says how sure it is.
    """
    words = _plain_words(query)
    looks = list(spread(lambda shelf: _look(query, shelf, words=words), shelves))
    posts = sum(shelf.counted.count for shelf in shelves)
    told = _Told(query=query, shelves=shelves, posts=posts, examples=examples)
    clauses = [told.clause(each) for each in zip(*(one.findings for one in looks), strict=True)]
    return ClauseReport(
        query=query,
        posts=posts,
        matches=sum(one.matches for one in looks),
        per_day=_per_day(looks, shelves),
        examples=told.examples_of(query.root, [one.sample for one in looks]),
        alternatives=tuple(one for one in clauses if isinstance(one, Alternative)),
        exclusions=tuple(one for one in clauses if isinstance(one, Exclusion)),
        curves=tuple(one for one in clauses if isinstance(one, Curve)),
        spellings=_spellings(looks, words),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Look:
    """What a query finds on one shelf."""

    findings: Sequence[Finding]
    matches: int
    sample: Rows
    days: Mapping[int, int]  #: days since 1970 → matches
    spellings: Mapping[str, Mapping[str, int]]  #: word → spellings seen, with their posts


def _look(query: Query, shelf: Shelf, *, words: Sequence[str]) -> _Look:
    bearing = Bearing(evaluator=shelf.evaluator, root=query.root, counted=shelf.counted)
    rows = bearing.matches.rows
    days, times = np.unique(shelf.moments(rows) // DAY, return_counts=True)
    return _Look(
        findings=list(bearing.findings()),
        matches=len(rows),
        sample=spread_out(rows),
        days=dict(zip(days.tolist(), times.tolist(), strict=True)),
        spellings={word: shelf.spellings(word) for word in words},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """Puts what was found on each shelf together."""

    query: Query
    shelves: Sequence[Shelf]
    posts: int
    examples: int

    def clause(self, findings: Sequence[Finding]) -> Alternative | Exclusion | Curve:
        first = findings[0]
        if first.role is Role.NEAR:
            return self._curve(first.node, findings)
        found = sum(one.found for one in findings)
        alone = sum(one.alone for one in findings)
        examples = self.examples_of(_asked(first), [one.sample for one in findings])
        if first.role is Role.EXCLUSION:
            return Exclusion(
                place=first.node.place,
                node=first.node,
                part=isinstance(first.of, Or),
                found=found,
                removes=alone,
                examples=examples,
            )
        return Alternative(
            place=first.node.place,
            node=first.node,
            inside_near=first.inside is not None,
            found=found,
            share=found / self.posts if self.posts else 0.0,
            matched=sum(one.matched for one in findings),
            alone=alone,
            examples=examples,
        )

    def _curve(self, node: Node, findings: Sequence[Finding]) -> Curve:
        if not isinstance(node, Near):
            raise TypeError("A curve belongs to a NEAR.")
        curves = [one.curve for one in findings if one.curve is not None]
        matches = np.sum(curves, axis=0)
        shown = sorted({*DISTANCES, node.within} & set(range(len(matches))))
        return Curve(
            place=node.place,
            node=node,
            matches=tuple((distance, int(matches[distance])) for distance in shown),
            anywhere=sum(one.anywhere for one in findings),
        )

    def examples_of(self, node: Node, samples: Sequence[Rows]) -> tuple[Example, ...]:
        """Return some posts that differ in their words, taken from all shelves in turn."""
        chosen: dict[str, Stored] = {}
        for post in self._in_turn(samples):
            if len(chosen) == self.examples:
                break
            chosen.setdefault(" ".join(post.text.split()).casefold(), post)
        if not chosen:
            return ()
        explain = explainer(replace(self.query, root=node))
        return tuple(
            Example(post=post, spans=explain(post.text, post.facts)) for post in chosen.values()
        )

    def _in_turn(self, samples: Sequence[Rows]) -> Iterator[Stored]:
        for rows in zip_longest(*samples):
            for shelf, row in zip(self.shelves, rows, strict=True):
                if row is not None:
                    yield shelf.post(int(row))


def _asked(finding: Finding) -> Node:
    """Return a clause as it is asked: words of a quoted text are not looked for in the post's."""
    node = finding.node
    return node if finding.field is None else FieldText(finding.field, node, node.place)


def _per_day(looks: Sequence[_Look], shelves: Sequence[Shelf]) -> PerDay | None:
    clocks = [shelf.clock for shelf in shelves]
    told = [clock for clock in clocks if clock is not None]
    if not told:
        return None
    timed = sum(clock.posts for clock in told)
    clock = Clock(
        first=min(clock.first for clock in told),
        last=max(clock.last for clock in told),
        posts=timed,
        untimed=sum(shelf.counted.count for shelf in shelves) - timed,
    )
    days: Counter[int] = Counter()
    for look in looks:
        days.update(look.days)
    return per_day(clock=clock, matches=days)


def _plain_words(query: Query) -> list[str]:
    """Return the words of a query that people may have spelled otherwise."""
    words = dict.fromkeys(word for term in _terms(query.root) for word in term.words)
    return [
        word.form
        for word in words
        if not word.wild and not word.exact and len(word.form) >= SHORTEST
    ]


def _terms(node: Node) -> Iterator[Term]:
    """Yield what is looked for in the posts' own texts."""
    if isinstance(node, Term):
        yield node
    elif not isinstance(node, FieldText):
        for part in parts_of(node):
            yield from _terms(part)


def _spellings(
    looks: Sequence[_Look], words: Sequence[str]
) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Return for each word the spellings an edit away that the query does not ask for."""
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for word in words:
        seen: Counter[str] = Counter()
        for look in looks:
            seen.update(look.spellings[word])
        some = [(form, posts) for form, posts in seen.most_common() if form not in words]
        if some:
            found[word] = tuple(some[:_MOST_SPELLINGS])
    return found
