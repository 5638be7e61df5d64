"""Try a policy on the posts that came lately, and change nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max, OuterRef, Subquery

from answerback.desk import models
from answerback.desk.queries.brand_texts import newest_texts, read_brand, read_policy
from answerback.desk.rows import mention_record, post_record, reading_record
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.plan import Plan
from answerback.domain.records.reply import ReplyState
from answerback.domain.triage.decide import decider
from answerback.domain.triage.policy import Policy
from answerback.domain.triage.what_if import Tried, WhatIf, what_if

SPAN: Final = timedelta(days=30)
#: A page must be quick: of more posts the newest are taken.
MOST_POSTS: Final = 4_000


def try_policy(*, brand_id: int, text: str, at: datetime) -> WhatIf:
    """
    Plan the posts of 30 days by a policy's text and by the policy that holds, and compare.

    The 30 days end now, or with the newest post where that is older (an archive).  Posts keep
    what understanding made of them; nothing is written.  Four questions to the database.

    :raises TomlRefused: naming the line and the key.
    :raises NeverOpen: when the open hours cannot hold one of the targets.
    :raises NotHere: when there is no such brand.
    """
    held = newest_texts(brand_id=brand_id)
    after = read_policy(text)
    brand = read_brand(held.brand) if held.brand is not None else None
    posts = _posts(brand_id=brand_id, at=at)
    dossiers = [
        Dossier(
            post=post_record(post),
            mention=mention_record(post.mention),
            reading=reading_record(post.reading),
            asks_since=post.asks_since,
        )
        for post in posts
    ]

    def plans(policy: Policy) -> list[Plan]:
        decided = decider(policy=policy, brand=brand, at=at)(dossiers)
        return [one.plan for one in decided if one.plan is not None]

    pairs = zip(posts, plans(read_policy(held.policy)), plans(after), strict=True)
    return what_if(tried=[_tried(post, now, then) for post, now, then in pairs], at=at)


def _posts(*, brand_id: int, at: datetime) -> Sequence[models.Post]:
    ours = models.Post.objects.filter(
        brand_id=brand_id,
        discard_reason__isnull=True,
        reading__isnull=False,
        mention__isnull=False,
        created_at__lte=at,
    )
    newest = ours.aggregate(newest=Max("created_at"))["newest"]
    if newest is None:
        return []
    replied = models.Reply.objects.filter(
        case=OuterRef("case"), state=ReplyState.SENT, sent_at__gte=OuterRef("created_at")
    ).order_by("sent_at")
    return list(
        ours.filter(created_at__gt=newest - SPAN)
        .select_related("mention", "reading", "answer")
        .annotate(replied_at=Subquery(replied.values("sent_at")[:1]))
        .order_by("-pk")[:MOST_POSTS]
    )


def _tried(post: models.Post, before: Plan, after: Plan) -> Tried:
    answers = [
        moment
        for moment in (
            post.answer.created_at if post.answer is not None else None,
            getattr(post, "replied_at", None),
        )
        if moment is not None
    ]
    return Tried(
        written_at=post.created_at or post.heard_at,
        before=before,
        after=after,
        answered_at=min(answers, default=None),
    )
