"""By when a post must have its first response: only open time counts."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from answerback.domain.records.brand import OpenHours
from answerback.domain.records.refusal import Refusal

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
HORIZON: Final = timedelta(days=366)  #: open time is looked for a year ahead, no further

_MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = 1_000_000  # of the microseconds we reckon in
_DAY: Final = 86_400 * _SECOND
_YEARS_KEPT: Final = 32  # of one calendar; two shifts a day take 70 kB a year
_FIRST_YEAR, _LAST_YEAR = 2, 9998  # a zone's offset would leave what `datetime` can hold

Week = tuple[tuple[tuple[time, time], ...], ...]


class NeverOpen(Refusal):
    """The desk is open for less than the target within a year."""


class UnknownZone(Refusal):
    """There is no time zone of that name."""


def due_at(*, created_at: datetime, target: timedelta, hours: OpenHours) -> datetime:
    """
    Return the moment by which a post of `created_at` must have its first response.

    Only open time counts: with a two-hour target and a desk open 09:00-17:00, a
    post written at 16:30 is due at 10:30 on the next open day.  The desk is open
    whenever the clock on its wall shows an open time, so a change to or from summer
    time neither gives nor takes an hour of a day shift, and a night shift that works
    through it is as long as it really is.  Work is done in UTC.

    Units: `target` is open time, not wall time.  The result is aware, in UTC.
    Error: exact to the microsecond; no rounding.
    Source: GLOSSARY.md, "respond_by".

    :raises ValueError: if `created_at` is naive or `target` is not positive.
    :raises NeverOpen: if the year after `created_at` has less open time than `target`.
    """
    return calendar_of(hours).due_at(created_at=created_at, target=target)


def calendar_of(hours: OpenHours) -> "Calendar":
    """
    Return the calendar of these hours, made once and kept.

    :raises UnknownZone: when there is no such time zone.
    """
    week = tuple(tuple(hours.week.get(weekday, ())) for weekday in range(7))
    return _calendar(hours.timezone, week, hours.holidays)


@lru_cache(maxsize=32)
def _calendar(timezone: str, week: Week, holidays: frozenset[date]) -> "Calendar":
    return Calendar(zone=zone_of(timezone), week=week, holidays=holidays)


def zone_of(name: str) -> ZoneInfo:
    """
    Return the time zone of an IANA name.

    :raises UnknownZone: when there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:  # OSError: "Europe" is a folder
        raise UnknownZone(
            f"There is no time zone '{name}'. Use an IANA name, like Europe/London or UTC."
        ) from wrong


def zone_names() -> list[str]:
    """Return the names of all time zones this machine knows."""
    return sorted(available_timezones())


class Calendar:
    """
    Open time in UTC, laid out a year at a time when it is first asked for.

    Units: inside, microseconds since 1970 in UTC, as whole numbers.
    """

    def __init__(self, *, zone: ZoneInfo, week: Week, holidays: frozenset[date]) -> None:
        self.zone = zone
        self._week = [[(_clock(a), _clock(b) or _DAY) for a, b in sorted(day)] for day in week]
        self._holidays = holidays
        self._years: dict[int, _Year] = {}

    def due_at(self, *, created_at: datetime, target: timedelta) -> datetime:
        """Return what `due_at` above returns, for these hours."""
        if created_at.tzinfo is None or target <= timedelta():
            raise ValueError(
                f"A deadline needs a time with a zone and a target above zero; got "
                f"{created_at.isoformat()} and {target}."
            )
        since = (created_at - EPOCH) // _MICROSECOND
        left = target // _MICROSECOND
        first = created_at.astimezone(UTC).year
        for year in range(first, first + 3):  # 366 days touch at most three years
            spans = self._year(year)
            left += spans.open_until(since)
            if left <= spans.total:
                due = EPOCH + spans.reached(left) * _MICROSECOND
                if due - created_at <= HORIZON:
                    return due
                break
            left -= spans.total
        raise NeverOpen(
            f"The desk is open for less than {target} in the year after {created_at:%Y-%m-%d}, so "
            "no deadline can be set. Give it more open hours or fewer holidays, or shorten the "
            "target."
        )

    def open_time(self, *, since: datetime, until: datetime) -> timedelta:
        """Return how much open time lies between two moments; zero when they are reversed."""
        begins, ends = (since - EPOCH) // _MICROSECOND, (until - EPOCH) // _MICROSECOND
        if ends <= begins:
            return timedelta()
        total = 0
        for year in range(since.astimezone(UTC).year, until.astimezone(UTC).year + 1):
            spans = self._year(year)
            total += spans.open_until(ends) - spans.open_until(begins)
        return timedelta(microseconds=total)

    def _year(self, year: int) -> "_Year":
        kept = self._years.get(year)
        if kept is None:
            while len(self._years) >= _YEARS_KEPT:
                self._years.pop(next(iter(self._years)), None)
            kept = self._years[year] = _Year(list(self._spans(year)))
        return kept

    def _spans(self, year: int) -> Iterator[tuple[int, int]]:
        """
        Yield the open spans of one year of UTC, in order.

        Between two changes of the clock the offset stands still, so the local days can
        be laid out and moved by it as one; what a change skips or repeats then falls out
        of the cuts, with no special case.
        """
        for begins, ends, offset in self._offsets(year):
            opening, closing = begins + offset, ends + offset  # on the wall
            for day in range(opening // _DAY, (closing - 1) // _DAY + 1):
                local = date(1970, 1, 1) + timedelta(days=day)
                if local in self._holidays:
                    continue
                for start, end in self._week[local.weekday()]:
                    cut = max(day * _DAY + start, opening), min(day * _DAY + end, closing)
                    if cut[0] < cut[1]:
                        yield cut[0] - offset, cut[1] - offset

    def _offsets(self, year: int) -> Iterator[tuple[int, int, int]]:
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            return
        begins, end = (
            (datetime(told, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(seconds=1)
            for told in (year, year + 1)
        )
        offset = self._offset(begins)
        for day in range(begins + 86_400, end + 1, 86_400):
            if self._offset(day) != offset:
                change = self._change(day - 86_400, day)
                yield begins * _SECOND, change * _SECOND, offset * _SECOND
                begins, offset = change, self._offset(day)
        yield begins * _SECOND, end * _SECOND, offset * _SECOND

    def _change(self, before: int, after: int) -> int:
        """Return the first second with the offset of `after`."""
        old = self._offset(before)
        while after - before > 1:
            middle = (before + after) // 2
            if self._offset(middle) == old:
                before = middle
            else:
                after = middle
        return after

    def _offset(self, second: int) -> int:
        moment = (EPOCH + timedelta(seconds=second)).astimezone(self.zone)
        return (moment.utcoffset() or timedelta()) // timedelta(seconds=1)


class _Year:
    """The open spans of a year with their running sums, so that a question is one search."""

    __slots__ = ("_before", "_begins", "_ends", "_through", "total")

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._begins = [begins for begins, _ in spans]
        self._ends = [ends for _, ends in spans]
        self._through = list(accumulate(ends - begins for begins, ends in spans))
        self._before = [0, *self._through]
        self.total = self._before[-1]

    def open_until(self, moment: int) -> int:
        """Return the open time of this year that has passed at a moment."""
        span = bisect_right(self._ends, moment)
        if span == len(self._ends):
            return self.total
        return self._before[span] + max(0, moment - self._begins[span])

    def reached(self, open_time: int) -> int:
        """Return the first moment at which so much open time of this year has passed."""
        span = bisect_left(self._through, open_time)
        return self._begins[span] + open_time - self._before[span]


def _clock(told: time) -> int:
    return timedelta(
        hours=told.hour, minutes=told.minute, seconds=told.second, microseconds=told.microsecond
    ) // timedelta(microseconds=1)
