"""Which threshold holds for a brand, who chose it and why, and those before it."""

from dataclasses import dataclass
from datetime import datetime

from answerback.desk import models
from answerback.desk.queries.inbox import brand_id_of
from answerback.domain.records.operating_point import OperatingPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenPoint:
    """One choice, with what was expected of it when it was made."""

    number: int  #: counts over all brands
    point: OperatingPoint
    at: datetime
    by: str
    reason: str
    misses_per_1000: float | None  #: None: it could not be told
    misses_low: float | None
    misses_high: float | None
    reads_per_hour: float | None
    labels: int  #: that the estimate rests on
    drawn: bool  #: they were an audit sample, not mere corrections
    holds: bool  #: it is the one that holds now


def operating_point(*, brand: str) -> OperatingPoint | None:
    """Return the point that holds for a brand; None: nobody has chosen one.  One question."""
    row = models.Brand.objects.filter(name=brand).select_related("operating_point").first()
    if row is None or row.operating_point is None:
        return None
    return OperatingPoint(threshold=row.operating_point.threshold, band=row.operating_point.band)


def points_chosen(*, brand: str) -> list[ChosenPoint]:
    """
    Return every choice for a brand, the latest first.

    :raises NoSuchBrand: naming the brands there are.
    """
    brand_id = brand_id_of(brand)
    rows = models.OperatingPoint.objects.filter(brand_id=brand_id).select_related("brand")
    return [_line(row) for row in rows.order_by("-pk")]


def _line(row: models.OperatingPoint) -> ChosenPoint:
    return ChosenPoint(
        number=row.pk,
        point=OperatingPoint(threshold=row.threshold, band=row.band),
        at=row.at,
        by=row.by,
        reason=row.reason,
        misses_per_1000=row.misses_per_1000,
        misses_low=row.misses_low,
        misses_high=row.misses_high,
        reads_per_hour=row.reads_per_hour,
        labels=row.labels,
        drawn=row.drawn,
        holds=row.pk == row.brand.operating_point_id,
    )
