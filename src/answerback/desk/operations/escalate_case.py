"""Bring a case to the most experienced people."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.add_note import add_note
from answerback.desk.operations.lock_case import lock_open_case
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.operations.transfer_case import put_in_queue
from answerback.desk.queries.texts_now import policy_now
from answerback.domain.records.event import EventName
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import Role


class AlreadyEscalated(Refusal):
    """The case is with the most experienced people already."""


@transaction.atomic
def escalate_case(*, case_id: int, by: str | None, at: datetime, note: str = "") -> None:
    """
    Put a case into the queue for what cannot wait, as the policy names it, and tell the leads.

    Anybody who works cases may do it, whoever has the case: nobody should have to ask first.

    :raises CaseIsClosed: when it is closed.
    :raises AlreadyEscalated: when it is there already.
    """
    case = lock_open_case(case_id, to="before it can be escalated")
    queue = policy_now(brand_id=case.brand_id).escalate.queue
    if case.escalated_at is not None and case.queue == queue:
        raise AlreadyEscalated(
            f"This case was escalated already: it is in the queue '{queue}', and the leads know."
        )
    if note.strip():
        add_note(case_id=case_id, text=note, by=by, at=at)
    models.Case.objects.filter(pk=case_id).update(escalated_at=at)
    put_in_queue(case=case, queue=queue, what=EventName.CASE_ESCALATED, by=by, at=at)
    leads = models.Membership.objects.filter(
        brand_id=case.brand_id, role__in=[Role.LEAD, Role.OWNER]
    ).order_by("pk")
    notify(
        handles={*leads.values_list("user__handle", flat=True), case.owner or ""} - {""},
        what=NoticeOf.ESCALATED,
        case_id=case_id,
        by=by,
        at=at,
    )
