"""Ask that a reply of ours be taken away from its network."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.move_reply import locked_reply
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.through import through_of
from answerback.domain.etiquette.taking_away import takes_away
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.reply import ReplyState

_LONGEST_REASON = 1_000


class NotTakenAway(Refusal):
    """A reply that cannot be taken away, or not for no reason."""


@transaction.atomic
def ask_removal(*, reply_id: int, reason: str, by: str, at: datetime) -> None:
    """
    Let the background work take a reply away from its network (`send/remove.py`); one event.

    One that failed may be asked for again.

    :raises NotTakenAway: when it is not sent, its network takes nothing away, nobody knows its
        id there, it is asked for already, or no reason is told.
    """
    reply = locked_reply(reply_id)
    reason = reason.strip()[:_LONGEST_REASON]
    _check(reply, reason=reason)
    models.Removal.objects.update_or_create(
        reply=reply,
        defaults={
            "reason": reason,
            "by": by,
            "asked_at": at,
            "due_at": at,
            "tries": 0,
            "failure": "",
        },
    )
    event = Event(
        what=EventName.REPLY_REMOVAL_ASKED,
        at=at,
        by=by,
        case_id=reply.case_id,
        particulars={"reply": reply.pk},
    )
    record_events(brand_id=reply.case.brand_id, events=[event])


def _check(reply: models.Reply, *, reason: str) -> None:
    if reply.state != ReplyState.SENT:
        raise NotTakenAway(f"This reply is '{reply.state}': there is nothing to take away.")
    if not takes_away(through_of(reply).channel):
        raise NotTakenAway("What was said there cannot be taken away from here.")
    if reply.external_id is None or reply.external_id.startswith("answerback:"):
        raise NotTakenAway(
            "Nobody told the id of this reply on its network. Delete it in the account itself."
        )
    if not reason:
        raise NotTakenAway("Say why it shall go: it is kept with the case.")
    asked = models.Removal.objects.filter(reply=reply).first()
    if asked is not None and asked.gone_at is not None:
        raise NotTakenAway("This reply was taken away already.")
    if asked is not None and asked.due_at is not None:
        raise NotTakenAway(f"@{asked.by} has asked for it already. It is being taken away.")
