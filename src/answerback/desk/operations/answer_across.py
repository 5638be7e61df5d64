"""What we answer a person in one place answers what they asked before in another."""

from collections.abc import Collection
from datetime import datetime

from django.db.models.functions import Coalesce

from answerback.desk import models
from answerback.desk.operations.insert_rows import update_rows
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.joined import family_of
from answerback.domain.records.event import Event, EventName


def answer_across(*, case_ids: Collection[int], at: datetime) -> None:
    """
    Mark what is asked in joined cases as answered by what answers them in another place.

    By the first answer of ours, in any of the places, that is not earlier than the question.
    The event holds the number of the joining, and counts only while that stands.  Call it inside
    a transaction, when the answers of each place are seen.
    """
    for main in sorted(set(family_of(case_ids).values())):
        _answer(main, at=at)


def _answer(main: int, *, at: datetime) -> None:
    joins = list(models.Joined.objects.filter(case_id=main, undone_at__isnull=True).order_by("pk"))
    number = {one.other_id: one.pk for one in joins}
    ids = [main, *number]
    posts = models.Post.objects.filter(case_id__in=ids)
    waiting = list(
        posts.filter(answer__isnull=True, plan__respond=True)
        .annotate(moment=Coalesce("asks_since", "created_at", "heard_at"))
        .order_by("pk")
    )
    if not waiting:
        return
    given = models.Post.objects.filter(
        pk__in=posts.filter(answer__isnull=False).values("answer_id")
    ).annotate(moment=Coalesce("created_at", "heard_at"))
    answers = list(given.order_by("moment", "pk"))
    found = [
        (post, answer)
        for post in waiting
        if (answer := next((one for one in answers if one.moment >= post.moment), None)) is not None
    ]
    update_rows(
        model=models.Post,
        rows=[{"id": post.pk, "answer_id": answer.pk} for post, answer in found],
    )
    events = [
        Event(
            what=EventName.ANSWER_SEEN,
            at=at,
            case_id=post.case_id,
            post_id=post.pk,
            particulars={
                "reply": answer.external_id,
                "reply_post": answer.pk,
                "asked_at": asked.isoformat()
                if (asked := post.asks_since or post.created_at)
                else None,
                "answered_at": answer.created_at.isoformat() if answer.created_at else None,
                "joined": number.get(post.case_id or 0) or joins[0].pk,
            },
        )
        for post, answer in found
    ]
    if events:
        record_events(brand_id=joins[0].brand_id, events=events)
