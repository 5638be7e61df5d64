"""Hold the stored posts of a brand against another operating point."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from answerback.desk import models
from answerback.desk.operations.insert_rows import update_rows
from answerback.desk.operations.let_copies_lead import let_copies_lead
from answerback.desk.operations.let_go import let_go
from answerback.desk.operations.plan_again import unsort
from answerback.desk.operations.record_events import record_events
from answerback.desk.rows import mention_columns, mention_record, post_record
from answerback.domain.listening.set_aside import judged
from answerback.domain.records.case import CloseReason
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.operating_point import OperatingPoint
from answerback.intake.batches import MOST_ROWS
from answerback.intake.pressure import breathe

#: Somebody works on it, or has answered for it: a machine's second thought does not take it away.
_WORKED_ON = Q(case__owner__isnull=False) | Q(answer__isnull=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedAgain:
    """What another operating point made of the posts that were there."""

    set_aside: int = 0  #: read before; kept with score, reading and reason
    heard: int = 0  #: set aside before; they wait to be sorted
    stayed: int = 0  #: below the line now, but somebody works on them or answered them


def judge_again(*, brand_id: int, at: datetime, sleep: Callable[[float], None]) -> JudgedAgain:
    """
    Give the stored posts of a brand the verdict of the operating point that holds now.

    Does nothing when they have it.  It goes by the relevance that each post was given when it
    was sorted; nothing is scored anew.  What lies below the line now is set aside and kept,
    and its case is closed as not for us when nothing else waits in it; what somebody works on or
    answered stays.  What lies above it now waits to be sorted as if it had just come.
    Each batch is one transaction; killed in the middle, the next call goes on, harmlessly.
    """
    brand = models.Brand.objects.select_related("operating_point").get(pk=brand_id)
    chosen = brand.operating_point
    if chosen is None or brand.judged_by_id == chosen.pk:
        return JudgedAgain()
    point = OperatingPoint(threshold=chosen.threshold, band=chosen.band)
    set_aside, heard, last = 0, 0, 0
    while posts := _other_side(brand_id=brand_id, point=point, after=last):
        last = posts[-1].pk
        with transaction.atomic():
            lost = [post for post in posts if post.discard_reason is None]
            _set_aside(posts=lost, point=point, at=at)
            _hear([post for post in posts if post.discard_reason is not None])
        set_aside, heard = set_aside + len(lost), heard + len(posts) - len(lost)
        breathe(sleep=sleep)
    told = JudgedAgain(
        set_aside=set_aside, heard=heard, stayed=_stayed(brand_id=brand_id, point=point)
    )
    _finish(brand_id=brand_id, chosen=chosen.pk, told=told, at=at)
    return told


def _other_side(*, brand_id: int, point: OperatingPoint, after: int) -> list[models.Post]:
    """Return sorted posts that stand on the wrong side of the line."""
    below = Q(discard_reason__isnull=True, mention__relevance__lt=point.threshold)
    above = Q(discard_reason=DiscardReason.NOT_ABOUT_US, mention__relevance__gte=point.threshold)
    posts = models.Post.objects.filter(
        below & ~_WORKED_ON | above, brand_id=brand_id, pk__gt=after, sorted_at__isnull=False
    )
    return list(posts.select_related("mention").order_by("pk")[:MOST_ROWS])


def _stayed(*, brand_id: int, point: OperatingPoint) -> int:
    posts = models.Post.objects.filter(
        _WORKED_ON,
        brand_id=brand_id,
        discard_reason__isnull=True,
        sorted_at__isnull=False,
        mention__relevance__lt=point.threshold,
    )
    return posts.count()


def _set_aside(*, posts: Sequence[models.Post], point: OperatingPoint, at: datetime) -> None:
    for post in posts:
        told = judged(
            Dossier(post=post_record(post), mention=mention_record(post.mention)), point=point
        )
        if told.mention is not None:
            models.Mention.objects.filter(pk=post.pk).update(**mention_columns(told.mention))
    models.Plan.objects.filter(pk__in=[post.pk for post in posts]).delete()
    update_rows(
        model=models.Post,
        rows=[
            {
                "id": post.pk,
                "discard_reason": DiscardReason.NOT_ABOUT_US,
                # An edit may end what an older version of it began.
                "sorted_at": None if post.version > 1 else at,
            }
            for post in posts
        ],
    )
    let_go(lost=[(post, DiscardReason.NOT_ABOUT_US) for post in posts], at=at)


def _hear(posts: Sequence[models.Post]) -> None:
    unsort(posts)
    models.Post.objects.filter(pk__in=[post.pk for post in posts]).update(
        discard_reason=None, sorted_at=None
    )


def _finish(*, brand_id: int, chosen: int, told: JudgedAgain, at: datetime) -> None:
    """Say that all are judged, unless yet another point was chosen meanwhile."""
    with transaction.atomic():
        let_copies_lead(brand_id=brand_id, closed_as=CloseReason.NOT_FOR_US, at=at)
        still = models.Brand.objects.filter(pk=brand_id, operating_point_id=chosen)
        still.exclude(judged_by_id=F("operating_point_id")).update(judged_by_id=chosen)
        counts = {
            "operating_point": chosen,
            "set_aside": told.set_aside,
            "heard": told.heard,
            "stayed": told.stayed,
        }
        event = Event(what=EventName.POSTS_JUDGED_AGAIN, at=at, particulars=counts)
        record_events(brand_id=brand_id, events=[event])
