"""Hold the stored posts of a brand against another operating point."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Abs

from answerback.desk import models
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.insert_rows import update_rows
from answerback.desk.operations.let_copies_lead import let_copies_lead
from answerback.desk.operations.let_go import let_go
from answerback.desk.operations.plan_again import unsort
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.deleted import deleted_of
from answerback.desk.rows import mention_columns, mention_record, post_record
from answerback.domain.listening.set_aside import judged, marked
from answerback.domain.records.case import CloseReason
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.operating_point import HALF, OperatingPoint
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
    What stays on its side is marked as unsure, or no longer, as the band of this point has it,
    and its sentences speak of this point; only what stays set aside far below keeps the
    sentence of the line under which it first fell.
    Each batch is one transaction; killed in the middle, the next call goes on, harmlessly.
    """
    steps = steps_of_judging(brand_id=brand_id, at=at)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            found: JudgedAgain = done.value
            return found
        breathe(sleep=sleep)


def steps_of_judging(*, brand_id: int, at: datetime) -> Generator[None, None, JudgedAgain]:
    """Do what `judge_again` does, and yield after each batch; leave it off wherever you like."""
    brand = models.Brand.objects.select_related("operating_point").get(pk=brand_id)
    chosen = brand.operating_point
    if chosen is None or brand.judged_by_id == chosen.pk:
        return JudgedAgain()
    point = OperatingPoint(threshold=chosen.threshold, band=chosen.band)
    set_aside, heard, last = 0, 0, 0
    while posts := _touched(brand_id=brand_id, point=point, after=last):
        last = posts[-1].pk
        parted = _parted(posts, point=point)
        with transaction.atomic():
            hold_brand(brand_id)
            gone = deleted_of([post.pk for post in posts])
            lost, found, stay = ([one for one in some if one.pk not in gone] for some in parted)
            _set_aside(posts=lost, point=point, at=at)
            _hear(found)
            _mark(posts=stay, point=point)
        set_aside, heard = set_aside + len(lost), heard + len(found)
        yield
    told = JudgedAgain(
        set_aside=set_aside, heard=heard, stayed=_stayed(brand_id=brand_id, point=point)
    )
    _finish(brand_id=brand_id, chosen=chosen.pk, told=told, at=at)
    return told


def _touched(*, brand_id: int, point: OperatingPoint, after: int) -> list[models.Post]:
    """
    Return sorted posts that stand on the wrong side of the line, or of which it has more to say.

    That is: those near it, or near the one before, and those between it and one half.
    """
    read, aside = Q(discard_reason__isnull=True), Q(discard_reason=DiscardReason.NOT_ABOUT_US)
    below = Q(mention__relevance__lt=point.threshold)
    above = Q(mention__relevance__gte=point.threshold)
    # Compared as OperatingPoint.unsure does, to the last bit.
    near = Q(away__lt=point.band) | Q(mention__unsure=True)
    low, high = sorted((point.threshold, HALF))
    told_of = near | Q(mention__relevance__gte=low, mention__relevance__lt=high)
    posts = models.Post.objects.annotate(away=Abs(F("mention__relevance") - point.threshold))
    posts = posts.filter(
        read & below | aside & above | (read | aside) & told_of,
        brand_id=brand_id,
        pk__gt=after,
        sorted_at__isnull=False,
        deleted_at__isnull=True,
    )
    return list(posts.select_related("mention", "case").order_by("pk")[:MOST_ROWS])


def _parted(
    posts: Sequence[models.Post], *, point: OperatingPoint
) -> tuple[list[models.Post], list[models.Post], list[models.Post]]:
    """Return the posts to set aside, those to hear again, and those that stay where they are."""
    lost: list[models.Post] = []
    found: list[models.Post] = []
    stay: list[models.Post] = []
    for post in posts:
        passes = point.passes(post.mention.relevance)
        if post.discard_reason is not None:
            (found if passes else stay).append(post)
        else:
            (stay if passes or _is_worked_on(post) else lost).append(post)
    return lost, found, stay


def _is_worked_on(post: models.Post) -> bool:
    """Say of one post what `_WORKED_ON` asks of the database."""
    owned = post.case is not None and post.case.owner is not None
    return owned or post.answer_id is not None


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


def _mark(*, posts: Sequence[models.Post], point: OperatingPoint) -> None:
    """Write what the point says of posts that stay on their side."""
    rows = []
    for post in posts:
        told = marked(mention_record(post.mention), point=point, read=post.discard_reason is None)
        if (told.unsure, list(told.why)) != (post.mention.unsure, post.mention.why):
            rows.append({"id": post.pk, "unsure": told.unsure, "why": list(told.why)})
    update_rows(model=models.Mention, rows=rows)


def _hear(posts: Sequence[models.Post]) -> None:
    unsort(posts)
    models.Post.objects.filter(pk__in=[post.pk for post in posts]).update(
        discard_reason=None, sorted_at=None
    )


def _finish(*, brand_id: int, chosen: int, told: JudgedAgain, at: datetime) -> None:
    """Say that all are judged, unless yet another point was chosen meanwhile."""
    with transaction.atomic():
        hold_brand(brand_id)
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
