"""Record what came of a try, under its fence."""

from datetime import datetime, timedelta

from django.db import transaction

from answerback.channels.outbound import Guarantee, Sender
from answerback.desk import models
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.move_reply import locked_reply, move_reply
from answerback.desk.operations.record_sent import record_sent
from answerback.desk.operations.send.claim import MOST_TRIES, Claim
from answerback.desk.operations.send.endings import fail, leave_to_a_person
from answerback.desk.operations.send.speak import Ending, Outcome
from answerback.desk.operations.send.voices import LONGEST_WAIT
from answerback.domain.records.reply import ReplyState

_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_BETWEEN = timedelta(minutes=10)
#: How long we go on looking for what a network does not show, and how often.
LOOKED_FOR = timedelta(minutes=30)
_LOOK_EVERY = timedelta(minutes=1)


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
    if outcome.ending is Ending.SAID:
        record_sent(reply, external_id=outcome.said_as, at=at)
    elif outcome.ending is Ending.REFUSED:
        fail(reply, sentence=outcome.sentence, at=at)
    elif outcome.ending in (Ending.NOT_SAID, Ending.NO_LOGIN):
        _later(reply, outcome=outcome, at=at)
    elif outcome.ending in (Ending.UNSHOWN, Ending.UNSEEN):
        _look_later(reply, outcome=outcome, at=at)
    elif outcome.ending is not Ending.LOST:
        _unclear(reply, outcome=outcome, sender=sender, at=at)


def _later(reply: models.Reply, *, outcome: Outcome, at: datetime) -> None:
    """Put what surely was not said back in the queue, unless it was tried often enough."""
    began = reply.first_tried_at or at
    asked_to_wait = outcome.wait is not None or outcome.ending is Ending.NO_LOGIN
    if asked_to_wait and at - began < LONGEST_WAIT:
        reply.tries -= 1  # the network is well: a reply that waits its turn was not tried
    elif reply.tries >= MOST_TRIES:
        fail(reply, sentence=f"Tried {reply.tries} times. {outcome.sentence}", at=at)
        return
    reply.failure, reply.claimed_until, reply.asked_at = outcome.sentence, None, None
    reply.send_after = at + max(_between(reply.tries), outcome.wait or timedelta())
    move_reply(reply, to=ReplyState.QUEUED, by=None, at=at, told={"tries": reply.tries})


def _look_later(reply: models.Reply, *, outcome: Outcome, at: datetime) -> None:
    """Look once more in a while: another reply said in the meantime shows how far one can see."""
    longest = LOOKED_FOR if outcome.ending is Ending.UNSHOWN else LONGEST_WAIT
    if at - (reply.asked_at or at) >= longest:
        leave_to_a_person(reply, sentence=outcome.sentence, at=at)
        return
    reply.tries -= 1  # nothing was said
    wait = max(_LOOK_EVERY, outcome.wait or timedelta())
    reply.failure, reply.claimed_until = outcome.sentence, at + wait
    reply.save()


def _unclear(reply: models.Reply, *, outcome: Outcome, sender: Sender, at: datetime) -> None:
    blind = sender.send_guarantee is Guarantee.BLIND
    if reply.tries >= MOST_TRIES or blind or outcome.ending is Ending.DOUBTFUL:
        leave_to_a_person(reply, sentence=outcome.sentence, at=at)
        return
    # It stays with us: the next try says it under the same key, or looks first.
    wait = max(sender.found_after, _between(reply.tries), outcome.wait or timedelta())
    reply.failure, reply.claimed_until = outcome.sentence, at + outcome.took + wait
    reply.save()


def _stop_account(claim: Claim, *, sentence: str) -> None:
    """Let nobody ask in vain until a person has mended the login."""
    theirs = models.ChannelAccount.objects.filter(pk=claim.through.account_id or 0, stopped="")
    theirs.update(stopped=sentence)


def _between(tries: int) -> timedelta:
    return min(_FIRST_WAIT * int(2 ** max(tries - 1, 0)), _LONGEST_BETWEEN)
