"""What happened in a case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from answerback.desk import models
from answerback.domain.records.event import EventName

#: Of these there may be thousands in a long conversation, one for each post.
_OF_POSTS = (EventName.POST_READ, EventName.ANSWER_SEEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One thing that happened: ids and closed words."""

    event_id: int
    what: EventName
    at: datetime
    by: str | None  #: a handle; None: the machine
    post_id: int | None
    particulars: Mapping[str, str | int | float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvents:
    """A page of what happened, the newest first."""

    events: tuple[CaseEvent, ...]
    earlier: int | None  #: give it as `before` for the page before; None: this is the first


def case_events(
    *, case_id: int, limit: int = 100, before: int | None = None, of_posts: bool = True
) -> CaseEvents:
    """
    Return what happened in a case; without `of_posts`, what happened to it as a whole.

    One question to the database.
    """
    rows = models.Event.objects.filter(case_id=case_id).order_by("-pk")
    if not of_posts:
        rows = rows.exclude(what__in=_OF_POSTS)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    told = list(rows.values_list("pk", "what", "at", "by", "post_id", "particulars")[: limit + 1])
    events = tuple(
        CaseEvent(
            event_id=pk,
            what=EventName(what),
            at=at,
            by=by,
            post_id=post_id,
            particulars=particulars,
        )
        for pk, what, at, by, post_id, particulars in told[:limit]
    )
    more = events[-1].event_id if len(told) > limit else None
    return CaseEvents(events=events, earlier=more)
