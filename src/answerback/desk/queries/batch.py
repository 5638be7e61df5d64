"""What somebody was handed to sort."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from answerback.desk import models
from answerback.desk.queries.access import Member
from answerback.desk.queries.case_filter import awake, of_brands
from answerback.domain.records.case import CaseState

#: Nobody has said yet where it belongs; else a batch would begin with what just was sorted.
UNSORTED: Final = Q(queue_by_hand=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The cases somebody holds, the most pressing first."""

    case_ids: tuple[int, ...]
    until: datetime | None  #: when the first of them is given back by itself; None: none is held


def batch_of(member: Member, *, at: datetime) -> Batch:
    """Return what somebody holds at a moment.  One question to the database (`case_leased`)."""
    rows = models.Case.objects.filter(
        leased_to=member.handle,
        leased_until__gt=at,
        state=CaseState.NEW,
        owner__isnull=True,
        brand_id__in=list(member.seats),
    ).order_by("turn", "written_at", "pk")
    held = list(rows.values_list("pk", "leased_until"))
    return Batch(
        case_ids=tuple(pk for pk, _ in held),
        until=min((until for _, until in held if until is not None), default=None),
    )


def anything_to_sort(member: Member, *, at: datetime) -> bool:
    """Tell whether a case waits that no person has sorted.  One question to the database."""
    cases = models.Case.objects.filter(UNSORTED, of_brands(member), awake(at))
    return cases.filter(state=CaseState.NEW, owner__isnull=True).exists()
