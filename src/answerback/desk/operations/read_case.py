"""Note that somebody has a case before them."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.lock_case import lock_case
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.event import Event, EventName

#: A page that is opened again within this time is the same look at it.
ONE_LOOK: Final = timedelta(hours=1)


@transaction.atomic
def read_case(*, case_id: int, by: str, at: datetime) -> None:
    """
    Keep that a person has opened a case: at most one event a person and hour.

    For its owner the case is accepted by it, their notices about it are read, and a watcher's
    receipt reaches to the last event.
    """
    case = lock_case(case_id)  # before the audit log is held, as everybody does
    looks = models.Event.objects.filter(
        case_id=case_id, what=EventName.CASE_READ, by=by, at__gt=at - ONE_LOOK
    )
    if not looks.exists():
        event = Event(what=EventName.CASE_READ, at=at, by=by, case_id=case_id)
        record_events(brand_id=case.brand_id, events=[event])
    if case.owner == by and case.accepted_at is None:
        models.Case.objects.filter(pk=case_id, owner=by).update(accepted_at=at)
    unread = models.Notice.objects.filter(user__handle=by, case_id=case_id, read_at__isnull=True)
    unread.update(read_at=at)
    last = models.Event.objects.filter(case_id=case_id).order_by("-pk")
    watch = models.Watch.objects.filter(case_id=case_id, user__handle=by)
    watch.update(read_to=last.values_list("pk", flat=True).first() or 0)
