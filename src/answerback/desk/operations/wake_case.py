"""Wake a case: by hand, or when its time has come."""

from datetime import datetime
from enum import StrEnum

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.lock_case import lock_case
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal


class NotAsleep(Refusal):
    """A case that is awake was to be woken."""


class Woken(StrEnum):
    """What woke a case: a closed list."""

    PERSON = "person"
    TIME = "time"
    AUTHOR = "author"  #: wrote again
    RETURNED = "returned"  #: what we had answered did not arrive


@transaction.atomic
def wake_case(*, case_id: int, by: str, at: datetime) -> None:
    """
    Wake a case before its time.

    :raises NotAsleep: when it is awake.
    """
    case = lock_case(case_id)
    if case.snoozed_until is None:
        raise NotAsleep("This case is awake already.")
    wake(case=case, what=Woken.PERSON, by=by, at=at)


def wake_one(*, at: datetime) -> bool:
    """Wake one case whose time has come, and say whether there was one: a background job."""
    due = models.Case.objects.filter(snoozed_until__lte=at).order_by("snoozed_until", "pk")
    case_id = due.values_list("pk", flat=True).first()
    if case_id is None:
        return False
    with transaction.atomic():
        case = lock_case(case_id)
        # Looked at again: somebody may have woken it, or snoozed it anew.
        if case.snoozed_until is not None and case.snoozed_until <= at:
            wake(case=case, what=Woken.TIME, by=None, at=at)
    return True


def wake(*, case: models.Case, what: Woken, by: str | None, at: datetime) -> None:
    """Wake a locked case that sleeps, write its event, and tell its owner."""
    until = case.snoozed_until
    models.Case.objects.filter(pk=case.pk).update(snoozed_until=None, sleeps_through_thanks=False)
    event = Event(
        what=EventName.CASE_WOKEN,
        at=at,
        by=by,
        case_id=case.pk,
        particulars={"what": what, "until": until.isoformat() if until else None},
    )
    record_events(brand_id=case.brand_id, events=[event])
    if case.owner is not None:
        notify(handles=[case.owner], what=NoticeOf.WOKEN, case_id=case.pk, by=by, at=at)
