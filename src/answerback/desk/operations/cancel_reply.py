"""Take a reply back before it goes out."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.move_reply import locked_reply, move_reply
from answerback.domain.records.case import CaseState
from answerback.domain.records.event import EventName
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.reply import ReplyState


class TooLate(Refusal):
    """It is being sent, or was."""


@transaction.atomic
def cancel_reply(*, reply_id: int, by: str, at: datetime) -> None:
    """
    Take a reply back: it is its writer's draft again, text and all.

    :raises TooLate: when a worker has it, or it is sent.
    """
    reply = locked_reply(reply_id)
    if ReplyState(reply.state) not in (ReplyState.QUEUED, ReplyState.AWAITING_APPROVAL):
        raise TooLate(
            f"This reply is '{reply.state}' and cannot be taken back any more. "
            "Look at the conversation for what became of it."
        )
    take_back_reply(reply, by=by, at=at)


def take_back_reply(
    reply: models.Reply,
    *,
    by: str | None,
    at: datetime,
    what: EventName = EventName.REPLY_CANCELLED,
    why: str | None = None,
) -> None:
    """Make a locked reply a draft again: no yes to it holds any more."""
    awaited = reply.case.state == CaseState.AWAITING_APPROVAL
    reply.send_after = reply.submitted_at = None
    reply.approved_by = reply.approved_version = reply.approved_at = None
    # What waits in the queue surely was not heard: sent again it is tried from the first time.
    reply.tries, reply.first_tried_at, reply.asked_at = 0, None, None
    told = {"why": why} if why else {}
    move_reply(reply, to=ReplyState.DRAFT, by=by, at=at, what=what, told=told)
    if awaited:
        move_cases(case_ids=[reply.case_id], move=Move(to=CaseState.ASSIGNED), by=by, at=at)
