"""Hand somebody a batch of cases to sort, that nobody else is handed meanwhile."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.lookups import In

from answerback.desk import models
from answerback.desk.queries.batch import UNSORTED
from answerback.desk.queries.case_filter import BRAND, awake
from answerback.domain.records.case import CaseState

BATCH: Final = 25
#: A batch is given back by itself so long after the last sign of life.
LASTS: Final = timedelta(minutes=5)


@transaction.atomic
def lease_batch(
    *, by: str, brand_ids: Collection[int], at: datetime, limit: int = BATCH
) -> list[int]:
    """
    Lease the most pressing cases that nobody has, and return them with those still held, in order.

    The place of a case depends on nothing that changes while it waits, so the oldest deadline
    is always leased first, however many new ones come.  Two who ask at once get different cases:
    PostgreSQL passes over rows that another holds, SQLite lets one ask after the other.  What a
    person sent to a queue or escalated is sorted, and is not handed out to be sorted again.

    No event: a lease is no act on a case, and is over in minutes.
    """
    held = list(held_by(by, at=at).values_list("pk", flat=True))
    free = (
        _unowned()
        .filter(
            UNSORTED,
            _of(brand_ids),
            awake(at),
            Q(leased_until__isnull=True) | Q(leased_until__lte=at),
        )
        .order_by("turn", "written_at", "pk")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
    )
    came = [case.pk for case in free.only("pk")[: max(0, limit - len(held))]]
    models.Case.objects.filter(pk__in=came).update(leased_to=by, leased_until=at + LASTS)
    renew_batch(by=by, at=at)
    return list(held_by(by, at=at).values_list("pk", flat=True))


@transaction.atomic
def renew_batch(*, by: str, at: datetime) -> None:
    """
    Let somebody keep what they hold: they are at work.

    What another locks just now is passed over: to wait for it with others locked is to wait in
    a circle with the sorting of what comes in.
    """
    mine = held_by(by, at=at).select_for_update(of=("self",), no_key=True, skip_locked=True)
    models.Case.objects.filter(pk__in=[case.pk for case in mine.only("pk")]).update(
        leased_until=at + LASTS
    )


def give_back_batch(*, by: str, case_ids: Sequence[int] | None = None) -> None:
    """Give back what somebody holds, or only some of it; it can be leased again at once."""
    cases = models.Case.objects.filter(leased_to=by)
    if case_ids is not None:
        cases = cases.filter(pk__in=case_ids)
    cases.update(leased_to=None, leased_until=None)


def hold_again(*, by: str, case_ids: Sequence[int], at: datetime) -> None:
    """Put cases back into somebody's batch whose verdict was undone, unless another has them."""
    free = _unowned().filter(Q(leased_until__isnull=True) | Q(leased_until__lte=at))
    free.filter(pk__in=case_ids).update(leased_to=by, leased_until=at + LASTS)


def held_by(handle: str, *, at: datetime) -> QuerySet[models.Case]:
    """Return the cases that somebody holds at a moment, in order."""
    cases = _unowned().filter(leased_to=handle, leased_until__gt=at)
    return cases.order_by("turn", "written_at", "pk")


def _of(brand_ids: Collection[int]) -> Q:
    """Return that a case is of one of the brands, so that the first in turn are found at once."""
    ids = sorted(brand_ids)
    return Q(brand_id=ids[0]) if len(ids) == 1 else Q(In(BRAND, ids))


def _unowned() -> QuerySet[models.Case]:
    # Said aloud, though "new" says it: the indexes of open cases are made for these words.
    return models.Case.objects.exclude(state=CaseState.CLOSED).filter(
        state=CaseState.NEW, owner__isnull=True
    )
