"""Open a closed case again."""

from datetime import datetime

from django.db import transaction

from answerback.desk.operations.check_apart import check_apart
from answerback.desk.operations.lock_case import lock_case
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.tell_watchers import tell_watchers
from answerback.desk.queries.works_here import works_here
from answerback.domain.records.case import CaseState
from answerback.domain.records.event import EventName
from answerback.domain.records.refusal import Refusal


class NotClosed(Refusal):
    """An open case was to be reopened."""


@transaction.atomic
def reopen_case(*, case_id: int, by: str, at: datetime) -> None:
    """
    Give a closed case back to who had it, or to who reopens it.

    It is not left to its queue: a case in which nothing waits any more would be closed again by
    the next word that comes in.

    :raises NotClosed: when it is open.
    :raises PartOfAnother: when it is joined into another case.
    """
    case = lock_case(case_id)
    if case.state != CaseState.CLOSED:
        raise NotClosed(f"This case is open ({case.state}); there is nothing to reopen.")
    check_apart(case_id)
    before = case.owner
    if case.owner is None or not works_here(brand_id=case.brand_id, handle=case.owner):
        case.owner = by
    if case.owner != before:
        why = ["You reopened it."] if case.owner == by else []
        case.assigned_at, case.accepted_at, case.assigned_why = at, at, why
        case.save(update_fields=["owner", "assigned_at", "accepted_at", "assigned_why"])
    move_cases(
        case_ids=[case_id],
        move=Move(
            to=CaseState.ASSIGNED,
            what=EventName.CASE_REOPENED,
            particulars={"owner": case.owner},
        ),
        by=by,
        at=at,
    )
    tell_watchers(case=case, by=by, at=at)
