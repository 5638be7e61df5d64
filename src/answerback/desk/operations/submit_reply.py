"""Send a draft on its way: to an approver where one must look, else towards the network."""

from datetime import datetime, timedelta

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.guard_send import guard_send
from answerback.desk.operations.move_reply import locked_reply, move_reply
from answerback.desk.operations.save_draft import DraftMoved
from answerback.desk.queries.setting import setting_of
from answerback.domain.records.case import CaseState
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.reply import ON_ITS_WAY, ReplyState

UNDO = timedelta(seconds=15)


class CannotSubmit(Refusal):
    """A draft that cannot go on its way as it is."""


@transaction.atomic
def submit_reply(*, reply_id: int, version: int, by: str, at: datetime) -> ReplyState:
    """
    Send a draft on its way, and return how far it has come.

    A case that nobody has becomes the writer's.  Until the time for undoing is over, the
    writer can take it back.

    :raises AlreadyTaken: when somebody else has the case.
    :raises SomebodyPosted: when somebody posted since the writer looked.
    :raises DraftMoved: when the draft is not at this version any more.
    :raises CannotSubmit: when it is empty or another reply is on its way.
    """
    reply = locked_reply(reply_id)
    _check_draft(reply, version=version)
    setting = setting_of(reply.case_id)
    guard_send(setting, seen=reply.seen)
    if setting.owner is None or setting.owner != by or setting.state == CaseState.CLOSED:
        assign_case(case_id=reply.case_id, to=by, by=by, at=at)
        reply.case.refresh_from_db()
    reply.in_reply_to_id = setting.post_id
    reply.submitted_at, reply.send_after = at, at + UNDO
    models.ReplyText.objects.get_or_create(
        reply=reply, version=reply.version, defaults={"text": reply.text, "by": by, "at": at}
    )
    move_reply(reply, to=ReplyState.QUEUED, by=by, at=at)
    return ReplyState.QUEUED


def _check_draft(reply: models.Reply, *, version: int) -> None:
    others = models.Reply.objects.filter(case_id=reply.case_id, state__in=ON_ITS_WAY)
    other = others.exclude(pk=reply.pk).first()
    if other is not None:
        raise CannotSubmit(
            f"A reply of @{other.written_by} is on its way in this case. Your draft is kept; "
            "read theirs first."
        )
    if reply.version != version and reply.state == ReplyState.DRAFT:
        raise DraftMoved(theirs=reply.text, yours=reply.text, version=reply.version)
    if not reply.text.strip():
        raise CannotSubmit("There is nothing to send yet: the reply is empty. Write it first.")
