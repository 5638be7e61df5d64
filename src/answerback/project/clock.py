"""The one clock of the house: everywhere else the moment is an argument."""

from datetime import UTC, datetime, timedelta

from answerback.channels.deadline import seconds_now
from answerback.domain.records.refusal import Refusal


def now() -> datetime:
    """Return this moment, aware, in UTC."""
    return datetime.now(UTC)


def shared_now() -> datetime:
    """
    Return this moment by the clock that all workers of a database share, aware, in UTC.

    Leases are judged by it: two machines whose clocks differ by minutes do not take each other's
    work over.
    """
    from answerback.desk.queries.shared_clock import shared_moment  # noqa: PLC0415  needs Django

    return shared_moment() or now()


class HeldClock:
    """
    The shared clock between two looks at it.

    For those who wait for a network: a look asks the database, and takes a connection.
    """

    def __init__(self) -> None:
        self._seen: tuple[datetime, float] | None = None

    def look(self) -> datetime:
        """
        Look at the shared clock, and return its moment.

        :raises django.db.Error: when it cannot be asked; the one that was seen last goes on.
        """
        self._seen = (shared_now(), seconds_now())
        return self._seen[0]

    def __call__(self) -> datetime:
        """Return this moment, without a question once it was looked at."""
        if self._seen is None:
            return self.look()
        seen, at = self._seen
        return seen + timedelta(seconds=seconds_now() - at)


def moment(text: str | None, *, option: str = "--at") -> datetime:
    """
    Return the moment that an option names, or now for None.

    :raises Refusal: when the text is no ISO 8601 time, or has no zone.
    """
    if text is None:
        return now()
    try:
        told = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Refusal(
            f"{option} {text!r} is not a time. Write it like 2026-11-21T09:00+00:00."
        ) from wrong
    if told.tzinfo is None:
        raise Refusal(f"{option} needs a zone, for example 2026-11-21T09:00+00:00.")
    try:
        return told.astimezone(UTC)
    except OverflowError as wrong:
        raise Refusal(f"{option} {text} lies outside of what a calendar holds.") from wrong
