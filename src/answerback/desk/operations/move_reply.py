"""The only writer of a reply's state."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from answerback.desk import models
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.reply import REPLY_MOVES, ReplyState

_WHAT: Mapping[ReplyState, EventName] = {
    ReplyState.AWAITING_APPROVAL: EventName.REPLY_SUBMITTED,
    ReplyState.QUEUED: EventName.REPLY_QUEUED,
    ReplyState.DRAFT: EventName.REPLY_CANCELLED,
    ReplyState.CANCELLED: EventName.REPLY_CANCELLED,
    ReplyState.SENT: EventName.REPLY_SENT,
    ReplyState.FAILED: EventName.REPLY_FAILED,
    ReplyState.UNKNOWN: EventName.REPLY_UNKNOWN,
}


class ReplyMoveNotAllowed(Refusal):
    """The reply's life does not lead there."""


def locked_reply(reply_id: int, *, writes_posts: bool = False) -> models.Reply:
    """
    Return a reply with its case, both locked; who `writes_posts` holds the brand as well.

    Brand, case, reply: in one order nobody waits for somebody who waits for them.  Call it
    inside a transaction.
    """
    told = models.Reply.objects.values_list("case_id", "case__brand_id")
    case_id, brand_id = told.get(pk=reply_id)
    if writes_posts:
        hold_brand(brand_id)
    models.Case.objects.select_for_update(no_key=True).get(pk=case_id)
    replies = models.Reply.objects.select_for_update(of=("self",), no_key=True)
    return replies.select_related("case").get(pk=reply_id)


def check_reply_move(reply: models.Reply, to: ReplyState) -> None:
    """
    Do nothing when a reply may move so, and refuse aloud when it may not.

    :raises ReplyMoveNotAllowed: naming the states it could go to.
    """
    came_from = ReplyState(reply.state)
    if to in REPLY_MOVES[came_from]:
        return
    could = ", ".join(sorted(REPLY_MOVES[came_from]))
    where = f"from here it may go to: {could}" if could else "that is its end"
    raise ReplyMoveNotAllowed(f"A reply that is '{came_from}' cannot become '{to}'; {where}.")


def move_reply(
    reply: models.Reply,
    *,
    to: ReplyState,
    by: str | None,
    at: datetime,
    what: EventName | None = None,
    told: Mapping[str, str | int | None] = MappingProxyType({}),
) -> None:
    """
    Take a locked reply to a state, save all that was set on it, and write one event.

    :raises ReplyMoveNotAllowed: when its life does not lead there.
    """
    check_reply_move(reply, to)
    came_from, reply.state = reply.state, to
    reply.save()
    record_events(
        brand_id=reply.case.brand_id,
        events=[
            Event(
                what=what or _WHAT[to],
                at=at,
                by=by,
                case_id=reply.case_id,
                particulars={
                    "reply": reply.pk,
                    "version": reply.version,
                    "from": came_from,
                    **told,
                },
            )
        ],
    )
