"""Send what is due, one reply at a time."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q

from answerback.channels.deadline import seconds_now
from answerback.channels.outbound import CanClose
from answerback.desk import models
from answerback.desk.operations.send.claim import claim_reply, still_ours
from answerback.desk.operations.send.record import record
from answerback.desk.operations.send.speak import speak
from answerback.desk.operations.send.voices import Senders, installed_senders
from answerback.desk.operations.stand_guard import stand_guard
from answerback.desk.queries.sending import Standing, doubtful
from answerback.domain.records.reply import ON_ITS_WAY, ReplyState


def send_due(*, at: datetime, senders: Senders = installed_senders) -> bool:
    """
    Send one reply that is due, and say whether there was one.

    Claim, in a transaction of its own; speak, in none; record, in another.  What a worker
    that stopped has left is taken over when its lease is over.
    """
    since = seconds_now()
    standing = stand_guard(at=at)
    reply_id = _next(at, standing=standing)
    if reply_id is None:
        return False
    _FAULTY.add(reply_id)
    _send(reply_id, at=at, since=since, senders=senders, standing=standing)
    _FAULTY.discard(reply_id)
    return True


#: Replies whose sending ended in a fault of a voice's or ours, in this process: others go first.
_FAULTY: set[int] = set()


def _send(
    reply_id: int, *, at: datetime, since: float, senders: Senders, standing: Standing
) -> None:
    claim = claim_reply(reply_id=reply_id, at=at, senders=senders, standing=standing, since=since)
    if claim is None:  # held back, or another worker was quicker
        return
    sender = claim.sender
    try:
        if still_ours(claim):
            outcome = speak(claim=claim, sender=sender, at=at)
            outcome = replace(outcome, took=timedelta(seconds=seconds_now() - since))
            record(claim=claim, outcome=outcome, sender=sender, at=at)
    finally:
        if isinstance(sender, CanClose):
            sender.close()


def _next(at: datetime, *, standing: Standing) -> int | None:
    queued = Q(state=ReplyState.QUEUED, send_after__lte=at)
    if not standing.sends:  # what another copy may have said is looked for; no more
        queued &= doubtful(standing.doubted_at)
    left = Q(state=ReplyState.SENDING, claimed_until__lte=at)
    due = models.Reply.objects.filter(queued | left, state__in=[str(one) for one in ON_ITS_WAY])
    in_turn = due.order_by("send_after", "pk").values_list("pk", flat=True)
    found = in_turn.exclude(pk__in=_FAULTY).first()
    return in_turn.first() if found is None and _FAULTY else found
