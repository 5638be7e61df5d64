"""Which events were told already, and from where to look on."""

from collections.abc import Sequence

from answerback.desk.queries.live import LiveEvent

#: A transaction that took its number and commits later than this is not waited for.
PATIENCE_SECONDS = 30.0


class Window:
    """
    The events behind `floor` that were told; everything up to it is settled.

    PostgreSQL gives numbers before it commits: 8 may be seen, and 7 come later.  A number that
    is missing keeps the floor below it until it comes, or its patience is over (a transaction
    that was taken back leaves a hole for ever).  Without holes nothing is read twice.
    """

    def __init__(self, floor: int) -> None:
        self.floor = floor
        self._told: dict[int, float] = {}

    def fresh(self, events: Sequence[LiveEvent], *, now: float) -> list[LiveEvent]:
        """Return those of the events that were not told yet, and count them as told."""
        new = [event for event in events if event.event_id not in self._told]
        self._told.update((event.event_id, now) for event in new)
        for event_id in sorted(self._told):
            hole = event_id != self.floor + 1
            if hole and self._told[event_id] > now - PATIENCE_SECONDS:
                break
            self.floor = event_id
            del self._told[event_id]
        return new
