"""The outbox: claim, speak, record.  The one door out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from answerback.channels.inbound import ChannelDown
from answerback.channels.outbound import (
    CannotSend,
    Guarantee,
    Message,
    NoAnswer,
    NotTaken,
    Sender,
    sender_for,
)
from answerback.desk import models
from answerback.desk.operations.cancel_reply import take_back_reply
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.move_reply import check_reply_move, locked_reply, move_reply
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.operations.record_sent import record_sent
from answerback.desk.queries.setting import Setting, posts_since, setting_of
from answerback.domain.records.reply import ON_ITS_WAY, ReplyState

#: How long one worker has a reply to itself; no call to a network may take half as long.
LEASE = timedelta(seconds=60)
#: So often at most; then it failed, or a person looks.
MOST_TRIES = 8
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=10)

Senders = Callable[[str], Sender]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A reply that one worker has to itself until its lease ends."""

    reply_id: int
    fence: int  #: grows with each claim: whoever holds an older one has lost it
    tries: int
    through: str  #: the channel whose sender speaks
    message: Message
    asked: bool  #: it was tried before, and nobody knows with what success
    first_tried_at: datetime


class Ending(StrEnum):
    """What came of one try."""

    SAID = "said"
    NOT_SAID = "not_said"  #: the network could not be reached: later once more
    REFUSED = "refused"  #: the network will not take it
    UNCLEAR = "unclear"  #: nobody can tell
    DOUBTFUL = "doubtful"  #: it will not take it now, and may have taken it before: a person looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one try, and why."""

    ending: Ending
    said_as: str = ""  #: the network's id
    sentence: str = ""  #: why it was not said, or is not known to be


def installed_senders(channel: str) -> Sender:
    """Return the voice of a channel; in a rehearsal, the fake network's for every one."""
    name = "fake" if settings.REHEARSAL else channel
    return sender_for(name, folder=Path(settings.DATA_DIR))


def send_due(*, at: datetime, senders: Senders = installed_senders) -> bool:
    """
    Send one reply that is due, and say whether there was one.

    Claim, in a transaction of its own; speak, in none; record, in another.  What a worker
    that stopped has left is taken over when its lease is over.
    """
    reply_id = _next(at)
    if reply_id is None:
        return False
    _FAULTY.add(reply_id)
    _send(reply_id, at=at, senders=senders)
    _FAULTY.discard(reply_id)
    return True


#: Replies whose sending ended in a fault of a voice's or ours, in this process: others go first.
_FAULTY: set[int] = set()


def _send(reply_id: int, *, at: datetime, senders: Senders) -> None:
    claim = claim_reply(reply_id=reply_id, at=at, senders=senders)
    if claim is None:  # held back, or another worker was quicker
        return
    sender = senders(claim.through)
    if still_ours(claim):
        record(claim=claim, outcome=speak(claim=claim, sender=sender, at=at), sender=sender, at=at)


def _next(at: datetime) -> int | None:
    queued = Q(state=ReplyState.QUEUED, send_after__lte=at)
    left = Q(state=ReplyState.SENDING, claimed_until__lte=at)
    due = models.Reply.objects.filter(queued | left, state__in=[str(one) for one in ON_ITS_WAY])
    in_turn = due.order_by("send_after", "pk").values_list("pk", flat=True)
    found = in_turn.exclude(pk__in=_FAULTY).first()
    return in_turn.first() if found is None and _FAULTY else found


@transaction.atomic
def claim_reply(*, reply_id: int, at: datetime, senders: Senders) -> Claim | None:
    """
    Take a reply for this worker alone, or return None when that cannot be.

    The intent is committed before anything is said.  A reply past which somebody has posted
    becomes its writer's draft again.  One that broke off in the middle too often waits for a
    person.
    """
    reply = locked_reply(reply_id)
    asked = reply.state == ReplyState.SENDING
    due = reply.claimed_until if asked else reply.send_after
    if reply.state not in (ReplyState.QUEUED, ReplyState.SENDING) or due is None or due > at:
        return None
    setting = setting_of(reply.case_id)
    try:
        sender = senders(setting.through)
    except CannotSend as wrong:
        _fail(reply, sentence=str(wrong), at=at)
        return None
    if asked and reply.tries > MOST_TRIES:
        _unclear(reply, sentence=_BROKE_OFF, at=at)
        return None
    if not asked and _held(reply, setting=setting, at=at):
        return None
    reply.fence += 1
    reply.tries += 1
    reply.first_tried_at = reply.first_tried_at or at
    # Longer where what was said can be found only after a while: then nobody looks too soon.
    reply.claimed_until = at + LEASE + sender.found_after
    if not asked:
        check_reply_move(reply, ReplyState.SENDING)
        reply.state = ReplyState.SENDING
    reply.save()
    return Claim(
        reply_id=reply.pk,
        fence=reply.fence,
        tries=reply.tries,
        through=setting.through,
        message=_message(reply, setting=setting),
        asked=asked,
        first_tried_at=reply.first_tried_at,
    )


def _message(reply: models.Reply, *, setting: Setting) -> Message:
    answered = reply.in_reply_to
    return Message(
        text=reply.text,
        to=answered.author_handle if answered else setting.post.author.handle,
        channel=setting.channel,
        in_reply_to=answered.external_id if answered else setting.post.external_id,
        key=str(reply.key),
    )


def _held(reply: models.Reply, *, setting: Setting, at: datetime) -> bool:
    """Give a reply back to its writer when somebody posted since they looked."""
    posts = posts_since(setting, seen=reply.seen)
    if not posts:
        return False
    reply.failure = (
        f"@{posts[-1].author.handle} posted in the conversation before this was sent, so it was "
        "held back. Read what is new, and send again."
    )
    take_back_reply(reply, by=None, at=at, why="somebody_posted")
    notify(
        handles=[reply.written_by], what=NoticeOf.NOT_SENT, case_id=reply.case_id, by=None, at=at
    )
    return True


def still_ours(claim: Claim) -> bool:
    """Say whether a claim holds: asked right before speaking, for a worker may have slept."""
    return models.Reply.objects.filter(
        pk=claim.reply_id, state=ReplyState.SENDING, fence=claim.fence
    ).exists()


def speak(*, claim: Claim, sender: Sender, at: datetime) -> Outcome:
    """
    Say it once, by whatever the network promises; no transaction is open meanwhile.

    What was tried before without an answer is said again where the network knows the key,
    else looked for first; where neither can be, a person looks.
    """
    try:
        if claim.asked:
            if sender.send_guarantee is Guarantee.BLIND:
                return Outcome(ending=Ending.UNCLEAR, sentence=_LOST)
            if not _knows_the_key(sender, claim=claim, at=at):
                found = sender.find(claim.message)
                if found is not None:
                    return Outcome(ending=Ending.SAID, said_as=found)
        return Outcome(ending=Ending.SAID, said_as=sender.send(claim.message))
    except ChannelDown as wrong:
        ending = Ending.UNCLEAR if claim.asked else Ending.NOT_SAID
        return Outcome(ending=ending, sentence=str(wrong))
    except NoAnswer as wrong:
        return Outcome(ending=Ending.UNCLEAR, sentence=str(wrong))
    except NotTaken as wrong:
        # A try before this one may have been heard: said to have failed, it would be said twice.
        doubtful = claim.asked and _knows_the_key(sender, claim=claim, at=at)
        ending = Ending.DOUBTFUL if doubtful else Ending.REFUSED
        return Outcome(ending=ending, sentence=str(wrong))


_LOST = (
    "The worker that was sending this stopped, and this network cannot be asked whether it "
    "heard. Look at the conversation there."
)


def _knows_the_key(sender: Sender, *, claim: Claim, at: datetime) -> bool:
    if sender.send_guarantee is not Guarantee.IDEMPOTENT:
        return False
    return sender.key_lives is None or at - claim.first_tried_at < sender.key_lives


@transaction.atomic
def record(*, claim: Claim, outcome: Outcome, sender: Sender, at: datetime) -> None:
    """Record what came of a try; nothing, when another worker has taken the reply over."""
    brand_of = models.Reply.objects.values_list("case__brand_id", flat=True)
    hold_brand(brand_of.get(pk=claim.reply_id))  # what is said is a post, and answers others
    reply = locked_reply(claim.reply_id, writes_posts=True)
    if reply.state != ReplyState.SENDING or reply.fence != claim.fence:
        return
    last = reply.tries >= MOST_TRIES
    if outcome.ending is Ending.SAID:
        record_sent(reply, external_id=outcome.said_as, at=at)
    elif outcome.ending is Ending.REFUSED:
        _fail(reply, sentence=outcome.sentence, at=at)
    elif outcome.ending is Ending.NOT_SAID and last:
        _fail(reply, sentence=f"Tried {reply.tries} times. {outcome.sentence}", at=at)
    elif outcome.ending is Ending.NOT_SAID:
        reply.failure, reply.claimed_until = outcome.sentence, None
        reply.send_after = at + _wait(reply.tries)
        move_reply(reply, to=ReplyState.QUEUED, by=None, at=at, told={"tries": reply.tries})
    elif last or outcome.ending is Ending.DOUBTFUL or sender.send_guarantee is Guarantee.BLIND:
        _unclear(reply, sentence=outcome.sentence, at=at)
    else:  # it stays with us: the next try says it under the same key, or looks first
        reply.failure = outcome.sentence
        reply.claimed_until = at + max(sender.found_after, _wait(reply.tries))
        reply.save()


def _wait(tries: int) -> timedelta:
    return min(_FIRST_WAIT * int(2 ** (tries - 1)), _LONGEST_WAIT)


_BROKE_OFF = (
    "Sending this broke off in the middle time and again; the log of the background work tells "
    "why. Look at the conversation there."
)


def _unclear(reply: models.Reply, *, sentence: str, at: datetime) -> None:
    reply.failure, reply.claimed_until = sentence, None
    move_reply(reply, to=ReplyState.UNKNOWN, by=None, at=at, told={"tries": reply.tries})
    _tell(reply, at=at)


def _fail(reply: models.Reply, *, sentence: str, at: datetime) -> None:
    if reply.state == ReplyState.QUEUED:  # nobody could even try
        check_reply_move(reply, ReplyState.SENDING)
        reply.state = ReplyState.SENDING
    reply.failure, reply.claimed_until = sentence, None
    move_reply(reply, to=ReplyState.FAILED, by=None, at=at, told={"tries": reply.tries})
    _tell(reply, at=at)


def _tell(reply: models.Reply, *, at: datetime) -> None:
    people = {reply.written_by, reply.case.owner or reply.written_by}
    notify(handles=people, what=NoticeOf.NOT_SENT, case_id=reply.case_id, by=None, at=at)
