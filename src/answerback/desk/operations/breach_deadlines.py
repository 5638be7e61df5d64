"""Notice deadlines that have passed, and tell those who should know."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from answerback.desk import models
from answerback.desk.operations.notify import NoticeOf, notify_of_cases
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.assignable import NOT_CLOSED
from answerback.domain.records.case import CaseState
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.role import RIGHTS, Right

#: Deadlines noticed in one transaction: 10,000 take some twenty turns.
AT_ONCE = 500
#: More than so many in one turn, and a lead is told once that there are many.
ONE_BY_ONE = 10

_LEADS = [role for role, rights in RIGHTS.items() if Right.ASSIGN in rights]


@transaction.atomic
def breach_one(*, at: datetime, at_once: int = AT_ONCE) -> bool:
    """
    Notice the deadlines that have passed by now, some at a time, the longest first.

    Each case is marked with the moment we noticed, and gets one event that says how late that
    was; its owner, its watchers and the brand's owners and leads are told.  Cases that were late
    already when they were opened (an archive was read) tell the leads once, not each for itself:
    nobody here could have kept those deadlines.  A case that gets a
    later deadline afterwards (`open_cases.keep_cases_true`) can breach that one, too.
    What was answered, or waits for its author, breaches nothing; sleeping does not stop a clock.

    Units: `late_seconds` of the event is from the deadline to `at`.

    Returns whether there were any that nobody else holds.
    """
    due = list(_due(at).order_by("respond_by", "pk").values_list("pk", flat=True)[:at_once])
    if not due:
        return False
    # What somebody holds just now is left to the next turn: who holds many waits for nobody.
    free = _due(at).select_for_update(of=("self",), no_key=True, skip_locked=True)
    cases = list(free.filter(pk__in=due).order_by("pk"))
    if not cases:
        return False  # all are held: to look again at once would only keep them waiting
    models.Case.objects.filter(pk__in=[case.pk for case in cases]).update(breached_at=at)
    for brand_id in sorted({case.brand_id for case in cases}):
        theirs = [case for case in cases if case.brand_id == brand_id]
        record_events(brand_id=brand_id, events=[_event(case, at=at) for case in theirs])
        notify_of_cases(
            whom=_whom(theirs, brand_id=brand_id), what=NoticeOf.BREACHED, by=None, at=at
        )
    return True


def _due(at: datetime) -> QuerySet[models.Case]:
    """Return the open cases that owe an answer by a moment that has passed, not noticed yet."""
    return models.Case.objects.filter(
        NOT_CLOSED,
        breached_at__isnull=True,
        respond_by__isnull=False,
        respond_by__lte=at,
        author_has_the_word=False,
        leading__answer__isnull=True,
    ).exclude(state=CaseState.AWAITING_AUTHOR)


def _event(case: models.Case, *, at: datetime) -> Event:
    if case.respond_by is None:
        raise TypeError("Only a case with a deadline breaches it.")
    return Event(
        what=EventName.DEADLINE_BREACHED,
        at=at,
        case_id=case.pk,
        particulars={
            "respond_by": case.respond_by.isoformat(),
            "late_seconds": round((at - case.respond_by).total_seconds(), 3),
            "queue": case.queue,
            "state": case.state,
            "owner": case.owner,
            "before_opening": int(case.opened_at > case.respond_by),  # an old archive, mostly
        },
    )


def _whom(cases: Sequence[models.Case], *, brand_id: int) -> dict[int | None, set[str]]:
    leads = set(
        models.Membership.objects.filter(brand_id=brand_id, role__in=_LEADS).values_list(
            "user__handle", flat=True
        )
    )
    whom: dict[int | None, set[str]] = {
        case.pk: {case.owner} if case.owner else set() for case in cases
    }
    watches = models.Watch.objects.filter(case__in=whom).annotate(handle=F("user__handle"))
    for case_id, handle in watches.values_list("case_id", "handle"):
        whom[case_id].add(handle)
    late_before = {
        case.pk for case in cases if case.respond_by and case.opened_at > case.respond_by
    }
    if len(cases) > ONE_BY_ONE:
        return {**whom, None: leads}
    told_once: dict[int | None, set[str]] = {None: leads} if late_before else {}
    return told_once | {
        case_id: told if case_id in late_before else told | leads for case_id, told in whom.items()
    }
