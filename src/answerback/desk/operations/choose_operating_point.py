"""Choose the threshold of relevance below which a brand's posts are set aside."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.inbox import brand_id_of
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.operating_point import OperatingPoint
from answerback.domain.records.refusal import Refusal


class ChoiceNeedsReason(Refusal):
    """A threshold was to be chosen by nobody, or without a word why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a point was expected to do, when it was chosen."""

    misses_per_1000: float | None = None  #: None: it could not be told
    misses_low: float | None = None
    misses_high: float | None = None
    reads_per_hour: float | None = None
    labels: int = 0
    drawn: bool = False  #: the labels were an audit sample


@transaction.atomic
def choose_operating_point(
    *,
    brand: str,
    point: OperatingPoint,
    expected: Expected,
    by: str,
    reason: str,
    at: datetime,
) -> int:
    """
    Let a point hold for a brand from now on, and write one event.

    An earlier threshold may be chosen again: it is another choice, with its own reason.
    Returns the choice's number.  What it makes of stored posts is `judge_again`'s.

    :raises NoSuchBrand: naming the brands there are.
    :raises ChoiceNeedsReason: when `reason` or `by` says nothing.
    """
    if not reason.strip() or not by.strip():
        raise ChoiceNeedsReason(
            "A threshold decides what nobody reads, so it needs a name and a reason: "
            '--by ada --reason "two agents can read 60 posts an hour".'
        )
    row = hold_brand(brand_id_of(brand))
    chosen = models.OperatingPoint.objects.create(
        brand=row,
        threshold=point.threshold,
        band=point.band,
        at=at,
        by=by.strip(),
        reason=reason.strip(),
        misses_per_1000=expected.misses_per_1000,
        misses_low=expected.misses_low,
        misses_high=expected.misses_high,
        reads_per_hour=expected.reads_per_hour,
        labels=expected.labels,
        drawn=expected.drawn,
    )
    record_events(brand_id=row.pk, events=[_event(chosen, before=row.operating_point_id)])
    row.operating_point = chosen
    row.save(update_fields=["operating_point"])
    return chosen.pk


def _event(chosen: models.OperatingPoint, *, before: int | None) -> Event:
    return Event(
        what=EventName.OPERATING_POINT_CHOSEN,
        at=chosen.at,
        by=chosen.by,
        particulars={
            "operating_point": chosen.pk,
            "before": before,
            "threshold": chosen.threshold,
            "band": chosen.band,
            "misses_per_1000": chosen.misses_per_1000,
            "reads_per_hour": chosen.reads_per_hour,
        },
    )
