"""The many ways in which files write a moment."""

import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime

#: Nothing public was posted before; an older time is a default or a mistake.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
#: How far behind our clock a post may be told and still be believed: zones and clocks err.
SLACK = timedelta(days=1)

_UNIVERSAL = frozenset({"UTC", "GMT", "utc", "gmt"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 64
#: Up to which size a bare number is seconds, milliseconds, microseconds since 1970.
_SECONDS_BELOW, _MILLISECONDS_BELOW, _MICROSECONDS_BELOW = 1e11, 1e14, 1e17
_DATE_DIGITS, _MINUTE_DIGITS = len("20171031"), len("20171031221047")
_TWITTER_WORDS, _TWITTER_LENGTH = 6, len("Tue Oct 31 22:10:47 +0000 2017")
_DOTTED = re.compile(
    r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T,]{1,2}(\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_NAMES = frozenset({*_MONTHS, "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"})
_WORD = re.compile(r"[^\W\d_]+")
_HALF_DAY = re.compile(r"\d\s*[ap]\.?m\b", re.ASCII | re.IGNORECASE)


class NotATime(ValueError):
    """What was told cannot be read as a moment, or not as a possible one."""


def is_untold(told: object) -> bool:
    """Say whether a cell tells no time at all; NaN is how a data frame writes "none"."""
    return told is None or told == "" or told != told  # noqa: PLR0124 - only NaN is unlike itself


def read_time(told: object) -> datetime:
    """
    Return the moment that a file tells, aware, in UTC.

    Understood: ISO 8601 with a zone, with Z, UTC or GMT, or without (then taken as UTC), with
    T or a space, a date alone (its midnight); `31.10.2017 22:10`, whose dots leave no doubt (with
    strokes, 3/2 is two days: not read); `Tue Oct 31 22:10:47 +0000 2017`; RFC 2822; a number
    since 1970 (below 1e11 seconds, below 1e14 milliseconds, else microseconds); a datetime.

    :raises NotATime: when it is none of these.
    """
    try:
        if isinstance(told, str):
            return _in_utc(_from_text(told))
        if isinstance(told, datetime):
            return _in_utc(told)
        if isinstance(told, date):
            return datetime.combine(told, time(), UTC)
        if isinstance(told, int | float) and not isinstance(told, bool):
            return _from_number(told)
    except (ValueError, OverflowError, TypeError, IndexError, KeyError) as wrong:
        raise NotATime(f"{told!r:.64} is not a time.") from wrong
    raise NotATime(f"{told!r:.64} is not a time.")


def believable(told: object, *, latest: datetime) -> datetime:
    """
    Return the moment told, if a post can have been written then.

    :raises NotATime: when it cannot be read, lies before 1990, or after `latest`.
    """
    moment = read_time(told)
    if not EARLIEST <= moment <= latest:
        raise NotATime(f"{moment.isoformat()} lies before 1990 or in the future.")
    return moment


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def _from_text(told: str) -> datetime:
    text = told.strip()
    if len(text) > _LONGEST:
        raise ValueError("too long for a time")
    if text[4:5] == "-":
        if text[-3:] in _UNIVERSAL:  # others write so what ISO 8601 writes as Z
            text = f"{text[:-3].rstrip()}Z"
        return datetime.fromisoformat(text)
    if len(text) == _TWITTER_LENGTH and text[-4:].isdigit():
        return _from_twitter(text)
    if text.isdecimal():
        return _from_digits(text)
    return _from_rarer(text)


def _from_rarer(text: str) -> datetime:
    if dotted := _DOTTED.fullmatch(text):
        day, month, year, hour, minute, second = (int(part or 0) for part in dotted.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    try:
        return _from_number(float(text))
    except ValueError:
        if text[:1].isdecimal() and text[8:9] == "T":
            return datetime.fromisoformat(text)  # the form without dashes: 20171031T221047Z
        return _from_mail(text)


def _from_mail(text: str) -> datetime:
    """Read RFC 2822, whose reader passes over words that it does not know: PM, or a zone."""
    if _HALF_DAY.search(text):
        raise ValueError("the hours of half a day")
    moment = parsedate_to_datetime(text)
    if moment.tzinfo is None and any(
        word[:3].title() not in _NAMES for word in _WORD.findall(text)
    ):
        raise ValueError("a zone that nobody knows")
    return moment


def _from_twitter(text: str) -> datetime:
    words = text.split(" ")
    if len(words) != _TWITTER_WORDS:
        raise ValueError("not Twitter's form")
    _, month, day, clock, zone, year = words
    return datetime.fromisoformat(f"{year}-{_MONTHS[month]:02}-{day}T{clock}{zone}")


def _from_digits(text: str) -> datetime:
    if len(text) == _DATE_DIGITS:
        return datetime.fromisoformat(text)
    if len(text) == _MINUTE_DIGITS and text[:2] in {"19", "20"}:
        return datetime.fromisoformat(f"{text[:8]}T{text[8:]}")
    return _from_number(int(text))


def _from_number(told: float) -> datetime:
    size = abs(told)
    if not size < _MICROSECONDS_BELOW:  # so written that NaN is refused too
        raise ValueError("beyond every calendar")
    if size < _SECONDS_BELOW:
        return _EPOCH + timedelta(seconds=told)
    if size < _MILLISECONDS_BELOW:
        return _EPOCH + timedelta(milliseconds=told)
    return _EPOCH + timedelta(microseconds=told)
