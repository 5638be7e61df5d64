"""Threads that are not whole shall be asked for: by the machine, or by a person."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from django.db import transaction
from django.db.models import Q

from answerback.channels.live import NoSuchNetwork, network
from answerback.desk import models
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.threads import Threads
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal

#: A thread is not asked for again by the machine before that, whatever comes.
AGAIN_AFTER: Final = timedelta(hours=1)
#: Nor by a person: an answer takes a moment, and networks count how often we ask.
PRESSED_AFTER: Final = timedelta(minutes=2)


class NoThread(Refusal):
    """The thread cannot be asked for."""


@lru_cache(maxsize=64)
def gives_threads(channel: str) -> bool:
    """Tell whether a channel is a live network that can be asked for a thread."""
    try:
        return network(channel).caps.contexts
    except NoSuchNetwork:
        return False


def want_threads(*, posts: Sequence[models.Post], threads: Threads, at: datetime) -> None:
    """
    Note for the background that threads are not whole: posts of live networks whose parent we lack.

    One look a conversation, and none within an hour of the last one.  `threads` holds what the
    posts, of one brand and channel, answer.  Call it inside the transaction that sorts them.
    """
    if not posts or not gives_threads(posts[0].channel):
        return
    lacking = [
        post
        for post in posts
        if post.in_reply_to is not None
        and threads.nodes.get(post.in_reply_to) is None
        and post.discard_reason in (None, DiscardReason.OWN_POST)
    ]
    if not lacking:
        return
    account_of = _accounts({post.origin_id for post in lacking})
    first = {post.conversation: post for post in reversed(lacking) if post.origin_id in account_of}
    looked = _looked_at(list(first), threads=threads, at=at)
    for conversation, post in sorted(first.items()):
        if conversation not in looked:
            _want(account_of[post.origin_id], post.external_id, by=None, at=at)


def _accounts(source_ids: set[int]) -> dict[int, int]:
    sources = models.Source.objects.filter(
        pk__in=source_ids, account__isnull=False, account__on=True, account__stopped=""
    )
    return {pk: account for pk, account in sources.values_list("pk", "account") if account}


def _looked_at(conversations: Sequence[str], *, threads: Threads, at: datetime) -> set[str]:
    """Return the conversations of which a post's thread is wanted, or was asked for lately."""
    here = models.Post.objects.filter(
        brand_id=threads.brand_id, channel=threads.channel, conversation__in=conversations
    ).order_by()
    looks = models.ThreadLook.objects.filter(
        Q(wanted_at__isnull=False) | Q(asked_at__gt=at - AGAIN_AFTER),
        account__brand_id=threads.brand_id,
        account__channel=threads.channel,
        external_id__in=here.values("external_id"),
    )
    asked = set(looks.values_list("external_id", flat=True))
    told = here.filter(external_id__in=asked).values_list("conversation", flat=True)
    return set(told)


def _want(account_id: int, external_id: str, *, by: str | None, at: datetime) -> None:
    models.ThreadLook.objects.update_or_create(
        account_id=account_id,
        external_id=external_id,
        defaults={"wanted_at": at, "wanted_by": by, "tries": 0},
    )


@transaction.atomic
def want_thread(*, case_id: int, by: str, at: datetime) -> None:
    """
    Let the thread of a case be asked for now, because somebody pressed for it.

    :raises NoThread: when its network has none to give, nobody of ours is on it any more, or it
        was asked for a moment ago.
    """
    case = models.Case.objects.select_related("leading__origin").get(pk=case_id)
    if not gives_threads(case.channel):
        raise NoThread(
            f"'{case.channel}' cannot be asked for a thread. Open the post there to see it whole."
        )
    accounts = models.ChannelAccount.objects.filter(
        brand_id=case.brand_id, channel=case.channel, on=True, stopped=""
    ).order_by("pk")
    own = accounts.filter(pk=case.leading.origin.account_id or 0).first()
    account = own or accounts.first()
    if account is None:
        raise NoThread(
            f"No account of '{case.channel}' lets us in now. Mend it under Manage, Channels; then "
            "fetch the thread again."
        )
    asked = models.ThreadLook.objects.filter(
        account=account, external_id=case.leading.external_id
    ).first()
    lately = asked is not None and asked.asked_at and at - asked.asked_at < PRESSED_AFTER
    if asked is not None and (asked.wanted_at is not None or lately):
        raise NoThread("The thread was asked for a moment ago. What comes stands here by itself.")
    _want(account.pk, case.leading.external_id, by=by, at=at)
    told = {"channel": case.channel}
    event = Event(what=EventName.THREAD_WANTED, at=at, by=by, case_id=case_id, particulars=told)
    record_events(brand_id=case.brand_id, events=[event])
