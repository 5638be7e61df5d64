"""The [hours] table of a brand file or a policy: when the desk is open."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any, Final

from answerback.domain.records.brand import OpenHours
from answerback.domain.triage.deadlines import UnknownZone, zone_names, zone_of
from answerback.domain.triage.toml_text import Table, nearest

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS_KEYS: Final = ("timezone", "always", "holidays", *DAYS)

_ALL_DAY: Final = (time(), time())  # an end of 00:00 is midnight at the day's end
_RANGE: Final = re.compile(r"([a-z]{3})\s*-\s*([a-z]{3})")
_SPAN: Final = re.compile(r"(\d{1,2}):([0-5]\d)\s*[-\N{EN DASH}]\s*(\d{1,2}):([0-5]\d)")
_MIDNIGHT: Final = 24 * 60
_HOW: Final = 'Write it like "09:00-17:00", or like ["09:00-12:30", "13:30-17:00"].'

Minutes = tuple[int, int]  # from and to, of one day


def parse_hours(table: Table) -> OpenHours:
    """
    Read an [hours] table.

    :raises TomlRefused: naming the line and key, what is wrong, and what may stand there.
    """
    ranges = [key for key in table.values if _days(key) and key not in HOURS_KEYS]
    table.allow((*HOURS_KEYS, *dict.fromkeys(["mon-fri", "sat-sun", *ranges])))
    timezone = _timezone(table)
    week = _always(table) if table.yes_or_no("always", default=False) else _week(table)
    return OpenHours(timezone=timezone, week=week, holidays=_holidays(table))


def _timezone(table: Table) -> str:
    name = table.text("timezone", "UTC")
    try:
        zone_of(name)
    except UnknownZone as wrong:
        near = nearest(name, zone_names())
        raise table.refusal(
            "timezone",
            f"there is no time zone '{name}'.{near} Use an IANA name, like Europe/London or UTC.",
        ) from wrong
    return name


def _always(table: Table) -> dict[int, tuple[tuple[time, time], ...]]:
    for key in table.values:
        if _days(key):
            raise table.refusal(
                key,
                f"'always = true' in line {table.line('always')} says it all. Take out one of "
                "the two.",
            )
    return dict.fromkeys(range(7), (_ALL_DAY,))


def _week(table: Table) -> dict[int, tuple[tuple[time, time], ...]]:
    week: dict[int, tuple[tuple[time, time], ...]] = {}
    given: dict[int, str] = {}
    for key in table.values:
        for weekday in _days(key):
            if weekday in given:
                first = given[weekday]
                raise table.refusal(
                    key,
                    f"{DAYS[weekday]} already has its hours from '{first}' in line "
                    f"{table.line(first)}. Give each day once.",
                )
            given[weekday] = key
            week[weekday] = _spans(table, key)
    if not any(week.values()):
        raise table.refusal(
            None,
            "the desk would never be open. Give at least one day its hours, like "
            'mon-fri = "09:00-17:00", or write: always = true.',
        )
    return week


def _days(key: str) -> list[int]:
    """Return the weekdays a key names, from 0 for Monday; none for any other key."""
    if key in DAYS:
        return [DAYS.index(key)]
    told = _RANGE.fullmatch(key)
    if told is None or told[1] not in DAYS or told[2] not in DAYS or told[1] == told[2]:
        return []
    first, last = DAYS.index(told[1]), DAYS.index(told[2])
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]


def _spans(table: Table, key: str) -> tuple[tuple[time, time], ...]:
    value = table.values[key]
    written = value if isinstance(value, list) else [value]
    spans = sorted(
        _span(table, key, text=text, item=at if isinstance(value, list) else None)
        for at, text in enumerate(written)
    )
    for earlier, later in pairwise(spans):
        if later[0] < earlier[1]:
            raise table.refusal(
                key,
                f"{_said(earlier)} and {_said(later)} overlap. Join them into one, or let the "
                "second begin when the first has ended.",
            )
    return tuple((_time(begins), _time(ends)) for begins, ends in spans)


def _span(table: Table, key: str, *, text: Any, item: int | None) -> Minutes:
    told = _SPAN.fullmatch(text.strip()) if isinstance(text, str) else None
    if told is None:
        raise table.refusal(key, f"{text!r} is not a span of the day. {_HOW}", item=item)
    begins, ends = int(told[1]) * 60 + int(told[2]), int(told[3]) * 60 + int(told[4])
    ends = ends or _MIDNIGHT
    if begins >= _MIDNIGHT or ends > _MIDNIGHT:
        raise table.refusal(
            key, f"{text!r} has no such hour: a day runs from 00:00 to 24:00. {_HOW}", item=item
        )
    if begins >= ends:
        raise table.refusal(
            key,
            f"{text!r} ends before it has begun. A span lies within one day: for a night shift, "
            f'give "{_time(begins):%H:%M}-24:00" to this day and "00:00-{_time(ends):%H:%M}" to '
            "the next.",
            item=item,
        )
    return begins, ends


def _holidays(table: Table) -> frozenset[date]:
    value = table.values.get("holidays", [])
    if not isinstance(value, list):
        raise table.refusal("holidays", "this is not a list. Write [2026-12-25, 2027-01-01].")
    return frozenset(_each_holiday(table, value))


def _each_holiday(table: Table, value: list[Any]) -> Iterator[date]:
    for at, told in enumerate(value):
        day = told
        if isinstance(told, str):  # quotes around a date are a habit, and do no harm
            with suppress(ValueError):
                day = date.fromisoformat(told.strip())
        if not isinstance(day, date) or isinstance(day, datetime):
            raise table.refusal(
                "holidays",
                f"'{told}' is not a date. Write it year first: 2026-12-25.",
                item=at,
            )
        yield day


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _said(span: Minutes) -> str:
    return f"{span[0] // 60:02}:{span[0] % 60:02}-{span[1] // 60:02}:{span[1] % 60:02}"
