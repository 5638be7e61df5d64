"""Accounts and the health of their sources, as pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _

from answerback.channels.live import HoleKind
from answerback.desk.operations.backfill_source import ASKED_FOR
from answerback.desk.queries.channel_health import GapLine, GapState, SourceHealth
from answerback.desk.queries.channels import AccountState

#: The word of each state, and the colour of its chip; a colour never stands alone.
STATES: Final[Mapping[AccountState, tuple[str | Promise, str]]] = MappingProxyType(
    {
        AccountState.REMOVED: (_("removed"), "plain"),
        AccountState.PAUSED: (_("paused"), "plain"),
        AccountState.STOPPED: (_("stopped"), "bad"),
        AccountState.LIMITED: (_("waits, as asked"), "warn"),
        AccountState.FAILING: (_("failing"), "bad"),
        AccountState.UNTESTED: (_("not tested yet"), "info"),
        AccountState.GAPS: (_("gaps"), "warn"),
        AccountState.WELL: (_("all is well"), "good"),
    }
)
GAPS: Final[Mapping[GapState, tuple[str | Promise, str]]] = MappingProxyType(
    {
        GapState.OPEN: (_("open"), "warn"),
        GapState.REPAIRED: (_("repaired"), "good"),
        GapState.GIVEN_UP: (_("given up"), "bad"),
    }
)
HOLES: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        HoleKind.CURSOR_LAPSED: _("the network forgot our place"),
        HoleKind.PAGES_RAN_OUT: _("it shows only so many posts"),
        HoleKind.STREAM_BROKE: _("the stream broke"),
        HoleKind.WE_WERE_DOWN: _("we were away"),
        ASKED_FOR: _("somebody asked for it"),
    }
)
#: Skew from here on is said aloud.
SKEWED: Final = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceShown:
    """One source, ready for its row."""

    health: SourceHealth
    word: str | Promise
    tone: str  #: of the chip
    lag: str
    every: str
    limit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapShown:
    """One gap, ready for its row."""

    gap: GapLine
    source: str
    why: str | Promise
    word: str | Promise
    tone: str


def sources_shown(sources: Sequence[SourceHealth], *, at: datetime) -> list[SourceShown]:
    """Return the sources with their words."""
    return [_shown(source, at=at) for source in sources]


def gaps_shown(sources: Sequence[SourceHealth]) -> list[GapShown]:
    """Return the gaps of all sources: open ones first, then the newest."""
    found = [
        GapShown(
            gap=gap,
            source=source.name,
            why=HOLES.get(gap.kind, gap.kind),
            word=GAPS[gap.state][0],
            tone=GAPS[gap.state][1],
        )
        for source in sources
        for gap in source.gaps
    ]
    return sorted(found, key=lambda one: (one.gap.state is not GapState.OPEN, -one.gap.gap_id))


def span(told: timedelta) -> str:
    """Return a length of time as rows have room for: "2.5 s", "20 min", "3 h"."""
    seconds = told.total_seconds()
    if abs(seconds) < 10:  # noqa: PLR2004  below, a tenth is worth saying
        return gettext("%(count)s s") % {"count": f"{seconds:.1f}"}
    for most, unit, words in _SPANS:
        if abs(seconds) < most:
            return gettext(words) % {"count": f"{seconds / unit:.0f}"}
    return gettext("%(count)s d") % {"count": f"{seconds / _DAY:.0f}"}


_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
#: Up to so many seconds, counted in such a unit, in these words.
_SPANS: Final = (
    (100.0, 1.0, gettext_noop("%(count)s s")),
    (100 * _MINUTE, _MINUTE, gettext_noop("%(count)s min")),
    (48 * _HOUR, _HOUR, gettext_noop("%(count)s h")),
)


def skew(ahead: float | None) -> str:
    """Return how far a network's clock is from ours, where it is worth saying; ""."""
    if ahead is None or abs(ahead) <= SKEWED:
        return ""
    told = {"span": span(timedelta(seconds=abs(ahead)))}
    if ahead > 0:
        return gettext("Their clock is %(span)s ahead of ours. Check this machine's clock.") % told
    return gettext("Their clock is %(span)s behind ours. Check this machine's clock.") % told


def _shown(source: SourceHealth, *, at: datetime) -> SourceShown:
    word, tone = _state(source, at=at)
    return SourceShown(
        health=source,
        word=word,
        tone=tone,
        lag="" if source.lag is None else span(source.lag),
        every="" if source.every is None or source.next_at is None else span(source.every),
        limit=_limit(source.rate),
    )


def _state(source: SourceHealth, *, at: datetime) -> tuple[str | Promise, str]:
    """Return the first word that holds, from the most pressing on, and the tone of its chip."""
    count, waits = source.failures, source.limited_until
    failed = ngettext("failed once", "failed %(count)d times", count) % {"count": count}
    holds: tuple[tuple[bool, str | Promise, str], ...] = (
        (not source.on, _("off"), "plain"),
        (waits is not None and waits > at, _("waits, as asked"), "warn"),
        (count > 0, failed, "bad"),
        (source.stale, _("nobody asks"), "bad"),
        (source.open_gaps > 0, _("gaps"), "warn"),
        (source.streaming, _("streams"), "good"),
        (source.asked_at is None, _("not asked yet"), "info"),
    )
    return next(((word, tone) for is_so, word, tone in holds if is_so), (_("well"), "good"))


def _limit(rate: Mapping[str, object]) -> str:
    """Return what the network said of its limit: "280 of 300 left"."""
    limit, remaining = rate.get("limit"), rate.get("remaining")
    if remaining is None:
        return ""
    told = {"left": remaining, "limit": "?" if limit is None else limit}
    return gettext("%(left)s of %(limit)s left") % told
