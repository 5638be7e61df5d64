"""A person has looked whether a reply went out, and says so."""

from datetime import datetime

from django.db import transaction

from answerback.desk.operations.move_reply import locked_reply, move_reply
from answerback.desk.operations.record_sent import record_sent
from answerback.domain.records.event import EventName
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.reply import ReplyState

#: As long as an id may be that we store.
_LONGEST_ID = 512


class NothingToSettle(Refusal):
    """The reply's state is known."""


@transaction.atomic
def settle_reply(
    *, reply_id: int, is_there: bool, by: str, at: datetime, external_id: str = ""
) -> None:
    """
    Say of a reply that may have been sent that it is there, or that it is not.

    Where its id on the network is told, hearing it there later finds it known.  One that is
    not there failed: its writer can send it anew, under a new key.

    :raises NothingToSettle: when its state is known, or the id cannot be one.
    """
    reply = locked_reply(reply_id, writes_posts=is_there)
    if reply.state != ReplyState.UNKNOWN:
        raise NothingToSettle(f"This reply is '{reply.state}': there is nothing to look up.")
    told = external_id.strip()
    if len(told) > _LONGEST_ID or not told.isprintable():
        raise NothingToSettle("This is no id of a post. Leave the field empty if it has none.")
    what = EventName.REPLY_SETTLED
    if is_there:
        record_sent(
            reply,
            external_id=told or f"answerback:{reply.key}",
            said_at=min(reply.asked_at or at, at),
            at=at,
            by=by,
            what=what,
        )
        return
    reply.failure = f"@{by} looked on the network: it is not there."
    move_reply(reply, to=ReplyState.FAILED, by=by, at=at, what=what)
