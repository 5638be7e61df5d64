"""Give a case to somebody."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.check_apart import check_apart
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.case import CaseState
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import RIGHTS, Right, Role


class AlreadyTaken(Refusal):
    """Somebody else has the case."""


class CannotHave(Refusal):
    """A person who cannot own cases of the brand."""


@transaction.atomic
def assign_case(
    *,
    case_id: int,
    to: str,
    by: str | None,
    at: datetime,
    why: Sequence[str] = (),
    taking_over: bool = False,
) -> None:
    """
    Make somebody the owner of a case, and tell them when somebody else did it; tell whose it was.

    A closed case is reopened by it, and one that nobody has leaves its queue.  Given to the
    one who has it, nothing happens.  The row is locked first, so of two who take it at once
    one has it and the other is refused, unless `taking_over`.

    :raises AlreadyTaken: naming who has it.
    :raises CannotHave: when the person is not there, or their role does not work cases.
    """
    rows = models.Case.objects.select_for_update(of=("self",), no_key=True)
    case = rows.select_related("brand").get(pk=case_id)
    if case.owner == to and case.state != CaseState.CLOSED:
        return
    if case.owner not in (None, to) and not taking_over and case.state != CaseState.CLOSED:
        raise AlreadyTaken(
            f"@{case.owner} has this case. Ask them, or take it over: then they are told."
        )
    if case.state == CaseState.CLOSED:
        check_apart(case_id)
    _check_can_have(case=case, handle=to)
    before = case.owner
    models.Case.objects.filter(pk=case_id).update(
        owner=to,
        assigned_at=at,
        assigned_why=list(why),
        accepted_at=at if by == to else None,
        leased_to=None,
        leased_until=None,
        snoozed_until=None,
    )
    if CaseState(case.state) in (CaseState.NEW, CaseState.CLOSED):
        move_cases(case_ids=[case_id], move=Move(to=CaseState.ASSIGNED), by=by, at=at)
    record_events(
        brand_id=case.brand_id,
        events=[
            Event(
                what=EventName.CASE_ASSIGNED,
                at=at,
                by=by,
                case_id=case_id,
                particulars={"to": to, "from": before},
            )
        ],
    )
    notify(handles=[to], what=NoticeOf.ASSIGNED, case_id=case_id, by=by, at=at)
    if before not in (None, to) and case.state != CaseState.CLOSED:
        told = NoticeOf.TAKEN_OVER
        notify(handles=[before], what=told, case_id=case_id, by=by, at=at)


def _check_can_have(*, case: models.Case, handle: str) -> None:
    role = (
        models.Membership.objects.filter(
            brand_id=case.brand_id, user__handle=handle, user__is_active=True
        )
        .values_list("role", flat=True)
        .first()
    )
    if role is None or Right.WORK not in RIGHTS[Role(role)]:
        raise CannotHave(
            f"@{handle} does not work cases of '{case.brand.name}'. Choose somebody who does: "
            "owners, leads, approvers and agents of the brand."
        )
