"""Which queues have something waiting."""

from dataclasses import dataclass

from django.db.models import Count

from answerback.desk import models
from answerback.domain.records.case import CaseState
from answerback.domain.records.refusal import Refusal


class NoSuchQueue(Refusal):
    """No case ever waited in a queue of that name."""


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


def check_queue(name: str) -> None:
    """
    Do nothing when a case waits, or ever waited, in that queue.

    :raises NoSuchQueue: naming the queues there are.
    """
    # Closed cases count: a queue that is done is not a queue that never was.
    queues = models.Case.objects.order_by("queue").values_list("queue", flat=True)
    known = list(queues.distinct())
    if name not in known:
        there = ", ".join(f"'{one}'" for one in known) or "none yet"
        raise NoSuchQueue(f"There is no queue '{name}' here. Queues that held cases: {there}.")
