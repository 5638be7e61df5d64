"""How many matches a day a query will bring, going by stored posts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import sqrt
from statistics import NormalDist

DAY = 86_400  #: seconds
_Z_95 = NormalDist().inv_cdf(0.975)
_FEW_DAYS = 7  #: fewer than these say nothing of how days differ


@dataclass(frozen=True, slots=True, kw_only=True)
class PerDay:
    """
    Matches a day, with its 95 % interval and what it rests on.

    Units: matches in 24 hours; `days` is the time from the first to the last of the posts.
    """

    expected: float
    low: float
    high: float
    days: float
    first: datetime
    last: datetime
    posts: int  #: posts whose time is told
    untimed: int  #: posts whose time is not told: left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """
    When the stored posts were written.

    Units: whole seconds since 1970, UTC.
    """

    first: int
    last: int
    posts: int  #: whose time is told
    untimed: int


def per_day(*, clock: Clock, matches: Mapping[int, int]) -> PerDay | None:
    """
    Return the matches a day, given how many there were on each day (days since 1970); or None.

    None: no time is told, or all posts are of one moment, so that there is no rate.

    Error: the interval is Byar's for a count, widened by how much more the days differ than
    chance lets them (their variance over their mean); with fewer than seven days, as if they
    did not.  It says nothing of a stream that changes, or of how the posts were chosen.
    Source: Breslow & Day 1987, Statistical Methods in Cancer Research II, p. 69 (Byar);
    McCullagh & Nelder 1989, section 6.2.3 (the widening).
    """
    days = (clock.last - clock.first) / DAY
    if clock.posts == 0 or days <= 0:
        return None
    count = sum(matches.values())
    spread = _spread(matches, first=clock.first // DAY, last=clock.last // DAY)
    low, high = _byar(count / spread)
    return PerDay(
        expected=count / days,
        low=low * spread / days,
        high=high * spread / days,
        days=days,
        first=datetime.fromtimestamp(clock.first, UTC),
        last=datetime.fromtimestamp(clock.last, UTC),
        posts=clock.posts,
        untimed=clock.untimed,
    )


def _spread(matches: Mapping[int, int], *, first: int, last: int) -> float:
    """Return the variance of the days over their mean; at least 1, as chance alone makes it."""
    days, count = last - first + 1, sum(matches.values())
    if days < _FEW_DAYS or not count:
        return 1.0
    mean = count / days
    squares = sum((one - mean) ** 2 for one in matches.values())
    squares += (days - len(matches)) * mean**2
    return max(1.0, squares / (days - 1) / mean)


def _byar(count: float) -> tuple[float, float]:
    """Return the 95 % interval of a count that chance spreads as Poisson says."""
    low = count * (1 - 1 / (9 * count) - _Z_95 / (3 * sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    high = more * (1 - 1 / (9 * more) + _Z_95 / (3 * sqrt(more))) ** 3
    return max(0.0, low), high
