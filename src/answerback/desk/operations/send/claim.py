"""Take a reply for one worker alone: the intent is committed before anything is said."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from answerback.channels.deadline import seconds_now
from answerback.channels.outbound import Attachment, CannotSend, Message, Sender
from answerback.desk import models
from answerback.desk.operations.move_reply import check_reply_move, locked_reply
from answerback.desk.operations.send.endings import fail, leave_to_a_person, wait_for_voice
from answerback.desk.operations.send.hold_back import held_back
from answerback.desk.operations.send.voices import Senders, VoiceWaits
from answerback.desk.operations.stand_guard import count_claim, stand_guard, write_down
from answerback.desk.queries.sending import Standing, is_doubtful
from answerback.desk.queries.setting import Setting, setting_of_reply
from answerback.desk.queries.through import Through, through_of
from answerback.desk.rows import post_record
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.reply import ReplyState

#: How long one worker has a reply to itself; no call to a network may take half as long.
LEASE = timedelta(seconds=60)
#: Seconds; a shorter wait is well within what a lease has to spare.
_WAITED_LONG = 5
#: So often at most; then it failed, or a person looks.
MOST_TRIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A reply that one worker has to itself until its lease ends."""

    reply_id: int
    fence: int  #: grows with each claim: whoever holds an older one has lost it
    tries: int
    through: Through
    sender: Sender = field(repr=False)
    message: Message
    asked: bool  #: it was tried before, and nobody knows with what success
    taken_at: datetime  #: when this try began
    asked_at: datetime  #: when the last try began that may have been heard
    first_tried_at: datetime
    may_say: bool = True  #: False: it is only looked for; this may be a copy
    #: Of `deadline.seconds_now()`, when this try began: what it asks must be over soon after.
    began: float = field(default_factory=seconds_now)


def claim_reply(
    *,
    reply_id: int,
    at: datetime,
    senders: Senders,
    standing: Standing | None = None,
    since: float | None = None,
) -> Claim | None:
    """
    Take a reply for this worker alone, or return None when that cannot be.

    The intent is committed before anything is said.  A reply past which somebody has posted
    becomes its writer's draft again.  One that broke off in the middle too often waits for a
    person.  Its voice is found first, outside of the transaction, and whether this database may
    say anything (`standing`; None: look now).  `since` is when it was `at`, of `seconds_now()`:
    whoever waited long for a lock has the lease from then on.
    """
    since = seconds_now() if since is None else since
    standing = standing or stand_guard(at=at)
    through = through_of(models.Reply.objects.select_related("case").get(pk=reply_id))
    try:
        voice: Sender | Refusal = senders(through)
    except (CannotSend, VoiceWaits) as wrong:
        voice = wrong
    with transaction.atomic():
        reply = locked_reply(reply_id)
        waited = int(seconds_now() - since)
        now = at + timedelta(seconds=waited if waited >= _WAITED_LONG else 0)
        claim = _claim(reply, through=through, voice=voice, standing=standing, at=now)
        counted = count_claim(of=standing) if claim is not None else None
        if claim is not None and counted is None and not claim.asked:
            transaction.set_rollback(True)  # it was stopped a moment ago: nothing is begun
            return None
    if claim is None:
        return None
    if counted is not None:
        write_down(counted)
    return replace(claim, may_say=counted is not None)


def _claim(
    reply: models.Reply,
    *,
    through: Through,
    voice: Sender | Refusal,
    standing: Standing,
    at: datetime,
) -> Claim | None:
    left = reply.state == ReplyState.SENDING
    due = reply.claimed_until if left else reply.send_after
    if reply.state not in (ReplyState.QUEUED, ReplyState.SENDING) or due is None or due > at:
        return None
    if through_of(reply) != through:  # it answers another post by now
        return None
    asked = left or is_doubtful(reply, doubted_at=standing.doubted_at)
    if not (standing.sends or asked):
        return None
    if isinstance(voice, Refusal) or (left and reply.tries > MOST_TRIES):
        _unspoken(reply, why=voice if isinstance(voice, Refusal) else None, at=at)
        return None
    setting = setting_of_reply(reply)
    if not left and held_back(reply, setting=setting, at=at):
        return None
    return _taken(reply, setting=setting, through=through, sender=voice, asked=asked, at=at)


def _unspoken(reply: models.Reply, *, why: Refusal | None, at: datetime) -> None:
    """Put aside a reply that nobody can say, or that broke off in the middle too often."""
    if isinstance(why, VoiceWaits):
        wait_for_voice(reply, sentence=str(why), at=at)
    elif why is not None and reply.state == ReplyState.QUEUED:
        fail(reply, sentence=str(why), at=at)
    else:
        leave_to_a_person(reply, sentence=str(why or _BROKE_OFF), at=at)


_BROKE_OFF = (
    "Sending this broke off in the middle time and again; the log of the background work tells "
    "why. Look at the conversation there."
)


def _taken(
    reply: models.Reply,
    *,
    setting: Setting,
    through: Through,
    sender: Sender,
    asked: bool,
    at: datetime,
) -> Claim:
    reply.fence += 1
    reply.tries += 1
    # The moment it was due, not now: keys are derived from it, and a copy of this database, or
    # this one when it is restored, must come to the same.
    reply.first_tried_at = reply.first_tried_at or reply.send_after or at
    # Longer where what was said can be found only after a while: then nobody looks too soon.
    reply.claimed_until = at + LEASE + sender.found_after
    if reply.state == ReplyState.QUEUED:
        check_reply_move(reply, ReplyState.SENDING)
        reply.state, reply.asked_at = ReplyState.SENDING, at
    reply.save()
    return Claim(
        reply_id=reply.pk,
        fence=reply.fence,
        tries=reply.tries,
        through=through,
        sender=sender,
        message=_message(reply, setting=setting),
        asked=asked,
        taken_at=at,
        asked_at=reply.asked_at or reply.first_tried_at,
        first_tried_at=reply.first_tried_at,
    )


def _message(reply: models.Reply, *, setting: Setting) -> Message:
    answered = post_record(reply.in_reply_to) if reply.in_reply_to else setting.post
    return Message(
        text=reply.text,
        to=answered.author.handle,
        channel=setting.channel,
        in_reply_to=answered.external_id,
        key=str(reply.key),
        made_at=reply.first_tried_at,
        answered=answered,
        attachments=tuple(
            Attachment(name=file.name, kind=file.kind, data=bytes(file.data), alt=file.alt)
            for file in reply.files.order_by("pk")
        ),
    )


def still_ours(claim: Claim) -> bool:
    """Say whether a claim holds: asked right before speaking, for a worker may have slept."""
    return _of(claim).exists()


@transaction.atomic
def say_again(claim: Claim, *, unsaid: bool) -> bool:
    """
    Record that it is said again from now on, and say whether that may be.

    Not when another worker has taken it over; nor, where it is known to be `unsaid`, when what it
    answers is gone by now or somebody has posted: then it is its writer's again.
    """
    reply = locked_reply(claim.reply_id)
    if reply.state != ReplyState.SENDING or reply.fence != claim.fence:
        return False
    at = claim.taken_at
    if unsaid and held_back(reply, setting=setting_of_reply(reply), at=at):
        return False
    reply.asked_at = at
    reply.save(update_fields=["asked_at"])
    return True


def _of(claim: Claim) -> QuerySet[models.Reply]:
    return models.Reply.objects.filter(
        pk=claim.reply_id, state=ReplyState.SENDING, fence=claim.fence
    )
