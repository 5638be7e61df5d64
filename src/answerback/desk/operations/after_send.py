"""What else happens to a case when its reply is sent."""

from datetime import datetime, timedelta

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.close_case import close_case
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.operations.snooze_case import snooze_case
from answerback.desk.operations.tag_case import tag_case
from answerback.desk.operations.transfer_case import AlreadyThere, transfer_case
from answerback.domain.records.case import CloseReason
from answerback.domain.records.refusal import Refusal


def after_send(reply: models.Reply, *, at: datetime) -> None:
    """
    Tag, send elsewhere, let sleep and close, as the writer chose.

    What cannot be done any more is left, and the writer is told: the reply is sent in any
    case.  Call it inside a transaction.
    """
    told = reply.after_send
    case_id, by = reply.case_id, reply.written_by
    failed = []
    for effect in ("tags", "queue", "snooze_hours", "close"):
        if not told.get(effect):
            continue
        try:
            with transaction.atomic():
                _do(effect, told=told, case_id=case_id, by=by, at=at)
        except AlreadyThere:
            continue
        except Refusal as wrong:
            failed.append(str(wrong))
    if failed:
        reply.failure = " ".join(["It is sent, but:", *failed])
        reply.save(update_fields=["failure"])
        notify(handles=[by], what=NoticeOf.NOT_SENT, case_id=case_id, by=None, at=at)


def _do(effect: str, *, told: dict[str, object], case_id: int, by: str, at: datetime) -> None:
    value = told[effect]
    if effect == "tags" and isinstance(value, list):
        tag_case(case_id=case_id, tags=[str(tag) for tag in value], by=by, at=at)
    elif effect == "queue":
        transfer_case(case_id=case_id, queue=str(value), by=by, at=at)
    elif effect == "snooze_hours" and isinstance(value, int):
        snooze_case(case_id=case_id, until=at + timedelta(hours=value), by=by, at=at)
    elif effect == "close":
        close_case(case_id=case_id, reason=CloseReason.ANSWERED, by=by, at=at)
