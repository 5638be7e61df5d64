"""Let what a network has deleted be gone here, too: its words, and what is owed for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from answerback.desk import models
from answerback.desk.operations.close_erased import close_erased
from answerback.desk.operations.hold_back_stale import hold_back_stale
from answerback.desk.operations.record_events import record_events
from answerback.desk.operations.store_batch import NOTHING_SAID
from answerback.desk.queries.stored_versions import OF_AUTHOR
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.event import Event, EventName

_CHUNK = 500
_TAKEN_BACK = "Its author took it back."


def apply_tombstones(*, tombstones: Sequence[models.Tombstone], at: datetime) -> None:
    """
    Erase the posts that these new tombstones stand for: text, media, all that quotes them.

    Of a post the shell stays, with the moment it went, so that the measures and the conversation
    are whole.  A reply that answers it becomes its writer's draft again, unless it is being
    said; a case in which nothing else waits is closed.  What was fetched raw is erased by a job
    (`erase_raw.py`).  All are of one brand, which the caller holds; call it inside the
    transaction that stores them, behind the posts of the same batch.
    """
    for start in range(0, len(tombstones), _CHUNK):
        some = tombstones[start : start + _CHUNK]
        for channel in sorted({one.channel for one in some}):
            _apply([one for one in some if one.channel == channel], at=at)


def _apply(stones: Sequence[models.Tombstone], *, at: datetime) -> None:
    when = {one.external_id: min(one.gone_at or at, at) for one in stones}
    authors = [one.removeprefix(OF_AUTHOR) for one in when if one.startswith(OF_AUTHOR)]
    here = models.Post.objects.filter(
        brand_id=stones[0].brand_id, channel=stones[0].channel, deleted_at__isnull=True
    )
    # Two questions: as one, with "or", it would find neither index and read the whole channel.
    told = {post.pk: post for post in here.filter(external_id__in=list(when))}
    if authors:
        told |= {post.pk: post for post in here.filter(author_native_id__in=authors)}
    found = [told[pk] for pk in sorted(told)]
    of_author = {post.pk: f"{OF_AUTHOR}{post.author_native_id}" for post in found}
    for start in range(0, len(found), _CHUNK):  # an author may have written much
        part = found[start : start + _CHUNK]
        moments = {post.pk: when.get(post.external_id) or when[of_author[post.pk]] for post in part}
        _erase(part, when=moments, at=at)


def _erase(posts: Sequence[models.Post], *, when: Mapping[int, datetime], at: datetime) -> None:
    ids = [post.pk for post in posts]
    for moment in sorted(set(when.values())):
        models.Post.objects.filter(pk__in=[pk for pk in ids if when[pk] == moment]).update(
            deleted_at=moment, **NOTHING_SAID
        )
    waiting = [post.pk for post in posts if post.sorted_at is None and not post.discard_reason]
    models.Post.objects.filter(pk__in=waiting).update(discard_reason=DiscardReason.DELETED)
    models.Mention.objects.filter(pk__in=ids).update(matched=[], why=[])
    models.Reading.objects.filter(pk__in=ids).update(
        why=[], urgency_reasons=[], names=[], compared=None
    )
    plans = models.Plan.objects.filter(pk__in=ids)
    plans.update(reasons=[_TAKEN_BACK])
    owed = plans.filter(respond=True, post__answer__isnull=True)
    asked = set(owed.values_list("pk", flat=True))
    models.Plan.objects.filter(pk__in=asked).update(respond=False, respond_by=None)
    models.GistKey.objects.filter(post_id__in=ids).delete()
    _tell(posts, when=when, at=at)
    hold_back_stale(posts=posts, at=at)
    close_erased(posts=posts, asked=asked, at=at)


def _tell(posts: Sequence[models.Post], *, when: Mapping[int, datetime], at: datetime) -> None:
    newest = {post.external_id: post for post in sorted(posts, key=lambda post: post.version)}
    cases = {post.external_id: post.case_id for post in posts if post.case_id is not None}
    record_events(
        brand_id=posts[0].brand_id,
        events=[
            Event(
                what=EventName.POST_DELETED,
                at=at,
                case_id=cases.get(post.external_id),
                post_id=post.pk,
                particulars={"deleted_at": when[post.pk].isoformat(), "version": post.version},
            )
            for post in sorted(newest.values(), key=lambda post: post.pk)
        ],
    )
