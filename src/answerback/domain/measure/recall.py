"""Precision, elusion and recall from an audit sample, each with how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from answerback.domain.measure.beta import turning_point
from answerback.domain.measure.limits import IntervalKind
from answerback.domain.measure.sampled import Heap, Side, Tally, Unsure, heaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """
    A share with its 95 % interval, from a weighted sample.

    Units: `share`, `low` and `high` lie in [0, 1]; `n` counts labelled posts.  `share` is
    None where no relevant post was seen, so that it is a quotient of nothing.  Posts of
    which the labeller was not sure are left out of `share`, and widen the interval both ways.
    """

    share: float | None
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        share = "not known" if self.share is None else f"{self.share:.1%}"
        return f"{share} ({self.low:.1%}-{self.high:.1%}, n={self.n})"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Total:
    """How many posts of a side are relevant, and how far that may lie off, each way."""

    posts: float
    below: float
    above: float


def share_relevant(tallies: Sequence[Tally], *, side: Side, kind: IntervalKind) -> Estimate:
    """
    Return the share of a side's posts that are relevant: precision (kept), elusion (set aside).

    Source: strata combined by MOVER, Zou and Donner 2008, Stat. Med. 27:1693; GLOSSARY.md.

    :raises ValueError: when the side has no post, or a stratum of it no label.
    """
    read = {how: heaps(tallies, side=side, unsure=how) for how in Unsure}
    population = sum(heap.population for heap in read[Unsure.LEFT_OUT])
    if not population:
        raise ValueError(f"There is no post on the side '{side}'.")
    least, most = (_total(read[how], kind=kind) for how in (Unsure.IRRELEVANT, Unsure.RELEVANT))
    return Estimate(
        share=_expected(read[Unsure.LEFT_OUT]) / population,
        low=max(0.0, (least.posts - least.below) / population),
        high=min(1.0, (most.posts + most.above) / population),
        n=_labelled(tallies, sides=(side,)),
    )


def recall_of(
    tallies: Sequence[Tally],
    *,
    kind: IntervalKind,
    inside: Sequence[Side] = (Side.KEPT,),
    outside: Sequence[Side] = (Side.SET_ASIDE,),
) -> Estimate:
    """
    Return, of the relevant posts inside and outside, the share inside: filter recall.

    Source: the limits of (1 - r) inside - r outside by MOVER, solved for r, as in Donner
    and Zou 2012, Stat. Methods Med. Res. 21:347; GLOSSARY.md, "filter recall".

    :raises ValueError: when a stratum has no label.
    """
    (kept, missed), (few, many), (more, fewer) = (
        (_read(tallies, sides=inside, unsure=one), _read(tallies, sides=outside, unsure=other))
        for one, other in (
            (Unsure.LEFT_OUT, Unsure.LEFT_OUT),
            (Unsure.IRRELEVANT, Unsure.RELEVANT),
            (Unsure.RELEVANT, Unsure.IRRELEVANT),
        )
    )
    found, all_there = _expected(kept), _expected(kept) + _expected(missed)
    return Estimate(
        share=found / all_there if all_there else None,
        low=_lowest_recall(_total(few, kind=kind), _total(many, kind=kind)),
        high=1 - _lowest_recall(_total(fewer, kind=kind), _total(more, kind=kind)),
        n=_labelled(tallies, sides=(*inside, *outside)),
    )


def relevant_posts(tallies: Sequence[Tally], *, sides: Sequence[Side]) -> float:
    """Return about how many posts of some sides are relevant; unsure ones are left out."""
    return _expected(_read(tallies, sides=sides, unsure=Unsure.LEFT_OUT))


def _lowest_recall(inside: _Total, outside: _Total) -> float:
    """Return the smallest r for which (1 - r) inside - r outside may still be nothing."""

    def too_large(r: float) -> bool:
        middle = (1 - r) * inside.posts - r * outside.posts
        return middle <= sqrt(((1 - r) * inside.below) ** 2 + (r * outside.above) ** 2)

    return 0.0 if too_large(0) else turning_point(too_large)


def _read(tallies: Sequence[Tally], *, sides: Sequence[Side], unsure: Unsure) -> list[Heap]:
    return [heap for side in sides for heap in heaps(tallies, side=side, unsure=unsure)]


def _expected(some: Sequence[Heap]) -> float:
    return sum(heap.population * heap.share for heap in some)


def _total(some: Sequence[Heap], *, kind: IntervalKind) -> _Total:
    below = above = 0.0
    for heap in some:
        low, high = heap.limits(kind=kind)
        below += (heap.population * (heap.share - low)) ** 2
        above += (heap.population * (high - heap.share)) ** 2
    return _Total(posts=_expected(some), below=sqrt(below), above=sqrt(above))


def _labelled(tallies: Sequence[Tally], *, sides: Sequence[Side]) -> int:
    return sum(tally.labelled for tally in tallies if tally.side in sides)
