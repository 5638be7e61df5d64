"""Hear discarded posts anew when the brand's file has changed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.insert_rows import update_rows
from answerback.desk.operations.record_events import record_events
from answerback.desk.rows import mention_columns, post_record
from answerback.domain.pipeline import Stage, run
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.event import Event, EventName
from answerback.intake.batches import MOST_ROWS
from answerback.intake.pressure import breathe


def hear_again(
    *,
    brand_id: int,
    fingerprint: str,
    listening: Stage,
    at: datetime,
    sleep: Callable[[float], None],
) -> int:
    """
    Listen anew to what an earlier form of the brand's file discarded.

    Does nothing while the file's fingerprint is the one of last time.  Posts that are
    heard now wait to be sorted, as if they had just come; posts heard before stay heard,
    because people may be working on them.  Killed in the middle, the next call begins
    again, harmlessly.

    Returns how many posts have another verdict now.
    """
    brand = models.Brand.objects.get(pk=brand_id)
    if brand.fingerprint == fingerprint:
        return 0
    changed, last = 0, 0
    while posts := _discarded(brand_id=brand_id, after=last):
        last = posts[-1].pk
        changed += _hear(posts=posts, listening=listening, at=at)
        breathe(sleep=sleep)
    with transaction.atomic():
        first_time = brand.fingerprint == ""
        models.Brand.objects.filter(pk=brand_id).update(fingerprint=fingerprint)
        if not first_time:
            heard = Event(what=EventName.BRAND_HEARD_AGAIN, at=at, particulars={"changed": changed})
            record_events(brand_id=brand_id, events=[heard])
    return changed


def _discarded(*, brand_id: int, after: int) -> list[models.Post]:
    # What sorting discarded (spam) has its reading; only listening's own verdicts are redone.
    posts = models.Post.objects.filter(
        brand_id=brand_id, pk__gt=after, discard_reason__isnull=False, reading__isnull=True
    )
    return list(posts.select_related("mention").order_by("pk")[:MOST_ROWS])


def _hear(*, posts: Sequence[models.Post], listening: Stage, at: datetime) -> int:
    listened = run([Dossier(post=post_record(post)) for post in posts], stages=[listening])
    changed = [
        (post, dossier)
        for post, dossier in zip(posts, listened, strict=True)
        if post.discard_reason != dossier.discarded and dossier.mention is not None
    ]
    with transaction.atomic():
        update_rows(
            model=models.Post, rows=[_row(post, dossier, at=at) for post, dossier in changed]
        )
        for post, dossier in changed:
            if dossier.mention is not None:
                models.Mention.objects.filter(pk=post.pk).update(**mention_columns(dossier.mention))
    return len(changed)


def _row(post: models.Post, dossier: Dossier, *, at: datetime) -> dict[str, Any]:
    waits = dossier.discarded in (None, DiscardReason.OWN_POST)
    return {
        "id": post.pk,
        "discard_reason": dossier.discarded,
        "speaks_to": None,
        "sorted_at": None if waits else at,
    }
