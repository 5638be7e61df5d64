"""Give a case back to its queue."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.lock_case import check_theirs, lock_open_case
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.tell_watchers import tell_watchers
from answerback.domain.records.case import CaseState
from answerback.domain.records.event import EventName
from answerback.domain.records.refusal import Refusal


class NobodyHasIt(Refusal):
    """A case that nobody has was to be given back."""


@transaction.atomic
def give_back_case(*, case_id: int, by: str | None, at: datetime) -> None:
    """
    Take the owner from a case: it waits in its queue again.

    :raises CaseIsClosed: when it is closed.
    :raises NobodyHasIt: when it waits there already.
    :raises NotYours: when somebody else has it, and `by` is no lead.
    :raises MoveNotAllowed: when a draft waits for approval, or the author has the word.
    """
    case = lock_open_case(case_id, to="before it can be given back")
    if case.owner is None:
        raise NobodyHasIt(f"Nobody has this case: it waits in its queue, '{case.queue}'.")
    check_theirs(case, by=by)
    tell_watchers(case=case, by=by, at=at)
    move_cases(
        case_ids=[case_id],
        move=Move(
            to=CaseState.NEW,
            what=EventName.CASE_GIVEN_BACK,
            particulars={"owner": case.owner, "queue": case.queue},
        ),
        by=by,
        at=at,
    )
    leave_owner(case_id)


def leave_owner(case_id: int) -> None:
    """Forget who had a case, and why.  Call it inside the transaction of what takes it away."""
    models.Case.objects.filter(pk=case_id).update(
        owner=None, assigned_at=None, assigned_why=[], accepted_at=None
    )
