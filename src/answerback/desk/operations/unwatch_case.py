"""Follow a case no longer."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.lock_case import lock_case
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.event import Event, EventName


@transaction.atomic
def unwatch_case(*, case_id: int, by: str, at: datetime) -> None:
    """Stop following a case.  Done twice, nothing more happens."""
    case = lock_case(case_id)
    gone, _ = models.Watch.objects.filter(case_id=case_id, user__handle=by).delete()
    if gone:
        event = Event(what=EventName.WATCH_ENDED, at=at, by=by, case_id=case_id)
        record_events(brand_id=case.brand_id, events=[event])
