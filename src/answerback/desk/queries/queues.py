"""Which queues have something waiting."""

from dataclasses import dataclass

from django.db.models import Count

from answerback.desk import models
from answerback.domain.records.case import CaseState


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQueue:
    """One queue, and how many open cases wait in it."""

    queue: str
    open: int


def open_queues(*, brand: str | None = None) -> list[OpenQueue]:
    """Return the queues that hold an open case, by name.  One question to the database."""
    cases = models.Case.objects.exclude(state=CaseState.CLOSED)
    if brand is not None:
        cases = cases.filter(brand__name=brand)
    counts = cases.order_by("queue").values_list("queue").annotate(Count("pk"))
    return [OpenQueue(queue=queue, open=count) for queue, count in counts]
