"""Whether the thread of a case was asked for, and what came of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from answerback.desk import models
from answerback.desk.queries.conversation import Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadState:
    """What is known of the asking."""

    has_account: bool  #: somebody of ours is on its network and let in
    waiting: bool = False  #: it is wanted and was not had yet
    asked_at: datetime | None = None
    found: int = 0
    sentence: str = ""  #: why it could not be had; "" when it could


def thread_state(thread: Thread, *, external_ids: Collection[str]) -> ThreadState:
    """Return what became of asking for one of these posts.  Two questions at most."""
    accounts = models.ChannelAccount.objects.filter(
        brand_id=thread.brand_id, channel=thread.channel, on=True, stopped=""
    )
    ids = list(accounts.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return ThreadState(has_account=False)
    looks = models.ThreadLook.objects.filter(account_id__in=ids, external_id__in=external_ids)
    rows = list(looks.order_by("pk"))
    if not rows:
        return ThreadState(has_account=True)
    waiting = any(row.wanted_at is not None for row in rows)
    asked = [row for row in rows if row.asked_at is not None]
    last = max(asked, key=lambda row: (row.asked_at, row.pk), default=rows[-1])
    return ThreadState(
        has_account=True,
        waiting=waiting,
        asked_at=last.asked_at,
        found=last.found,
        sentence=last.sentence,
    )
