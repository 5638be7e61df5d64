"""The queues there are."""

from answerback.desk import models
from answerback.domain.records.refusal import Refusal


class NoSuchQueue(Refusal):
    """No case ever waited in a queue of that name."""


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
