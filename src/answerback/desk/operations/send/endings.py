"""What becomes of a reply that was not said, or is not known to be."""

from datetime import datetime, timedelta

from answerback.desk import models
from answerback.desk.operations.move_reply import check_reply_move, move_reply
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.operations.send.voices import LONGEST_WAIT
from answerback.domain.records.reply import ReplyState

#: How often it is looked whether an account may speak again.
_LOOK_AGAIN = timedelta(minutes=1)


def leave_to_a_person(reply: models.Reply, *, sentence: str, at: datetime) -> None:
    """Nobody can tell whether it was said: somebody looks there."""
    reply.failure, reply.claimed_until = sentence, None
    move_reply(reply, to=ReplyState.UNKNOWN, by=None, at=at, told={"tries": reply.tries})
    _tell(reply, at=at)


def fail(reply: models.Reply, *, sentence: str, at: datetime) -> None:
    """Give it back to its writer: it did not go out, and the reason is known."""
    if reply.state == ReplyState.QUEUED:  # nobody could even try
        check_reply_move(reply, ReplyState.SENDING)
        reply.state = ReplyState.SENDING
    reply.failure, reply.claimed_until = sentence, None
    move_reply(reply, to=ReplyState.FAILED, by=None, at=at, told={"tries": reply.tries})
    _tell(reply, at=at)


def wait_for_voice(reply: models.Reply, *, sentence: str, at: datetime) -> None:
    """
    Let a reply wait until its account may speak; after a day it goes back to its writer.

    The writer is told once, when it begins to wait.
    """
    asked = reply.state == ReplyState.SENDING
    told = reply.failure == sentence
    began = (reply.asked_at if asked else reply.approved_at or reply.submitted_at) or at
    if at - began >= LONGEST_WAIT:
        waited = f"It waited for a day. {sentence}"
        (leave_to_a_person if asked else fail)(reply, sentence=waited, at=at)
        return
    reply.failure = sentence
    if asked:
        reply.claimed_until = at + _LOOK_AGAIN
    else:
        # The moment it was due stays that of its keys: an older copy of this database has it too.
        reply.first_tried_at = reply.first_tried_at or reply.send_after
        reply.send_after = at + _LOOK_AGAIN
    reply.save()
    if not told:
        _tell(reply, at=at)


def _tell(reply: models.Reply, *, at: datetime) -> None:
    people = {reply.written_by, reply.case.owner or reply.written_by}
    notify(handles=people, what=NoticeOf.NOT_SENT, case_id=reply.case_id, by=None, at=at)
