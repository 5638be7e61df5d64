"""Record what came of a try, under its fence."""

from datetime import datetime

from django.db import transaction

from answerback.channels.outbound import Sender
from answerback.desk import models
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.move_reply import locked_reply, move_reply
from answerback.desk.operations.record_sent import record_sent
from answerback.desk.operations.send.claim import Claim
from answerback.desk.operations.send.endings import fail, leave_to_a_person
from answerback.desk.operations.send.speak import Ending, Outcome
from answerback.desk.operations.send.steps import Next, Step, Tried, step_after
from answerback.domain.records.reply import ReplyState


@transaction.atomic
def record(*, claim: Claim, outcome: Outcome, sender: Sender, at: datetime) -> None:
    """Record what came of a try; nothing, when another worker has taken the reply over."""
    brand_of = models.Reply.objects.values_list("case__brand_id", flat=True)
    hold_brand(brand_of.get(pk=claim.reply_id))  # what is said is a post, and answers others
    reply = locked_reply(claim.reply_id, writes_posts=True)
    if reply.state != ReplyState.SENDING or reply.fence != claim.fence:
        return
    if outcome.ending is Ending.NO_LOGIN:
        _stop_account(claim, sentence=outcome.sentence)
    step = step_after(outcome, tried=_tried(reply, at=at), sender=sender, at=at)
    reply.tries = step.tries
    _take(reply, step=step, outcome=outcome, at=at)


def _tried(reply: models.Reply, *, at: datetime) -> Tried:
    return Tried(
        tries=reply.tries,
        first_at=reply.first_tried_at or at,
        asked_at=reply.asked_at or at,
        respond_by=reply.case.respond_by,
    )


def _take(reply: models.Reply, *, step: Step, outcome: Outcome, at: datetime) -> None:
    if step.next is Next.SENT:
        # A look finds what an earlier try has said: then it was said when that began.
        said_at = min(reply.asked_at or at, at) if outcome.found else at
        record_sent(reply, external_id=outcome.said_as, said_at=said_at, at=at)
    elif step.next is Next.FAILED:
        fail(reply, sentence=step.sentence, at=at)
    elif step.next is Next.PERSON:
        leave_to_a_person(reply, sentence=step.sentence, at=at)
    elif step.next is Next.QUEUED:
        reply.failure, reply.claimed_until, reply.asked_at = step.sentence, None, None
        reply.send_after = step.after
        move_reply(reply, to=ReplyState.QUEUED, by=None, at=at, told={"tries": reply.tries})
    elif step.next is Next.SENDING:
        reply.failure, reply.claimed_until = step.sentence, step.after
        reply.save()


def _stop_account(claim: Claim, *, sentence: str) -> None:
    """Let nobody ask in vain until a person has mended the login."""
    theirs = models.ChannelAccount.objects.filter(pk=claim.through.account_id or 0, stopped="")
    theirs.update(stopped=sentence)
