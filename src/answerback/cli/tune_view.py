"""What `answerback tune` shows: a row for each threshold that is worth a look."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from answerback.domain.measure.operating_point import (
    PER,
    Label,
    Outlook,
    Tradeoff,
    Turned,
    cautions,
    turned,
)
from answerback.domain.measure.rate import Rate
from answerback.domain.records.operating_point import OperatingPoint

ROWS = 12
_CURVE = 120  #: points of the picture
NOW, SUGGESTED, THEN = "now", "suggested", "looked at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One threshold with what it would do, and what it is to the person who looks."""

    outlook: Outlook
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class View:
    """A trade-off, looked at from the points that matter."""

    told: Tradeoff
    every: Sequence[Label]  #: all labels, for the examples
    band: float
    most_misses: float
    now: OperatingPoint | None = None
    then: OperatingPoint | None = None  #: the point that is asked about, or chosen
    notes: Sequence[str] = field(default_factory=tuple)  #: of what the files held

    @property
    def unit(self) -> str:
        """What a pace counts in."""
        return "an hour" if self.told.hours else f"of {PER:,}"

    @cached_property
    def suggested(self) -> OperatingPoint | None:
        return self.told.suggested(most_misses=self.most_misses, band=self.band)

    @cached_property
    def rows(self) -> list[Row]:
        """Return the thresholds worth a look and the marked ones, rising."""
        marks: dict[OperatingPoint, list[str]] = {}
        for point, mark in ((self.now, NOW), (self.suggested, SUGGESTED), (self.then, THEN)):
            if point is not None:
                marks.setdefault(point, []).append(mark)
        taken = {point.threshold for point in marks}
        for threshold in self.told.thresholds(rows=ROWS):
            if threshold not in taken:
                marks[OperatingPoint(threshold=threshold, band=self.band)] = []
        points = sorted(marks, key=lambda point: point.threshold)
        return [
            Row(outlook=self.told.outlook(point), marks=tuple(marks[point])) for point in points
        ]

    @cached_property
    def curve(self) -> list[Outlook]:
        """Return what many thresholds would do, rising, for a picture."""
        thresholds = {
            *self.told.thresholds(rows=_CURVE),
            *(row.outlook.point.threshold for row in self.rows),
        }
        return [
            self.told.outlook(OperatingPoint(threshold=one, band=self.band))
            for one in sorted(thresholds)
        ]

    @cached_property
    def turned(self) -> Turned | None:
        """Return who would change side; None: no other point is asked about."""
        if self.then is None:
            return None
        return turned(self.every, now=self.now, then=self.then)

    def sentences(self) -> list[str]:
        """Return what must be known before the figures are believed, and what they suggest."""
        said = [*self.notes, *cautions(self.told)]
        if self.suggested is not None:
            said.append(
                f"Suggested: {self.suggested.threshold:g}, the highest threshold with at most "
                f"{self.most_misses:g} misses per {PER:,} as estimated."
            )
        return said


def per_thousand(rate: Rate | None) -> str:
    """Return misses with their interval: '32 (12-70)'; '-' where they cannot be told."""
    if rate is None:
        return "-"
    share, low, high = (f"{PER * value:.0f}" for value in (rate.share, rate.low, rate.high))
    return f"{share} ({low}-{high})"


def percent(rate: Rate | None) -> str:
    """Return a share with its interval: '86% (68-90)'."""
    return "-" if rate is None else f"{rate.share:.0%} ({100 * rate.low:.0f}-{100 * rate.high:.0f})"
