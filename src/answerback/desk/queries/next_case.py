"""Which case comes after one, for somebody who works through them."""

from datetime import datetime

from django.db.models import Q

from answerback.desk import models
from answerback.desk.queries.access import Member
from answerback.domain.records.case import CaseState
from answerback.domain.records.role import Right

#: What somebody can do something about now.
_WORKABLE = (CaseState.NEW, CaseState.ASSIGNED)


def next_case(*, member: Member, case_id: int, at: datetime) -> int | None:
    """
    Return the case that presses most behind this one, of those that are theirs or nobody's.

    Behind the last one it is the first of all, so nothing is passed over for good; None: there
    is no other.  Cases asleep, or in somebody's batch of triage, are left out.  Three questions
    to the database at most.
    """
    here = models.Case.objects.filter(pk=case_id).values_list("turn", "written_at", "pk").get()
    turn, written_at, _ = here
    free = models.Case.objects.filter(
        Q(owner=None) | Q(owner=member.handle),
        Q(snoozed_until=None) | Q(snoozed_until__lte=at),
        Q(leased_until=None) | Q(leased_until__lte=at) | Q(leased_to=member.handle),
        brand_id__in=member.brands_with(Right.WORK),
        state__in=_WORKABLE,
    ).exclude(pk=case_id)
    behind = (
        Q(turn__gt=turn)
        | Q(turn=turn, written_at__gt=written_at)
        | Q(turn=turn, written_at=written_at, pk__gt=case_id)
    )
    ordered = free.order_by("turn", "written_at", "pk").values_list("pk", flat=True)
    found: int | None = ordered.filter(behind, turn__gte=turn).first()
    return ordered.first() if found is None else found


def owner_of(case_id: int) -> str | None:
    """Return who has a case.  One question to the database."""
    return models.Case.objects.filter(pk=case_id).values_list("owner", flat=True).first()
