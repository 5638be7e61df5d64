"""
How often the interval of filter recall holds the truth, over simulated weeks of real scores.

Each week is a random part of a stream that a cheap model scored on folds it had not seen; the
filter keeps what lies above a threshold, people label a stratified sample, and the interval
is compared with the week's true recall.  Writes benchmarks/coverage_recall.jsonl.

    python -m benchmarks.coverage_recall [WEEKS]
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
from benchmarks.coverage_scores import SEED, Stream, streams
from benchmarks.saying import ROOT, commit
from numpy.typing import NDArray

from answerback.domain.measure.audit_draw import labels_for, places_by_rank
from answerback.domain.measure.limits import IntervalKind, limits_of
from answerback.domain.measure.recall import recall_of
from answerback.domain.measure.sampled import Side, Tally

OUT = ROOT / "benchmarks" / "coverage_recall.jsonl"
SIZES = (200, 400, 800)
RECALLS = (0.8, 0.9, 0.97)  #: at which the threshold lies, over the whole stream
FIXED = (IntervalKind.CLOPPER_PEARSON, IntervalKind.MID_P, IntervalKind.JEFFREYS)
DAYS, A_DAY = 60, 30
_Z = NormalDist().inv_cdf(0.975)

#: Posts a week of each stream; "rare" ones keep only a part of the relevant posts.
POSTS = {
    "airline": 48_000,
    "airline, rare": 48_000,
    "crisis": 24_000,
    "crisis, rare": 18_000,
    "brands": 8_800,
    "brands, rare": 2_000,
}
RARE = {"airline": 0.1, "crisis": 0.05, "brands": 0.05}

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """
    A stratum of a week, with the truth.

    Units: counts of posts.
    """

    name: str
    side: Side
    posts: int
    relevant: int


@dataclass(kw_only=True)
class Score:
    """How often an interval missed, on which side, and how wide it was in all."""

    looks: int = 0
    too_high: int = 0  #: the whole interval lay above the truth
    too_low: int = 0
    width: float = 0.0

    def add(self, interval: Interval, *, truth: float) -> None:
        self.looks += 1
        self.too_high += truth < interval[0] - 1e-9
        self.too_low += truth > interval[1] + 1e-9
        self.width += interval[1] - interval[0]

    def told(self) -> dict[str, float]:
        missed = self.too_high + self.too_low
        return {
            "coverage": round(1 - missed / self.looks, 4),
            "width": round(self.width / self.looks, 4),
            "too_high": round(self.too_high / self.looks, 4),
        }


def main() -> None:
    weeks = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with OUT.open("w", encoding="utf-8") as out:
        for name, stream in _all_streams().items():
            rows = [*single(name, stream, weeks=weeks), *pooled(name, stream, weeks=weeks // 2)]
            for row in (*rows, *daily(name, stream, runs=weeks // 2)):
                line = json.dumps({**row, "commit": commit()})
                print(line, flush=True)
                out.write(line + "\n")


def _all_streams() -> dict[str, Stream]:
    chance = np.random.default_rng(SEED)
    found: dict[str, Stream] = {}
    for name, stream in streams().items():
        here = chance.random(len(stream.scores)) < RARE[name]
        kept = ~stream.relevant | here
        found[name] = stream
        found[f"{name}, rare"] = Stream(scores=stream.scores[kept], relevant=stream.relevant[kept])
    return found


def thresholds(stream: Stream) -> dict[float, float]:
    """Return the score that keeps each share of the stream's relevant posts."""
    scores = np.sort(stream.scores[stream.relevant])[::-1]
    return {share: float(scores[round(share * len(scores)) - 1]) for share in RECALLS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """
    A week's posts from the highest score to the lowest.

    Shapes: `before` has one entry more than there are posts: relevant ones before a place.
    """

    scores: NDArray[np.float64]
    before: NDArray[np.int64]

    @classmethod
    def of(cls, stream: Stream, *, posts: int, chance: np.random.Generator) -> "Week":
        picked = chance.choice(len(stream.scores), min(posts, len(stream.scores)), replace=False)
        ranked = picked[np.argsort(-stream.scores[picked])]
        before = np.concatenate([[0], np.cumsum(stream.relevant[ranked])])
        return cls(scores=stream.scores[ranked], before=before)

    def strata(self, threshold: float) -> list[Stratum]:
        kept = int((self.scores >= threshold).sum())
        found = [self._stratum("kept", Side.KEPT, 0, kept)]
        for name, (start, end) in places_by_rank(len(self.scores) - kept).items():
            found.append(self._stratum(name, Side.SET_ASIDE, kept + start, kept + end))
        return [one for one in found if one.posts]

    def _stratum(self, name: str, side: Side, start: int, end: int) -> Stratum:
        relevant = int(self.before[end] - self.before[start])
        return Stratum(name=name, side=side, posts=end - start, relevant=relevant)


def truth_of(strata: Sequence[Stratum]) -> float:
    kept = sum(one.relevant for one in strata if one.side is Side.KEPT)
    return kept / sum(one.relevant for one in strata)


def labelled(strata: Sequence[Stratum], *, size: int, chance: np.random.Generator) -> list[Tally]:
    """Draw as `audit-sample draw` does: a simple sample of each stratum, without replacement."""
    sizes = labels_for({one.name: one.posts for one in strata}, size=size)
    found = []
    for one in strata:
        drawn = sizes[one.name]
        hits = int(chance.hypergeometric(one.relevant, one.posts - one.relevant, drawn))
        found.append(
            Tally(
                stratum=one.name,
                side=one.side,
                population=one.posts,
                relevant=hits,
                irrelevant=drawn - hits,
            )
        )
    return found


def single(name: str, stream: Stream, *, weeks: int) -> Iterator[dict[str, Any]]:
    """Say how the intervals of one week's sample do, for each threshold and size."""
    chance = np.random.default_rng(SEED + 1)
    scores: dict[tuple[float, int], dict[str, Score]] = defaultdict(lambda: defaultdict(Score))
    at = thresholds(stream)
    for _ in range(weeks):
        week = Week.of(stream, posts=POSTS[name], chance=chance)
        for share, threshold in at.items():
            strata = week.strata(threshold)
            truth = truth_of(strata)
            for size in SIZES:
                tallies = labelled(strata, size=size, chance=chance)
                for kind, interval in _intervals(tallies).items():
                    scores[share, size][kind].add(interval, truth=truth)
                simple = simple_sample(strata, size=size, chance=chance)
                scores[share, size]["simple random, clopper_pearson"].add(simple, truth=truth)
    for (share, size), kinds in scores.items():
        yield _row("one week", name, kinds, weeks=weeks, threshold_recall=share, labels=size)


def _row(what: str, stream: str, kinds: Mapping[str, Score], **told: Any) -> dict[str, Any]:
    figures = {kind: score.told() for kind, score in kinds.items()}
    return {"name": what, "stream": stream, "posts": POSTS[stream], **told, **figures}


def _intervals(tallies: Sequence[Tally]) -> dict[str, Interval]:
    found = {str(kind): recall_of(tallies, kind=kind) for kind in FIXED}
    told = {kind: (one.low, one.high) for kind, one in found.items()}
    return {**told, "wald": wald(tallies)}


def wald(tallies: Sequence[Tally]) -> Interval:
    """Return the usual interval, by the delta method and the normal curve: too narrow."""
    posts, spread = {True: 0.0, False: 0.0}, {True: 0.0, False: 0.0}
    for one in tallies:
        share, kept = one.relevant / one.labelled, one.side is Side.KEPT
        left = 1 - one.labelled / one.population
        posts[kept] += one.population * share
        spread[kept] += one.population**2 * share * (1 - share) / one.labelled * left
    both = posts[True] + posts[False]
    if not both:
        return 0.0, 1.0
    middle = posts[True] / both
    reach = sqrt((1 - middle) ** 2 * spread[True] + middle**2 * spread[False]) / both * _Z
    return max(0.0, middle - reach), min(1.0, middle + reach)


def simple_sample(strata: Sequence[Stratum], *, size: int, chance: np.random.Generator) -> Interval:
    """Return exact limits from a sample of the whole week without strata."""
    kept = sum(one.relevant for one in strata if one.side is Side.KEPT)
    missed = sum(one.relevant for one in strata) - kept
    rest = sum(one.posts for one in strata) - kept - missed
    found, lost, _ = chance.multivariate_hypergeometric([kept, missed, rest], size)
    return limits_of(int(found), int(found + lost), kind=IntervalKind.CLOPPER_PEARSON)


def pooled(name: str, stream: Stream, *, weeks: int) -> Iterator[dict[str, Any]]:
    """Say how four weekly draws do together, when volume and prevalence differ by the week."""
    chance = np.random.default_rng(SEED + 2)
    threshold = thresholds(stream)[0.9]
    kinds: dict[str, Score] = defaultdict(Score)
    size = 100
    for _ in range(weeks):
        four = [_odd_week(name, stream, chance=chance).strata(threshold) for _ in range(4)]
        tallies = [one for week in four for one in labelled(week, size=size, chance=chance)]
        truth = truth_of([one for week in four for one in week])
        for kind in FIXED:
            told = recall_of(tallies, kind=kind)
            kinds[kind].add((told.low, told.high), truth=truth)
    yield _row("four weeks", name, kinds, weeks=weeks, threshold_recall=0.9, labels=4 * size)


def _odd_week(name: str, stream: Stream, *, chance: np.random.Generator) -> Week:
    """Return a week with 40 to 100 % of the usual posts and 60 to 100 % of the relevant ones."""
    here = ~stream.relevant | (chance.random(len(stream.scores)) < chance.uniform(0.6, 1))
    thinned = Stream(scores=stream.scores[here], relevant=stream.relevant[here])
    posts = round(POSTS[name] * chance.uniform(0.4, 1))
    return Week.of(thinned, posts=posts, chance=chance)


def daily(name: str, stream: Stream, *, runs: int) -> Iterator[dict[str, Any]]:
    """Say how often a tile that is looked at each day is wrong on any of its 60 days."""
    chance = np.random.default_rng(SEED + 3)
    kinds = (IntervalKind.SEQUENCE, IntervalKind.MID_P, IntervalKind.CLOPPER_PEARSON)
    strata = Week.of(stream, posts=len(stream.scores), chance=chance).strata(
        thresholds(stream)[0.9]
    )
    scores: dict[str, Score] = defaultdict(Score)
    truth = truth_of(strata)
    for _ in range(runs):
        days = list(_days(strata, chance=chance))
        for kind in kinds:
            scores[kind].add(_worst(days, kind=kind, truth=truth), truth=truth)
    for kind in kinds:
        widths = [_last_width(strata, kind=kind, chance=chance) for _ in range(50)]
        scores[kind].width = sum(widths) / len(widths) * scores[kind].looks
    yield _row(
        "sixty daily looks", name, scores, weeks=runs, threshold_recall=0.9, labels=DAYS * A_DAY
    )


def _days(strata: Sequence[Stratum], *, chance: np.random.Generator) -> Iterator[list[Tally]]:
    """Yield what is known on each day: the labels of all days so far."""
    sizes = labels_for({one.name: one.posts for one in strata}, size=A_DAY)
    hits = {one.name: 0 for one in strata}
    for day in range(1, DAYS + 1):
        for one in strata:
            hits[one.name] += int(chance.binomial(sizes[one.name], one.relevant / one.posts))
        yield [
            Tally(
                stratum=one.name,
                side=one.side,
                population=one.posts * 1_000,  # the stream goes on: what is drawn is hardly less
                relevant=hits[one.name],
                irrelevant=day * sizes[one.name] - hits[one.name],
            )
            for one in strata
        ]


def _worst(days: Sequence[Sequence[Tally]], *, kind: IntervalKind, truth: float) -> Interval:
    """Return the first day's interval that misses the truth, or the last day's."""
    told = recall_of(days[0], kind=kind)
    for day in days:
        told = recall_of(day, kind=kind)
        if not told.low - 1e-9 <= truth <= told.high + 1e-9:
            break
    return told.low, told.high


def _last_width(
    strata: Sequence[Stratum], *, kind: IntervalKind, chance: np.random.Generator
) -> float:
    *_, last = _days(strata, chance=chance)
    told = recall_of(last, kind=kind)
    return told.high - told.low


if __name__ == "__main__":
    main()
