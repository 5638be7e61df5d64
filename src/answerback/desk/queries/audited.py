"""The posts of audits: those that may be drawn, and those that were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from answerback.desk import models
from answerback.domain.measure.audit_draw import Candidate
from answerback.domain.measure.sampled import Side
from answerback.domain.records.discard import DiscardReason

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: What a post counts as, by why it was set aside; other reasons are no judgement of ours.
_SIDES = {
    None: Side.KEPT,
    "not_about_us": Side.SET_ASIDE,
    DiscardReason.SPAM: Side.SET_ASIDE,
    DiscardReason.NOT_HEARD: Side.NOT_HEARD,
    DiscardReason.EXCLUDED: Side.NOT_HEARD,
}


def audit_candidates(
    *, brand: str, since: datetime | None, until: datetime | None
) -> list[Candidate]:
    """
    Return a brand's posts heard from `since` until before `until` that an audit may draw.

    Their ids are row numbers.  Posts of earlier audits of the brand are left in, or the
    chances would not be what they are said to be.  One question to the database.
    """
    posts = models.Post.objects.filter(
        brand__name=brand, mention__isnull=False, deleted_at__isnull=True
    )
    return [
        Candidate(id=str(pk), relevance=relevance, side=_SIDES[reason])
        for pk, reason, relevance in _within(posts, since=since, until=until)
        .order_by("pk")
        .values_list("pk", "discard_reason", "mention__relevance")
        if reason in _SIDES
    ]


def _within(
    posts: "QuerySet[models.Post]", *, since: datetime | None, until: datetime | None
) -> "QuerySet[models.Post]":
    if since is not None:
        posts = posts.filter(heard_at__gte=since)
    return posts if until is None else posts.filter(heard_at__lt=until)


def texts_of(post_ids: Sequence[int]) -> dict[int, str]:
    """Return the texts of posts, by row number."""
    found: dict[int, str] = {}
    for start in range(0, len(post_ids), _AT_ONCE):
        some = models.Post.objects.filter(pk__in=post_ids[start : start + _AT_ONCE])
        found.update(some.values_list("pk", "text"))
    return found


_AT_ONCE = 500  #: row numbers in one question


def posts_of_draw(*, draw: str) -> frozenset[int]:
    """Return the row numbers of the posts of one draw; none for a draw that is not known."""
    items = models.AuditItem.objects.filter(sample__draw=draw)
    return frozenset(items.values_list("post_id", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderAudit:
    """The posts that any audit of a brand drew: no training on them."""

    ids: frozenset[str]  #: the network's own
    texts: frozenset[str]  #: of every version of them: an edit says nearly the same


def under_audit(*, brand_id: int) -> UnderAudit:
    """Return what tells a brand's posts under audit, in files and in the database."""
    drawn = models.AuditItem.objects.filter(sample__brand_id=brand_id)
    keys = sorted(set(drawn.values_list("post__channel", "post__external_id")))
    texts: set[str] = set()
    for channel in sorted({channel for channel, _ in keys}):
        ids = [id_ for one, id_ in keys if one == channel]
        for start in range(0, len(ids), _AT_ONCE):
            versions = models.Post.objects.filter(
                brand_id=brand_id, channel=channel, external_id__in=ids[start : start + _AT_ONCE]
            )
            texts.update(versions.values_list("text", flat=True))
    return UnderAudit(ids=frozenset(id_ for _, id_ in keys), texts=frozenset(texts))
