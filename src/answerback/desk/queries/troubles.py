"""What keeps the desk from hearing and speaking, as far as it needs a person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import Count, Min, Q, QuerySet

from answerback.desk import models
from answerback.desk.queries.channels import title_of
from answerback.desk.queries.vitals import PULSE
from answerback.domain.records.reply import ReplyState

#: What should be done at once and has waited for so long waits for somebody who is not there.
WAITS_TOO_LONG: Final = timedelta(minutes=5)
#: A source fails when it went wrong so many times in a row: once is no news on any network.
FAILS_FROM: Final = 3
#: A gap that cannot be closed any more is told of for so long: then it is history.
_GIVEN_UP_TOLD: Final = timedelta(days=3)
#: Lanes in which somebody waits for an answer now: no files (`operations/store_batch.py`).
_LIVE_LANES: Final = (0, 1)


class Trouble(StrEnum):
    """What is wrong with an account, the most pressing first."""

    STOPPED = "stopped"  #: its login is refused
    FAILING = "failing"  #: its sources go wrong again and again
    BEHIND = "behind"  #: its sources are due for long, or letters lie unread
    GIVEN_UP = "given_up"  #: posts are missing for good


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTrouble:
    """One account that does not hear as it should."""

    account_id: int
    brand_id: int
    kind: str  #: the channel's name for people
    name: str
    trouble: Trouble
    sentence: str  #: why, in the network's words; ""
    since: datetime | None  #: BEHIND: what has waited longest
    count: int = 0  #: GIVEN_UP: gaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """All that somebody should know of."""

    at_work: bool  #: a process that listens, sorts or sends was alive a moment ago
    waiting_since: datetime | None  #: what should have been done has waited since then
    accounts: tuple[AccountTrouble, ...] = ()

    @property
    def nobody_works(self) -> bool:
        """Tell whether things wait and no process is there that does them."""
        return self.waiting_since is not None and not self.at_work


def troubles(*, brand_ids: Collection[int], at: datetime) -> Troubles:
    """
    Return what is wrong for some brands.  At most ten questions, each by an index.

    Paused accounts are as somebody wanted them, so they are none.  Where no process is at work,
    accounts that are behind are not told one by one: it is one trouble.
    """
    accounts = models.ChannelAccount.objects.filter(
        brand_id__in=list(brand_ids), removed_at__isnull=True, on=True
    ).order_by("channel", "name", "pk")
    behind = _behind(accounts, at=at)
    oldest = [*behind.values(), *_unsorted(brand_ids), *_unsent(brand_ids)]
    waits = min((one for one in oldest if at - one > WAITS_TOO_LONG), default=None)
    at_work = models.Lease.objects.filter(name__startswith=PULSE, until__gt=at).exists()
    alone = waits is not None and not at_work
    return Troubles(
        at_work=at_work,
        waiting_since=waits,
        accounts=_accounts(list(accounts), behind={} if alone else behind, at=at),
    )


def _behind(accounts: "QuerySet[models.ChannelAccount]", *, at: datetime) -> dict[int, datetime]:
    """Return since when sources of accounts are due, or their letters unread."""
    asked = accounts.filter(stopped="")
    sources = models.Source.objects.filter(
        Q(limited_until__isnull=True) | Q(limited_until__lte=at),
        account__in=asked,
        on=True,
        streaming=False,
        next_at__lt=at - WAITS_TOO_LONG,
    ).order_by()
    found = dict(sources.values_list("account_id").annotate(Min("next_at")))
    letters = models.Letter.objects.filter(account__in=accounts, read_at__isnull=True).order_by()
    for account_id, since in letters.values_list("account_id").annotate(Min("received_at")):
        if at - since > WAITS_TOO_LONG:
            found[account_id] = min(since, found.get(account_id) or since)
    return {pk: since for pk, since in found.items() if pk is not None}


def _unsorted(brand_ids: Collection[int]) -> list[datetime]:
    """Return when the post was heard that has waited longest to be sorted, in each live lane."""
    found = []
    for lane in _LIVE_LANES:
        rows = models.Post.objects.filter(
            brand_id__in=list(brand_ids), lane=lane, sorted_at__isnull=True
        )
        found += list(rows.order_by("pk").values_list("heard_at", flat=True)[:1])
    return found


def _unsent(brand_ids: Collection[int]) -> list[datetime]:
    """Return since when the first reply could have gone out; none where nothing is sent."""
    if models.Installation.objects.filter(sends=False).exists():
        return []
    queued = models.Reply.objects.filter(
        state=ReplyState.QUEUED, send_after__isnull=False, case__brand_id__in=list(brand_ids)
    )
    return [
        one for one in queued.order_by("send_after").values_list("send_after", flat=True)[:1] if one
    ]


def _accounts(
    accounts: Sequence[models.ChannelAccount], *, behind: dict[int, datetime], at: datetime
) -> tuple[AccountTrouble, ...]:
    ids = [account.pk for account in accounts]
    failing = dict(
        models.Source.objects.filter(account_id__in=ids, on=True, failures__gte=FAILS_FROM)
        .order_by("failures")
        .values_list("account_id", "sentence")
    )
    lost = models.Gap.objects.filter(
        source__account_id__in=ids, found_at__gte=at - _GIVEN_UP_TOLD
    ).exclude(given_up="")
    given_up = dict(lost.order_by().values_list("source__account_id").annotate(Count("pk")))
    found = []
    for account in accounts:
        holds = (
            (Trouble.STOPPED, account.stopped != "", account.stopped),
            (Trouble.FAILING, account.pk in failing, failing.get(account.pk, "")),
            (Trouble.BEHIND, account.pk in behind, ""),
            (Trouble.GIVEN_UP, account.pk in given_up, ""),
        )
        told = next(((what, why) for what, is_so, why in holds if is_so), None)
        if told is not None:
            trouble, sentence = told
            found.append(
                AccountTrouble(
                    account_id=account.pk,
                    brand_id=account.brand_id,
                    kind=title_of(account.channel),
                    name=account.name,
                    trouble=trouble,
                    sentence=sentence,
                    since=behind.get(account.pk),
                    count=given_up.get(account.pk, 0),
                )
            )
    return tuple(found)
