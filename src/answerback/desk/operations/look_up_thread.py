"""Ask for one thread: claim it, and record what came; the asking itself is in `project`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from answerback.desk import models

#: The stream of the source that threads come through; nobody polls it.
THREADS: Final = "threads"
#: So many threads an account is asked for in a minute: the polls come first.
MOST_A_MINUTE: Final = 10
#: A worker that dies leaves its thread to another after this.
_LEASE: Final = timedelta(minutes=5)
#: In vain so often, and the thread stays as it is.
MOST_TRIES: Final = 4
#: A network that lets us ask so few times more is left to the polls until it counts anew.
_SPARE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One thread that is to be asked for now, by this worker."""

    look_id: int
    account_id: int
    brand_id: int
    channel: str
    external_id: str
    source_id: int
    tries: int  #: this one included
    claimed_until: datetime  #: also what a later claim is told apart by


@transaction.atomic
def claim_look(*, at: datetime) -> Look | None:
    """Take the thread that has waited longest, of an account that may be asked; None: none."""
    minute = at - timedelta(minutes=1)
    busy = (
        models.ThreadLook.objects.filter(asked_at__gt=minute)
        .values_list("account")
        .annotate(n=Count("pk"))
    )
    full = {account for account, n in busy.order_by() if n >= MOST_A_MINUTE}
    due = models.ThreadLook.objects.filter(
        wanted_at__lte=at, account__on=True, account__stopped=""
    ).exclude(account__in=full | _resting(at))
    look = due.select_related("account").order_by("wanted_at", "pk").first()
    if look is None:
        return None
    until = at + _LEASE
    ours = models.ThreadLook.objects.filter(pk=look.pk, wanted_at=look.wanted_at)
    if not ours.update(wanted_at=until, asked_at=at, tries=look.tries + 1):
        return None  # another worker was quicker
    return Look(
        look_id=look.pk,
        account_id=look.account_id,
        brand_id=look.account.brand_id,
        channel=look.account.channel,
        external_id=look.external_id,
        source_id=_source(look.account, at=at).pk,
        tries=look.tries + 1,
        claimed_until=until,
    )


def _resting(at: datetime) -> set[int]:
    """Return the accounts that asked us to wait, or whose budget is nearly used up."""
    sources = models.Source.objects.filter(
        Q(limited_until__gt=at) | ~Q(rate={}), account__isnull=False
    )
    found: set[int] = set()
    for account, until, rate in sources.values_list("account", "limited_until", "rate"):
        waits = until is not None and until > at
        if waits or _is_nearly_used_up(rate, at=at):
            found.add(account)
    return found


def _is_nearly_used_up(rate: Mapping[str, Any], *, at: datetime) -> bool:
    remaining, resets = rate.get("remaining"), rate.get("resets_at")
    if remaining is None or resets is None:
        return False
    return int(remaining) < _SPARE and datetime.fromisoformat(str(resets)) > at


def _source(account: models.ChannelAccount, *, at: datetime) -> models.Source:
    source, _ = models.Source.objects.get_or_create(
        brand_id=account.brand_id,
        channel=account.channel,
        fingerprint=f"live:{account.pk}:{THREADS}",
        defaults={
            "name": f"{account.name}: threads",
            "account": account,
            "stream": THREADS,
            "on": False,  # nobody polls it
            "opened_at": at,
        },
    )
    return source


def record_look(*, look: Look, found: int, sentence: str = "") -> None:
    """Record that a thread was had, or (`sentence`) why not; nothing, where it was claimed anew."""
    _ours(look).update(wanted_at=None, wanted_by=None, tries=0, found=found, sentence=sentence)


def put_off_look(*, look: Look, until: datetime, sentence: str, in_vain: bool) -> None:
    """Ask for it later; `in_vain`: this try counts."""
    tries = look.tries if in_vain else look.tries - 1
    _ours(look).update(wanted_at=until, tries=tries, sentence=sentence)


def _ours(look: Look) -> QuerySet[models.ThreadLook]:
    return models.ThreadLook.objects.filter(pk=look.look_id, wanted_at=look.claimed_until)
