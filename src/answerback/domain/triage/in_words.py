"""Probabilities, waits and moments as a person would say them."""

from datetime import datetime, timedelta
from typing import Final

from answerback.domain.records.reading import Kind

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
KINDS: Final = {
    Kind.COMPLAINT: "a complaint",
    Kind.QUESTION: "a question",
    Kind.REQUEST: "a request",
    Kind.NEED: "a stated need",
    Kind.PRAISE: "praise",
    Kind.COMPARISON: "a comparison",
    Kind.IDEA: "an idea",
    Kind.SPAM: "spam",
    Kind.OTHER: "none of the kinds we know",
}

_PERCENT: Final = tuple(f"{whole} %" for whole in range(101))
_NEVER, _ALWAYS = 0, 1
_NEAR: Final = timedelta(days=6)  # within it a weekday names one day only
_UNITS: Final = ((31_536_000, "year"), (86_400, "day"), (3_600, "hour"), (60, "minute"))


def percent(probability: float) -> str:
    """
    Return a probability as whole percent.

    Error: rounded to 1 %; never to a certainty that it is not.
    """
    whole = round(probability * 100)
    if probability > _NEVER and whole == 0:
        return "under 1 %"
    if probability < _ALWAYS and whole == 100:  # noqa: PLR2004 - per cent
        return "over 99 %"
    return _PERCENT[whole]


def length(told: timedelta) -> str:
    """
    Return a length of time in its largest unit, the sign left out.

    Error: rounded down to whole minutes, hours, days or years of 365 days; days are kept
    up to two years and hours up to two days, where the next unit would say too little.
    """
    seconds = abs(told).total_seconds()
    for unit, name in _UNITS:
        count = int(seconds // unit)
        if count >= (2 if unit > 3_600 else 1):  # noqa: PLR2004 - an hour, in seconds
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return "less than a minute"


def moment(told: datetime, *, seen_at: datetime) -> str:
    """Return a moment, in its own zone, as briefly as leaves no doubt from `seen_at`."""
    clock = f"{DAYS[told.weekday()]} {told.hour:02}:{told.minute:02}"
    if abs(told - seen_at) < _NEAR:
        return clock
    return f"{clock[:3]} {told.day} {MONTHS[told.month - 1]} {told.year} {clock[4:]}"
