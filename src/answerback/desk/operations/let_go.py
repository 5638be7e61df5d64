"""Tell of posts that were read and are set aside now, and close what they alone had opened."""

from collections.abc import Sequence
from datetime import datetime

from answerback.desk import models
from answerback.desk.operations.open_cases import keep_cases_true
from answerback.desk.operations.record_events import read_event, record_events
from answerback.domain.records.case import CloseReason
from answerback.domain.records.discard import DiscardReason


def let_go(*, lost: Sequence[tuple[models.Post, DiscardReason | None]], at: datetime) -> None:
    """
    Write an event for each post, of one brand, and close cases in which nothing else waits.

    Such a case is closed as not for us, unless somebody owns it.  Call it inside the
    transaction that set the posts aside.
    """
    if not lost:
        return
    record_events(
        brand_id=lost[0][0].brand_id,
        events=[
            read_event(post=post, plan=None, discarded=reason, newest=None, at=at)
            for post, reason in lost
        ],
    )
    keep_cases_true(
        case_ids=[post.case_id for post, _ in lost if post.case_id is not None],
        grown=(),
        at=at,
        nothing_owed=CloseReason.NOT_FOR_US,
    )
