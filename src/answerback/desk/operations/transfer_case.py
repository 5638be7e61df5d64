"""Send a case to another queue."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.add_note import add_note
from answerback.desk.operations.give_back_case import leave_owner
from answerback.desk.operations.lock_case import check_theirs, lock_open_case
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.record_events import record_events
from answerback.desk.operations.tell_watchers import tell_watchers
from answerback.desk.queries.brand_queues import queues_of
from answerback.domain.records.case import CaseState
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal


class NoSuchQueueHere(Refusal):
    """The brand has no queue of that name."""


class AlreadyThere(Refusal):
    """A case was to be sent where it is."""


@transaction.atomic
def transfer_case(
    *, case_id: int, queue: str, by: str | None, at: datetime, note: str = ""
) -> None:
    """
    Put a case into another queue, where nobody has it yet.

    It stays there, whatever its next post is about.  While a draft waits for approval, or the
    author has the word, it keeps its owner, too.

    :raises CaseIsClosed: when it is closed.
    :raises AlreadyThere: when it is in that queue.
    :raises NoSuchQueueHere: naming the queues of the brand.
    :raises NotYours: when somebody else has it, and `by` is no lead.
    """
    case = lock_open_case(case_id, to="before it can be sent elsewhere")
    if case.queue == queue:
        raise AlreadyThere(f"This case is in the queue '{queue}' already. Choose another one.")
    known = queues_of(brand_id=case.brand_id)
    if queue not in known:
        there = ", ".join(f"'{one}'" for one in known)
        raise NoSuchQueueHere(
            f"'{case.brand.name}' has no queue '{queue}'. Queues it has: {there}."
        )
    check_theirs(case, by=by)
    if note.strip():
        add_note(case_id=case_id, text=note, by=by, at=at)
    put_in_queue(case=case, queue=queue, what=EventName.CASE_TRANSFERRED, by=by, at=at)
    tell_watchers(case=case, by=by, at=at)


def put_in_queue(
    *, case: models.Case, queue: str, what: EventName, by: str | None, at: datetime
) -> None:
    """Write the queue and its one event; an assigned case loses its owner."""
    told = {"queue": queue, "from_queue": case.queue, "owner": case.owner}
    models.Case.objects.filter(pk=case.pk).update(queue=queue, queue_by_hand=True)
    if case.state == CaseState.ASSIGNED:
        move = Move(to=CaseState.NEW, what=what, particulars=told)
        move_cases(case_ids=[case.pk], move=move, by=by, at=at)
        leave_owner(case.pk)
    else:
        event = Event(what=what, at=at, by=by, case_id=case.pk, particulars=told)
        record_events(brand_id=case.brand_id, events=[event])
