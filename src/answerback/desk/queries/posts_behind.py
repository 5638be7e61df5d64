"""The posts behind a number of the overview, page by page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.lookups import In

from answerback.desk import models
from answerback.domain.measure.answered import NEVER_AFTER

if TYPE_CHECKING:
    from django.db.models import QuerySet


class Behind(StrEnum):
    """Which number: its posts are listed."""

    NEVER_ANSWERED = "never-answered"  #: owed an answer for 7 days or more, and none came
    OPEN = "open"  #: owed an answer, younger than that
    ANSWERED = "answered"
    STORED = "stored"  #: of a source
    SET_ASIDE = "set-aside"  #: of a source, each with its reason
    DRAWN = "drawn"  #: for the newest audit, each with what a person said


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where a page ends: the next goes on behind it."""

    at: datetime
    post_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLine:
    """One post of the list."""

    post_id: int
    case_id: int | None
    brand: str
    channel: str
    author: str
    written_at: datetime  #: the author's post time, or our hearing where none is told
    text: str
    url: str | None
    note: str  #: a discard reason, or what a person said of it; "" for neither
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPage:
    """One page, newest first."""

    lines: tuple[PostLine, ...]
    more: Mark | None  #: give it as `after` for the next page; None: this was the last


def posts_behind(  # noqa: PLR0913  whose posts, which, when, and where the page begins
    which: Behind,
    *,
    brand_ids: Collection[int],
    at: datetime,
    source_id: int | None = None,
    since: datetime | None = None,
    after: Mark | None = None,
    limit: int = 50,
) -> PostPage:
    """Return a page of the posts behind a number, newest first.  One question to the database."""
    posts = _which(which, brand_ids=brand_ids, at=at)
    if source_id is not None:
        posts = posts.filter(origin_id=source_id)
    if since is not None:
        posts = posts.filter(created_at__gte=since)
    # Those of a source are listed by number, as they came; the network may tell no time.
    by_time = which in _OWED
    if after is not None:
        behind = Q(pk__lt=after.post_id)
        if by_time:
            posts = posts.filter(created_at__lte=after.at)
            behind = Q(created_at__lt=after.at) | Q(created_at=after.at, pk__lt=after.post_id)
        posts = posts.filter(behind)
    order = ("-created_at", "-pk") if by_time else ("-pk",)
    page = list(posts.select_related("brand").order_by(*order)[: limit + 1])
    lines = tuple(_line(post, which=which) for post in page[:limit])
    return PostPage(lines=lines, more=lines[-1].mark if len(page) > limit else None)


def count_never_answered(*, brand_ids: Collection[int], at: datetime) -> int:
    """Return how many posts are owed an answer for 7 days or more.  One question."""
    return _which(Behind.NEVER_ANSWERED, brand_ids=brand_ids, at=at).order_by().count()


_OWED: Final = frozenset({Behind.NEVER_ANSWERED, Behind.OPEN, Behind.ANSWERED})


def _which(which: Behind, *, brand_ids: Collection[int], at: datetime) -> "QuerySet[models.Post]":
    # A sum: for a plain column SQLite would fetch all posts of some brands and sort them.
    posts = models.Post.objects.filter(In(F("brand_id") + 0, list(brand_ids)))
    if which is Behind.STORED:
        return posts.filter(discard_reason__isnull=True)
    if which is Behind.SET_ASIDE:
        return posts.filter(discard_reason__isnull=False)
    if which is Behind.DRAWN:
        drawn = models.AuditItem.objects.filter(sample__brand_id__in=brand_ids)
        said = models.AuditLabel.objects.filter(item__post=OuterRef("pk")).order_by("-pk")
        return posts.filter(pk__in=drawn.values("post_id")).annotate(
            said=Subquery(said.values("label")[:1])
        )
    owed = posts.filter(
        discard_reason__isnull=True, case__isnull=False, plan__respond=True, created_at__lte=at
    )
    if which is Behind.ANSWERED:
        return owed.filter(answer__isnull=False)
    waiting = owed.filter(answer__isnull=True)
    if which is Behind.OPEN:
        return waiting.filter(created_at__gt=at - NEVER_AFTER)
    return waiting.filter(created_at__lte=at - NEVER_AFTER)


def _line(post: models.Post, *, which: Behind) -> PostLine:
    written_at = post.created_at or post.heard_at
    said: str | None = getattr(post, "said", None)
    return PostLine(
        post_id=post.pk,
        case_id=post.case_id,
        brand=post.brand.name,
        channel=post.channel,
        author=post.author_handle,
        written_at=written_at,
        text=post.text,
        url=post.url,
        note=(said or "unlabelled") if which is Behind.DRAWN else post.discard_reason or "",
        mark=Mark(at=written_at, post_id=post.pk),
    )
