"""Let a case sleep until a moment."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.lock_case import lock_open_case
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal

LONGEST: Final = timedelta(days=366)


class CannotSleepUntil(Refusal):
    """A moment that is over, or too far away."""


@transaction.atomic
def snooze_case(
    *,
    case_id: int,
    until: datetime,
    by: str | None,
    at: datetime,
    sleeps_through_thanks: bool = False,
) -> None:
    """
    Take a case out of sight until a moment, or until its author writes.

    Snoozed again, the new moment counts.  With `sleeps_through_thanks`, a post that only
    gives thanks does not wake it.  The deadline goes on: sleeping stops no clock.

    :raises CaseIsClosed: when it is closed.
    :raises CannotSleepUntil: when the moment is over, or more than a year away.
    """
    if not at < until <= at + LONGEST:
        raise CannotSleepUntil(
            f"A case cannot sleep until {until:%Y-%m-%d %H:%M} UTC: choose a moment after now "
            f"({at:%Y-%m-%d %H:%M} UTC) and within a year."
        )
    case = lock_open_case(case_id, to="before it can sleep")
    models.Case.objects.filter(pk=case_id).update(
        snoozed_until=until,
        sleeps_through_thanks=sleeps_through_thanks,
        leased_to=None,
        leased_until=None,
    )
    event = Event(
        what=EventName.CASE_SNOOZED,
        at=at,
        by=by,
        case_id=case_id,
        particulars={
            "until": until.isoformat(),
            "through_thanks": int(sleeps_through_thanks),
        },
    )
    record_events(brand_id=case.brand_id, events=[event])
