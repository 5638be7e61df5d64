"""Follow a case without owning it."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.lock_case import lock_case
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.event import Event, EventName


@transaction.atomic
def watch_case(*, case_id: int, by: str, at: datetime) -> None:
    """Begin to follow a case: what happens in it is told.  Done twice, nothing more happens."""
    case = lock_case(case_id)
    user = models.User.objects.get(handle=by)
    _, begun = models.Watch.objects.get_or_create(
        case_id=case_id, user=user, defaults={"at": at, "read_to": _last_event(case_id)}
    )
    if begun:
        event = Event(what=EventName.WATCH_BEGUN, at=at, by=by, case_id=case_id)
        record_events(brand_id=case.brand_id, events=[event])


def _last_event(case_id: int) -> int:
    events = models.Event.objects.filter(case_id=case_id).order_by("-pk")
    return events.values_list("pk", flat=True).first() or 0
