"""Take away from a network what we said there: claim, ask, record."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from answerback.channels.deadline import seconds_now, within
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Limited
from answerback.channels.outbound import CanClose, CanDelete, CannotSend, NotTaken, Sender
from answerback.desk import models
from answerback.desk.operations.apply_tombstones import apply_tombstones
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.insert_rows import insert_new_rows
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.operations.record_events import record_events
from answerback.desk.operations.send.claim import LEASE, MOST_TRIES
from answerback.desk.operations.send.speak import LONGEST_CALL
from answerback.desk.operations.send.voices import Senders, VoiceWaits, installed_senders
from answerback.desk.operations.stand_guard import stand_guard
from answerback.desk.operations.take_back import REMOVED, lose_answers
from answerback.desk.queries.through import through_of
from answerback.domain.records.event import Event, EventName

_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ending:
    gone: bool = False
    for_good: bool = False  #: it will not go
    sentence: str = ""
    wait: timedelta = _AGAIN


def remove_due(*, at: datetime, senders: Senders = installed_senders) -> bool:
    """
    Take one reply away that somebody wants gone, and say whether there was one.

    To ask twice does no harm: what is gone is gone.  From a possible copy of the desk nothing
    is asked.
    """
    due = models.Removal.objects.filter(due_at__lte=at).order_by("due_at", "pk")
    removal = due.select_related("reply__case").first()
    if removal is None or not stand_guard(at=at).sends:
        return False
    fence = removal.fence + 1
    mine = models.Removal.objects.filter(pk=removal.pk, fence=removal.fence)
    if not mine.update(fence=fence, tries=removal.tries + 1, due_at=at + LEASE):
        return True  # another worker was quicker
    removal.tries += 1
    ending = _asked(removal, senders=senders)
    with transaction.atomic():
        hold_brand(removal.reply.case.brand_id)
        still = models.Removal.objects.select_for_update(no_key=True).get(pk=removal.pk)
        if still.fence == fence:
            _record(still, reply=removal.reply, ending=ending, at=at)
    return True


def _asked(removal: models.Removal, *, senders: Senders) -> _Ending:
    began = seconds_now()
    try:
        sender = senders(through_of(removal.reply))
    except VoiceWaits as wrong:
        return _Ending(sentence=str(wrong))
    except CannotSend as wrong:
        return _Ending(sentence=str(wrong), for_good=True)
    try:
        return _said(sender, external_id=removal.reply.external_id or "", began=began)
    finally:
        if isinstance(sender, CanClose):
            sender.close()


def _said(sender: Sender, *, external_id: str, began: float) -> _Ending:
    if not isinstance(sender, CanDelete):
        return _Ending(sentence="What was said there cannot be taken away.", for_good=True)
    try:
        with within(LONGEST_CALL.total_seconds(), since=began):
            sender.delete(external_id)
    except NotTaken as wrong:
        return _Ending(sentence=str(wrong), for_good=True)
    except ChannelDown as wrong:
        wait = wrong.wait if isinstance(wrong, Limited) else _AGAIN
        return _Ending(sentence=str(wrong), wait=wait)
    return _Ending(gone=True)


def _record(removal: models.Removal, *, reply: models.Reply, ending: _Ending, at: datetime) -> None:
    removal.failure, removal.due_at = ending.sentence, None
    if ending.gone:
        removal.gone_at = at
        removal.save()
        _bury(reply, at=at)
        _tell(removal, reply=reply, what=EventName.REPLY_REMOVED, at=at)
    elif ending.for_good or removal.tries >= MOST_TRIES:
        removal.save()
        _tell(removal, reply=reply, what=EventName.REPLY_REMOVAL_FAILED, at=at)
        people = {removal.by, reply.written_by}
        notify(handles=people, what=NoticeOf.NOT_SENT, case_id=reply.case_id, by=None, at=at)
    else:
        removal.due_at = at + ending.wait
        removal.save()


def _bury(reply: models.Reply, *, at: datetime) -> None:
    """
    Put up the tombstone of our own post: it wins over whatever is heard of it later.

    Whom it had answered waits again.
    """
    place = reply.case if reply.place is None else reply.place
    post = models.Post.objects.filter(
        brand_id=place.brand_id, channel=place.channel, external_id=reply.external_id
    ).first()
    if post is None:
        return
    row = {
        "brand_id": post.brand_id,
        "channel": post.channel,
        "external_id": post.external_id,
        "origin_id": post.origin_id,
        "gone_at": at,
        "heard_at": at,
    }
    lose_answers(
        brand_id=post.brand_id,
        external_ids=[post.external_id],
        channels=[post.channel],
        why=REMOVED,
        at=at,
    )
    came = insert_new_rows(model=models.Tombstone, rows=[row], returning=["id"])
    stones = models.Tombstone.objects.filter(pk__in=[pk for (pk,) in came])
    apply_tombstones(tombstones=list(stones), at=at)


def _tell(removal: models.Removal, *, reply: models.Reply, what: EventName, at: datetime) -> None:
    told = Event(
        what=what,
        at=at,
        case_id=reply.case_id,
        particulars={"reply": reply.pk, "tries": removal.tries},
    )
    record_events(brand_id=reply.case.brand_id, events=[told])
