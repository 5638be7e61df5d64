"""A question that one person asked in two places is counted once."""

from datetime import datetime

from django.db.models.functions import Coalesce

from answerback.desk import models
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.event import Event, EventName


def count_one_question(*, joined: models.Joined, at: datetime) -> None:
    """
    Count the first open question of two joined cases, and not the first one of the other case.

    Where both wait for an answer, the same was asked twice: the clock runs from the first time.
    The event holds the number of the joining, and counts only while that stands
    (`queries/answered.py`).  Call it inside the transaction that joins them.
    """
    waiting = models.Post.objects.filter(
        case_id__in=[joined.case_id, joined.other_id], answer__isnull=True, plan__respond=True
    ).annotate(moment=Coalesce("created_at", "heard_at"))
    first: dict[int, models.Post] = {}
    for post in waiting.order_by("moment", "pk"):
        first.setdefault(post.case_id or 0, post)
    if len(first) < 2:  # noqa: PLR2004
        return
    _, later = first.values()
    told: dict[str, str | int | None] = {
        "created_at": later.created_at.isoformat() if later.created_at else None,
        "respond": 0,
        "kind": None,
        "discarded": None,
        "joined": joined.pk,
    }
    event = Event(
        what=EventName.POST_READ, at=at, case_id=later.case_id, post_id=later.pk, particulars=told
    )
    record_events(brand_id=joined.brand_id, events=[event])
