"""Which live sources are to be heard now, and all that hearing one needs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from answerback.channels.live import Letter
from answerback.desk import models

#: The name, among an account's streams, of that in which its letters are counted.
LETTERS: Final = "letters"
#: More are not begun at once; the others come after them.
_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSource:
    """One live source, as it stands now."""

    source_id: int
    brand_id: int
    account_id: int
    channel: str
    account: str  #: what people call it
    title: str
    stream: str
    cursor: str  #: "": from what is there now
    next_at: datetime | None
    asked_at: datetime | None  #: None: it was never heard
    last_post_at: datetime | None
    heard_at: datetime | None
    failures: int  #: in a row
    limited_until: datetime | None  #: the network asked us to wait

    def is_due(self, at: datetime) -> bool:
        """Tell whether it is time to poll it."""
        return self.next_at is not None and self.next_at <= at

    def may_stream(self, at: datetime) -> bool:
        """Tell whether a stream may be opened for it now: nothing went wrong, or it rested."""
        rested = self.failures == 0 and (self.limited_until is None or self.limited_until <= at)
        return rested or self.is_due(at)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGap:
    """One gap that is neither repaired nor given up."""

    gap_id: int
    kind: str
    since: datetime | None
    until: datetime | None
    found_at: datetime
    cursor: str
    tries: int


def followed_sources() -> list[LiveSource]:
    """Return all sources that are listened to, the longest due first.  One question."""
    return [_line(row) for row in listened().order_by("next_at", "pk")]


def due_sources(*, at: datetime) -> list[LiveSource]:
    """Return sources whose time has come, the longest due first.  One question."""
    rows = listened().filter(next_at__lte=at).order_by("next_at", "pk")
    return [_line(row) for row in rows[:_AT_ONCE]]


def live_source(source_id: int, *, even_stopped: bool = False) -> LiveSource | None:
    """
    Return one source that is listened to; None: it is off, or its account is.

    `even_stopped`: also where the account's login is refused, for what comes to us by itself.
    """
    sources = _live() if even_stopped else listened()
    return next((_line(row) for row in sources.filter(pk=source_id)), None)


def listened() -> QuerySet[models.Source]:
    """Return the sources that are on, of accounts that are on and let in."""
    return _live().filter(account__stopped="")


def _live() -> QuerySet[models.Source]:
    sources = models.Source.objects.filter(account__isnull=False, on=True, account__on=True)
    return sources.select_related("account")


def gaps_to_repair(source_id: int) -> list[OpenGap]:
    """Return a source's open gaps, the oldest first.  One question to the database."""
    gaps = models.Gap.objects.filter(source_id=source_id, repaired_at__isnull=True, given_up="")
    return [
        OpenGap(
            gap_id=row.pk,
            kind=row.kind,
            since=row.since,
            until=row.until,
            found_at=row.found_at,
            cursor=row.cursor,
            tries=row.tries,
        )
        for row in gaps.order_by("pk")
    ]


def unread_letters(*, account_id: int, limit: int) -> list[Letter]:
    """Return letters that nobody has read, the oldest first.  One question to the database."""
    rows = models.Letter.objects.filter(account_id=account_id, read_at__isnull=True)
    return [
        Letter(
            letter_id=row.pk,
            body=bytes(row.body),
            headers=row.headers,
            received_at=row.received_at,
        )
        for row in rows.order_by("pk")[:limit]
    ]


def accounts_with_letters(*, at: datetime) -> list[int]:
    """Return the accounts whose letters wait and can be read now.  One question to the database."""
    unread = models.Letter.objects.filter(account=OuterRef("pk"), read_at__isnull=True)
    resting = models.Source.objects.filter(
        account=OuterRef("pk"), stream=LETTERS, next_at__gt=at, failures__gt=0
    )
    accounts = models.ChannelAccount.objects.filter(Q(on=True), Exists(unread), ~Exists(resting))
    return list(accounts.order_by("pk").values_list("pk", flat=True))


def _line(row: models.Source) -> LiveSource:
    if row.account is None:
        raise AssertionError("A live source has an account")
    return LiveSource(
        source_id=row.pk,
        brand_id=row.brand_id,
        account_id=row.account.pk,
        channel=row.account.channel,
        account=row.account.name,
        title=row.name,
        stream=row.stream,
        cursor=row.cursor,
        next_at=row.next_at,
        asked_at=row.asked_at,
        last_post_at=row.last_post_at,
        heard_at=row.heard_at,
        failures=row.failures,
        limited_until=row.limited_until,
    )
