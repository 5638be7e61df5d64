"""Tell the leads of a reply that has waited for its approval too long."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.move_reply import locked_reply
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.queries.approvers import leads_of
from answerback.domain.records.reply import ReplyState


def remind_of_one(*, at: datetime) -> bool:
    """Tell of one reply, once, and say whether there was one: a background job."""
    late = models.Reply.objects.filter(
        state=ReplyState.AWAITING_APPROVAL, approve_by__lte=at, reminded_at__isnull=True
    )
    reply_id = late.order_by("approve_by", "pk").values_list("pk", flat=True).first()
    if reply_id is None:
        return False
    with transaction.atomic():
        reply = locked_reply(reply_id)
        if reply.state == ReplyState.AWAITING_APPROVAL and reply.reminded_at is None:
            reply.reminded_at = at
            reply.save(update_fields=["reminded_at"])
            handles = leads_of(brand_id=reply.case.brand_id, but_not=reply.written_by)
            told = NoticeOf.APPROVAL_LATE
            notify(handles=handles, what=told, case_id=reply.case_id, by=None, at=at)
    return True
