"""Choose how long one's own replies can be taken back."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.write_audit import Deed, write_audit
from answerback.domain.records.refusal import Refusal
from answerback.domain.triage.policy import LONGEST_UNDO, SHORTEST_UNDO


class UndoTimeRefused(Refusal):
    """A time that is too short to notice a mistake, or too long to wait for."""


@transaction.atomic
def set_undo_time(*, seconds: int | None, by: str, at: datetime) -> None:
    """
    Set it for all of one's brands; None: as each brand's policy says.

    :raises UndoTimeRefused: when it lies outside of what may be.
    """
    if seconds is not None and not SHORTEST_UNDO <= seconds <= LONGEST_UNDO:
        raise UndoTimeRefused(
            f"{seconds} seconds do not do. Choose from {SHORTEST_UNDO} to {LONGEST_UNDO}."
        )
    models.User.objects.filter(handle=by).update(undo_seconds=seconds)
    deed = Deed(what="undo_time_set", by=by, about=f"person:{by}", particulars={"seconds": seconds})
    write_audit(deeds=[deed], at=at)
