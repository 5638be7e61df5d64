"""
What a threshold of relevance would cost: misses against posts to read.

How many posts there are to read is counted on all scored posts.  How many relevant ones would be
missed is estimated from labelled ones, each weighted by how likely it was to be drawn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import hypot
from typing import TYPE_CHECKING

import numpy as np

from answerback.domain.measure.rate import Rate
from answerback.domain.records.operating_point import OperatingPoint

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Fewer relevant labels than this cannot tell one threshold from the next.
FEW_RELEVANT = 30
#: Fewer different scores than this are told of: a threshold moves in jumps.
FEW_SCORES = 20
PER = 1_000  #: misses are told for so many relevant posts

Hit = Callable[["Label"], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a person said of one scored post."""

    id: str
    relevance: float
    relevant: bool
    chance: float | None = None  #: of having been drawn, in (0, 1]; None: nobody drew it
    text: str = ""

    @property
    def stands_for(self) -> float:
        """Units: posts.  One that was drawn with a chance of 1 in 200 stands for 200."""
        return 1.0 if self.chance is None else 1 / self.chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What one operating point would do."""

    point: OperatingPoint
    read: int  #: scored posts at or above the threshold
    unsure: int  #: scored posts in the band around it
    misses: Rate | None  #: of the relevant posts, those below it; None: cannot be told
    precision: Rate | None  #: of the posts read, the relevant ones
    right_when_sure: Rate | None  #: of the posts outside of the band, those on their side


@dataclass(frozen=True, slots=True, kw_only=True)
class _Total:
    """How many posts of a kind there are, from the labelled ones that stand for them."""

    value: float
    low: float
    high: float


class Tradeoff:
    """
    All scored posts of a stream and the labels of some.

    Labels with a chance of being drawn (an audit sample) stand for the whole stream; as soon as
    there is one, only such labels count.  Otherwise the labels are corrections, taken as if
    they had been drawn evenly, which they were not: `cautions` says so.

    Error: 95 % intervals.  Evenly drawn labels: Wilson's.  With chances: each group of one
    chance has its Wilson interval; groups, and the posts below and above the threshold, are put
    together by MOVER, which adds the squared reaches.  With no label below the threshold
    all scored posts there may be relevant, and the upper end says so.
    Source: Newcombe 1998, Statist. Med. 17:873; Zou and Donner 2008, Statist. Med. 27:1693.
    """

    def __init__(
        self, *, scores: Sequence[float], labels: Sequence[Label], hours: float | None = None
    ) -> None:
        self._scores: NDArray[np.float64] = np.sort(np.asarray(scores, dtype=np.float64))
        drawn = [label for label in labels if label.chance is not None]
        self.labels = drawn or list(labels)  #: those that count
        self.drawn = bool(drawn)  #: whether they were drawn with known chances
        self.left_out = len(labels) - len(self.labels)  #: corrections beside an audit sample
        self.hours = hours  #: that the scored posts took to come; None: not told

    @property
    def posts(self) -> int:
        return len(self._scores)

    @property
    def relevant(self) -> int:
        return sum(label.relevant for label in self.labels)

    @cached_property
    def different(self) -> int:
        """How many different scores there are."""
        return len(np.unique(self._scores))

    def pace(self, posts: float) -> float:
        """Return posts an hour; where the hours were not told, of 1,000 scored posts."""
        return posts / self.hours if self.hours else PER * posts / max(self.posts, 1)

    def outlook(self, point: OperatingPoint) -> Outlook:
        """Return what a point would do."""
        # Compared as OperatingPoint.unsure does: threshold plus band would round another way.
        near = np.abs(self._scores - point.threshold) < point.band
        return Outlook(
            point=point,
            read=self._at_or_above(point.threshold),
            unsure=int(np.count_nonzero(near)),
            misses=self._misses(point),
            precision=self._share(
                [label for label in self.labels if point.passes(label.relevance)],
                hit=lambda label: label.relevant,
            ),
            right_when_sure=self._share(
                [label for label in self.labels if not point.unsure(label.relevance)],
                hit=lambda label: label.relevant is point.passes(label.relevance),
            ),
        )

    def suggested(self, *, most_misses: float, band: float) -> OperatingPoint | None:
        """
        Return the highest threshold with at most so many estimated misses; None: it cannot be told.

        Units: `most_misses` of 1,000 relevant posts.  A threshold has three decimals.
        """
        found: OperatingPoint | None = None
        low, high = 0, 1_000
        while low <= high:
            middle = (low + high) // 2
            point = OperatingPoint(threshold=middle / 1_000, band=band)
            misses = self._misses(point)
            if misses is None:
                return None
            if misses.share * PER <= most_misses + 1e-9:
                found, low = point, middle + 1
            else:
                high = middle - 1
        return found

    def thresholds(self, *, rows: int) -> list[float]:
        """
        Return about so many thresholds worth a look, rising, of which no two read the same posts.

        They part the scored posts, and the relevant labels, into parts of about one size.
        """
        if not self.posts:
            return []
        shares = np.linspace(0, 1, max(2, rows // 2), endpoint=False)
        wanted = list(np.quantile(self._scores, shares))
        liked = [label.relevance for label in self.labels if label.relevant]
        wanted += list(np.quantile(liked, shares)) if liked else []
        rounded = sorted({float(np.floor(value * 100) / 100) for value in wanted} | {0.0})
        if len(rounded) < min(rows // 2, self.different):
            rounded = sorted({float(np.floor(value * 1_000) / 1_000) for value in wanted} | {0.0})
        told: dict[int, float] = {}
        for value in rounded:  # of several that read the same posts, the highest
            told[self._at_or_above(value)] = value
        return sorted(told.values())

    def _at_or_above(self, threshold: float) -> int:
        return self.posts - int(np.searchsorted(self._scores, threshold, side="left"))

    def _misses(self, point: OperatingPoint) -> Rate | None:
        relevant = [label for label in self.labels if label.relevant]
        if not relevant:
            return None
        if not self.drawn:
            lost = sum(not point.passes(label.relevance) for label in relevant)
            return Rate.of(lost, len(relevant))
        below = [label for label in self.labels if not point.passes(label.relevance)]
        above = [label for label in self.labels if point.passes(label.relevance)]
        lost_, kept = _relevant_among(below), _relevant_among(above)
        room = float(self.posts - self._at_or_above(point.threshold))
        if not below or lost_.high > room:
            lost_ = _Total(value=lost_.value, low=lost_.low, high=max(room, lost_.value))
        return _quotient(lost_, kept, n=len(self.labels))

    def _share(self, labels: Sequence[Label], *, hit: Hit) -> Rate | None:
        if not labels:
            return None
        if not self.drawn:
            return Rate.of(sum(map(hit, labels)), len(labels))
        total = _total(labels, hit=hit)
        all_ = sum(label.stands_for for label in labels)
        return Rate(
            share=total.value / all_,
            low=max(0.0, total.low / all_),
            high=min(1.0, total.high / all_),
            n=len(labels),
        )


def _relevant_among(labels: Sequence[Label]) -> _Total:
    return _total(labels, hit=lambda label: label.relevant)


def _total(labels: Sequence[Label], *, hit: Hit) -> _Total:
    """Estimate how many posts are hits, from labels that stand for several each."""
    groups: dict[float, list[Label]] = {}
    for label in labels:
        groups.setdefault(label.stands_for, []).append(label)
    value, down, up = 0.0, 0.0, 0.0
    for each, group in groups.items():
        size = each * len(group)
        rate = Rate.of(sum(map(hit, group)), len(group))
        value += size * rate.share
        down = hypot(down, size * (rate.share - rate.low))
        up = hypot(up, size * (rate.high - rate.share))
    return _Total(value=value, low=max(0.0, value - down), high=value + up)


def _quotient(lost: _Total, kept: _Total, *, n: int) -> Rate:
    """Return lost / (lost + kept), which rises with the one and falls with the other."""

    def part(one: float, other: float) -> float:
        return one / (one + other) if one + other else 0.0

    share = part(lost.value, kept.value)
    down = hypot(share - part(lost.low, kept.value), share - part(lost.value, kept.high))
    up = hypot(part(lost.high, kept.value) - share, part(lost.value, kept.low) - share)
    return Rate(share=share, low=max(0.0, share - down), high=min(1.0, share + up), n=n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """Labelled posts that another operating point puts on the other side."""

    heard: list[Label]  #: set aside now, read then; the relevant ones first
    set_aside: list[Label]  #: read now, set aside then; the relevant ones first


def turned(labels: Sequence[Label], *, now: OperatingPoint | None, then: OperatingPoint) -> Turned:
    """
    Return the labelled posts that change side from one point to another.

    Without a point now, all are read.
    """
    before = [now is None or now.passes(label.relevance) for label in labels]
    after = [then.passes(label.relevance) for label in labels]

    def chosen(was: bool, becomes: bool) -> list[Label]:  # noqa: FBT001  the two sides, named
        moved = [
            label
            for label, one, other in zip(labels, before, after, strict=True)
            if (one, other) == (was, becomes)
        ]
        return sorted(moved, key=lambda label: (not label.relevant, -label.relevance))

    return Turned(heard=chosen(False, True), set_aside=chosen(True, False))  # noqa: FBT003


def cautions(told: Tradeoff) -> list[str]:
    """Return, in sentences, what must be known before the figures are believed."""
    said: list[str] = []
    if not told.posts:
        return ["There is no scored post."]
    if told.different < FEW_SCORES:
        said.append(
            f"The {told.posts:,} posts have only {told.different:,} different "
            f"{'score' if told.different == 1 else 'scores'}: a threshold moves in jumps, and "
            "between two of them it changes nothing."
        )
    return [*said, *_of_labels(told)]


def _of_labels(told: Tradeoff) -> list[str]:
    labels, relevant = len(told.labels), told.relevant
    if not labels:
        return ["No post is labelled, so nobody can tell how many relevant ones would be missed."]
    said: list[str] = []
    if not told.drawn:
        said.append(
            f"The {labels:,} labels are corrections, not an audit sample: people correct what "
            "they see, and seldom see what was set aside. The real misses are probably more. "
            "'answerback audit-sample draw' draws posts that can tell."
        )
    if told.left_out:
        said.append(
            f"{told.left_out:,} corrections were left out of the figures: beside an audit sample "
            "they would bias it."
        )
    if not relevant:
        said.append(
            f"None of the {labels:,} labels is relevant: nobody can tell how many relevant posts "
            "would be missed. Label more of the posts with a high score."
        )
    elif relevant < FEW_RELEVANT:
        said.append(
            f"Only {relevant:,} of the {labels:,} labels are relevant: the intervals are wide, and "
            "thresholds near each other cannot be told apart."
        )
    return said
