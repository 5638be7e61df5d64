"""Take back one act on many cases, where nobody has touched them since."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.bulk_cases import KEPT, newest_touch, snapshot, tell_brands
from answerback.desk.operations.lock_case import lock_cases
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.notify import NoticeOf
from answerback.domain.records.case import MOVES, CaseState, CloseReason
from answerback.domain.records.event import EventName
from answerback.domain.records.refusal import Refusal

#: The page offers it for half a minute; a slow network gets more.
UNDO_WITHIN = timedelta(minutes=10)


class CannotUndo(Refusal):
    """An act that was taken back already, or is too old."""


@transaction.atomic
def undo_bulk(*, bulk_id: int, by: str, at: datetime) -> tuple[list[int], list[int]]:
    """
    Put back what an act of `by` changed.

    Cases that anybody touched since, or whose owner was removed, stay as they are.

    Returns the cases put back, and those left.

    :raises CannotUndo: when it is not theirs, was taken back already, or is too old.
    """
    bulks = models.Bulk.objects.select_for_update(of=("self",), no_key=True)
    bulk = bulks.filter(pk=bulk_id, user__handle=by).first()
    if bulk is None or bulk.undone_at is not None:
        raise CannotUndo("There is nothing to undo: it was taken back already, or is not yours.")
    if at > bulk.at + UNDO_WITHIN:
        raise CannotUndo(
            "That was more than ten minutes ago, and is undone case by case now: open each one."
        )
    back: list[int] = []
    left: list[int] = []
    lock_cases(int(number) for number in bulk.before)
    for case_id, told in sorted((int(number), told) for number, told in bulk.before.items()):
        touched = newest_touch(case_id) != told["event"] or snapshot(case_id) != told["is"]
        if touched or not _works_there(told["was"]["owner"], case_id=case_id):
            left.append(case_id)
            continue
        _put_back(case_id, was=told["was"], bulk=bulk, by=by, at=at)
        back.append(case_id)
    models.Bulk.objects.filter(pk=bulk_id).update(undone_at=at)
    tell_brands(
        what=EventName.BULK_UNDONE,
        case_ids=back,
        particulars={"bulk": bulk_id, "act": bulk.what},
        by=by,
        at=at,
    )
    return back, left


def _works_there(owner: str | None, *, case_id: int) -> bool:
    """Say whether whoever had a case may still have it: people are removed meanwhile."""
    if owner is None:
        return True
    seats = models.Membership.objects.filter(user__handle=owner, user__is_active=True)
    return seats.filter(brand__case=case_id).exists()


def _put_back(
    case_id: int, *, was: Mapping[str, Any], bulk: models.Bulk, by: str, at: datetime
) -> None:
    case = models.Case.objects.filter(pk=case_id)
    if was["owner"] is not None:
        case.update(owner=was["owner"])  # an assigned case has one, at every moment
    state = CaseState(case.values_list("state", flat=True).get())
    for step in _way(state, CaseState(was["state"])):
        reason = CloseReason(was["close_reason"]) if step is CaseState.CLOSED else None
        move = Move(to=step, close_reason=reason, particulars={"undone": bulk.pk})
        move_cases(case_ids=[case_id], move=move, by=by, at=at)
    case.update(**{name: was[name] for name in KEPT if name not in ("state", "close_reason")})
    models.CaseTag.objects.filter(case_id=case_id).exclude(tag__in=was["tags"]).delete()
    models.Notice.objects.filter(
        case_id=case_id, what=NoticeOf.ASSIGNED, by=by, at=bulk.at, read_at__isnull=True
    ).delete()


def _way(start: CaseState, end: CaseState) -> list[CaseState]:
    """Return the moves from one state to another: none, one, or two by way of its owner."""
    if start is end:
        return []
    return [end] if end in MOVES[start] else [CaseState.ASSIGNED, end]
