"""How the sources of an account are: heard, late, limited, with gaps, and the sum of it all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from answerback.channels.discreet import at_network
from answerback.channels.live import Stream
from answerback.desk import models
from answerback.desk.queries.accounts import opened
from answerback.desk.queries.ledger import SourceLedger, ledger
from answerback.domain.records.refusal import Refusal

#: Closed gaps that are shown of an account, the newest; open ones all are.
_CLOSED_SHOWN: Final = 50
#: A source is stale when nobody has asked for so many times its own pace.
STALE_TIMES: Final = 5
#: And never before this: a short pace is no promise.
_STALE_AT_LEAST: Final = timedelta(minutes=5)


class GapState(StrEnum):
    """What became of a gap."""

    OPEN = "open"
    REPAIRED = "repaired"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLine:
    """A stretch of which something may never have been fetched."""

    gap_id: int
    kind: str  #: a HoleKind
    state: GapState
    sentence: str
    since: datetime | None
    until: datetime | None
    found_at: datetime
    tries: int
    repaired_at: datetime | None
    found_posts: int
    given_up: str  #: why it cannot be repaired; ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """One source of an account."""

    source_id: int
    stream: str
    name: str
    on: bool  #: False: the settings no longer ask for it
    streaming: bool  #: a stream is held open for it now
    every: timedelta | None  #: how often it is polled; None: its network does not tell
    backfills: bool  #: a chosen window can be fetched
    last_post_at: datetime | None
    heard_at: datetime | None
    lag: timedelta | None  #: from that post's time to our hearing it
    asked_at: datetime | None
    next_at: datetime | None
    limited_until: datetime | None
    rate: Mapping[str, object]
    failures: int  #: in a row
    sentence: str  #: why it failed last
    stale: bool  #: nobody has asked for much too long
    gaps: tuple[GapLine, ...]  #: the newest first
    ledger: SourceLedger

    @property
    def open_gaps(self) -> int:
        return sum(gap.state is GapState.OPEN for gap in self.gaps)


def channel_health(account_id: int, *, at: datetime) -> list[SourceHealth]:
    """
    Return the sources of an account, those that are followed first, by name.

    Seven questions to the database, however many sources; the account is opened to ask its
    network's code how often each is polled.
    """
    streams = streams_of(account_id)
    account = models.ChannelAccount.objects.get(pk=account_id)
    sources = list(models.Source.objects.filter(account=account).order_by("-on", "name", "pk"))
    gaps = _gaps([source.pk for source in sources])
    ledgers = {one.source_id: one for one in ledger(account_id=account_id)}
    asks = account.on and not account.stopped and account.removed_at is None
    return [
        _health(
            source,
            stream=streams.get(source.stream),
            gaps=gaps.get(source.pk, []),
            told=ledgers[source.pk],
            at=at if asks and source.on else None,
        )
        for source in sources
    ]


def streams_of(account_id: int) -> dict[str, Stream]:
    """Return what an account's network says of its streams; nothing where it cannot be opened."""
    try:
        with at_network(opened(account_id)) as speaking:
            return {stream.name: stream for stream in speaking.streams()}
    except Refusal:  # no such network any more, no key, a setting of an older version
        return {}


def is_stale(
    *, asked_at: datetime | None, opened_at: datetime, every: timedelta | None, at: datetime
) -> bool:
    """Tell whether nobody has asked a source for much too long."""
    if every is None:
        return False
    last = asked_at or opened_at
    return at - last > max(STALE_TIMES * every, _STALE_AT_LEAST)


def _health(
    source: models.Source,
    *,
    stream: Stream | None,
    gaps: Sequence[GapLine],
    told: SourceLedger,
    at: datetime | None,
) -> SourceHealth:
    every = None if stream is None else stream.every
    waits = at is not None and source.limited_until is not None and source.limited_until > at
    return SourceHealth(
        source_id=source.pk,
        stream=source.stream,
        name=source.name,
        on=source.on,
        streaming=source.streaming,
        every=every,
        backfills=stream is not None and stream.backfills,
        last_post_at=source.last_post_at,
        heard_at=source.heard_at,
        lag=None if source.lag is None else timedelta(seconds=source.lag),
        asked_at=source.asked_at,
        next_at=source.next_at,
        limited_until=source.limited_until,
        rate=source.rate,
        failures=source.failures,
        sentence=source.sentence,
        stale=at is not None
        and not waits
        and source.next_at is not None  # it is polled at all
        and is_stale(asked_at=source.asked_at, opened_at=source.opened_at, every=every, at=at),
        gaps=tuple(gaps),
        ledger=told,
    )


def _gaps(source_ids: Sequence[int]) -> dict[int, list[GapLine]]:
    """Return all open gaps, and the newest of the others, by source; the newest first."""
    rows = models.Gap.objects.filter(source_id__in=source_ids).order_by("-pk")
    still_open = rows.filter(repaired_at__isnull=True, given_up="")
    closed = rows.exclude(repaired_at__isnull=True, given_up="")[:_CLOSED_SHOWN]
    found: dict[int, list[GapLine]] = {}
    for row in (*still_open, *closed):
        found.setdefault(row.source_id, []).append(_gap(row))
    return found


def _gap(row: models.Gap) -> GapLine:
    state = GapState.OPEN
    if row.repaired_at is not None:
        state = GapState.REPAIRED
    elif row.given_up:
        state = GapState.GIVEN_UP
    return GapLine(
        gap_id=row.pk,
        kind=row.kind,
        state=state,
        sentence=row.sentence,
        since=row.since,
        until=row.until,
        found_at=row.found_at,
        tries=row.tries,
        repaired_at=row.repaired_at,
        found_posts=row.found_posts,
        given_up=row.given_up,
    )
