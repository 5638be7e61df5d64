"""Accounts on live networks, as people see them: never with a secret."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db.models import Count, Q, QuerySet

from answerback.channels.live import NoSuchNetwork, network
from answerback.desk import models
from answerback.desk.queries.access import NotHere
from answerback.desk.queries.accounts import secrets_of
from answerback.desk.sealing import KeysNotReadable, SealBroken
from answerback.domain.records.handles import known_by, shorter

#: The channel on which a name is an address, and is written without an @ before it.
_MAIL: Final = "email"


class AccountState(StrEnum):
    """How an account is, the most pressing word of all that hold."""

    REMOVED = "removed"
    PAUSED = "paused"
    STOPPED = "stopped"  #: its login is refused: a person must mend it
    FAILING = "failing"  #: the test or a source went wrong the last time
    LIMITED = "limited"  #: the network asked us to wait
    UNTESTED = "untested"
    GAPS = "gaps"  #: something may never have been fetched
    WELL = "well"

    @property
    def presses(self) -> bool:
        """Tell whether a person should look."""
        return self in {AccountState.STOPPED, AccountState.FAILING, AccountState.GAPS}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One account."""

    account_id: int
    brand_id: int
    brand: str
    channel: str
    kind: str  #: the channel's name for people
    name: str
    handle: str
    known: bool  #: the brand's file knows that name, or there is none
    state: AccountState
    sentence: str  #: why it is stopped or fails; "" when all is well
    settings: Mapping[str, str]
    mailbox: str | None
    tested_at: datetime | None
    tested: str  #: what the last test said
    works: bool | None  #: whether it went well; None: never tested
    checked_at: datetime | None  #: when a test last went well
    clock_ahead: float | None  #: theirs before ours, in seconds
    most_characters: int | None
    added_at: datetime
    added_by: str | None  #: None: whoever runs the server
    sources: int  #: that are followed
    last_post_at: datetime | None  #: by the clock of whoever wrote it
    heard_at: datetime | None  #: when we last heard anything new
    asked_at: datetime | None  #: when the network last answered, by whatever source
    open_gaps: int
    letters: int  #: received and not read yet

    @property
    def called(self) -> str:
        """What we are called there, as people write it: "@acme", "care@acme.example"."""
        return self.handle if self.channel == _MAIL or not self.handle else f"@{self.handle}"


def account_lines(
    *, at: datetime, brand_ids: Collection[int] | None = None, with_removed: bool = False
) -> list[AccountLine]:
    """
    Return the accounts of some brands (None: all), by brand, channel and name.

    Four questions to the database, however many accounts.
    """
    rows = models.ChannelAccount.objects.order_by("brand__name", "channel", "name", "pk")
    if brand_ids is not None:
        rows = rows.filter(brand_id__in=brand_ids)
    if not with_removed:
        rows = rows.filter(removed_at__isnull=True)
    return _lines(rows, at=at)


def account_line(account_id: int, *, at: datetime) -> AccountLine:
    """
    Return one account, whoever asks: pages come by `access.account_for` first.

    :raises NotHere: when there is none.
    """
    for line in _lines(models.ChannelAccount.objects.filter(pk=account_id), at=at):
        return line
    raise NotHere


def secret_names(account_id: int) -> frozenset[str] | None:
    """Return which secrets an account has; None: they cannot be opened."""
    row = models.ChannelAccount.objects.get(pk=account_id)
    try:
        return frozenset(secrets_of(row))
    except (SealBroken, KeysNotReadable):
        return None


def title_of(channel: str) -> str:
    """Return a channel's name for people; one that is no longer installed keeps its word."""
    try:
        return network(channel).title
    except NoSuchNetwork:
        return channel


def only_heard(channel: str) -> str:
    """Return a live channel's name for people, where nothing can be said on it; "": else."""
    try:
        kind = network(channel)
    except NoSuchNetwork:
        return ""
    return "" if kind.caps.speaks else kind.title


def knows_handle(handle: str, *, handles: Collection[str]) -> bool:
    """Tell whether posts to a name are heard as addressed to a brand with these handles."""
    told = handle.casefold()
    known = known_by({one.casefold(): one for one in handles})
    return not told or told in known or any(form in known for form in shorter(told))


def is_known(account: models.ChannelAccount) -> bool:
    """Tell whether posts to an account are heard as addressed: by its name, or as all of them."""
    if knows_handle(account.handle, handles=account.brand.handles):
        return True
    try:
        return network(account.channel).caps.to_us
    except NoSuchNetwork:
        return False


def _lines(rows: "QuerySet[models.ChannelAccount]", *, at: datetime) -> list[AccountLine]:
    accounts = list(rows.select_related("brand"))
    ids = [account.pk for account in accounts]
    sources: dict[int | None, list[models.Source]] = {}
    for source in models.Source.objects.filter(account_id__in=ids):
        sources.setdefault(source.account_id, []).append(source)
    open_gap = Q(source__account_id__in=ids, repaired_at__isnull=True, given_up="")
    gaps = _counted(models.Gap.objects.filter(open_gap).values_list("source__account_id"))
    unread = models.Letter.objects.filter(account_id__in=ids, read_at__isnull=True)
    letters = _counted(unread.values_list("account_id"))
    return [
        _line(
            account,
            sources=sources.get(account.pk, []),
            open_gaps=gaps.get(account.pk, 0),
            letters=letters.get(account.pk, 0),
            at=at,
        )
        for account in accounts
    ]


def _counted(
    rows: "QuerySet[models.Gap, tuple[int]] | QuerySet[models.Letter, tuple[int]]",
) -> dict[int, int]:
    return dict(rows.order_by().annotate(Count("pk")))


def _line(
    account: models.ChannelAccount,
    *,
    sources: Sequence[models.Source],
    open_gaps: int,
    letters: int,
    at: datetime,
) -> AccountLine:
    followed = [source for source in sources if source.on]
    state, sentence = _state(account, followed=followed, open_gaps=open_gaps, at=at)
    return AccountLine(
        account_id=account.pk,
        brand_id=account.brand_id,
        brand=account.brand.name,
        channel=account.channel,
        kind=title_of(account.channel),
        name=account.name,
        handle=account.handle,
        known=is_known(account),
        state=state,
        sentence=sentence,
        settings={name: str(value) for name, value in account.settings.items()},
        mailbox=account.mailbox,
        tested_at=account.tested_at,
        tested=account.tested,
        works=account.works,
        checked_at=account.checked_at,
        clock_ahead=account.clock_ahead,
        most_characters=account.most_characters,
        added_at=account.added_at,
        added_by=account.added_by,
        sources=len(followed),
        last_post_at=max((one.last_post_at for one in sources if one.last_post_at), default=None),
        heard_at=max((one.heard_at for one in sources if one.heard_at), default=None),
        asked_at=max((one.asked_at for one in followed if one.asked_at), default=None),
        open_gaps=open_gaps,
        letters=letters,
    )


def _state(
    account: models.ChannelAccount,
    *,
    followed: Sequence[models.Source],
    open_gaps: int,
    at: datetime,
) -> tuple[AccountState, str]:
    """Return the first word that holds, from the most pressing on, and why."""
    failing = next((one.sentence for one in followed if one.failures), "")
    if not failing and account.works is False:
        failing = account.tested
    waits = max((one.limited_until for one in followed if one.limited_until), default=None)
    holds: tuple[tuple[AccountState, bool, str], ...] = (
        (AccountState.REMOVED, account.removed_at is not None, ""),
        (AccountState.PAUSED, not account.on, ""),
        (AccountState.STOPPED, account.stopped != "", account.stopped),
        (AccountState.LIMITED, waits is not None and waits > at, ""),
        (AccountState.FAILING, failing != "", failing),
        (AccountState.UNTESTED, account.works is None, ""),
        (AccountState.GAPS, open_gaps > 0, ""),
    )
    return next(((state, why) for state, is_so, why in holds if is_so), (AccountState.WELL, ""))
