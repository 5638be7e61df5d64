"""Let the newest version of a post stand for it: an edit is the author's last word."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F, Q

from answerback.desk import models
from answerback.desk.operations.insert_rows import update_rows
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.case import CaseState
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.plan import Plan


def newest_versions(posts: Sequence[models.Post]) -> dict[tuple[str, str], int]:
    """
    Return the newest stored version of each of these posts, by channel and external id.

    The posts are of one brand.  A version that was discarded counts too: it is
    what the author says now.  One question to the database.
    """
    if not posts:
        return {}
    rows = models.Post.objects.filter(
        brand_id=posts[0].brand_id,
        channel__in={post.channel for post in posts},
        external_id__in={post.external_id for post in posts},
    ).order_by("version")
    told = rows.values_list("channel", "external_id", "version")
    return {(channel, external_id): version for channel, external_id, version in told}


def take_places(
    *, posts: Sequence[models.Post], plans: Mapping[int, Plan], at: datetime
) -> list[int]:
    """
    Put these posts, each the newest of its versions, into the cases of their older versions.

    The older versions leave their cases, so they neither wait there nor lead; one that was a
    copy in somebody else's case leaves no place there.  Returns the cases concerned, which may
    have nothing left that waits.
    """
    edits = {post.external_id: post for post in posts if post.version > 1}
    if not edits:
        return []
    first = posts[0]
    older = list(
        models.Post.objects.filter(
            brand_id=first.brand_id,
            channel=first.channel,
            external_id__in=list(edits),
            case__isnull=False,
        )
        .exclude(pk__in=[post.pk for post in edits.values()])
        .order_by("pk")
        .annotate(follows=Q(copy_of__isnull=False) & ~Q(author_key=F("case__author_key")))
        .values_list("pk", "external_id", "version", "case_id", "follows")
    )
    if not older:
        return []
    now = {pk: edits[external_id] for pk, external_id, *_ in older}
    for pk, _, _, case_id, follows in older:
        if not follows:  # the edit of a copy says something of its own
            now[pk].case_id = case_id
    models.Post.objects.filter(pk__in=list(now)).update(case_id=None)
    _follow(now=now, plans=plans)
    record_events(
        brand_id=first.brand_id,
        events=[
            Event(
                what=EventName.POST_EDITED,
                at=at,
                case_id=case_id,
                post_id=now[pk].pk,
                particulars={"version": now[pk].version, "instead_of": version},
            )
            for pk, _, version, case_id, _ in older
        ],
    )
    return [case_id for _, _, _, case_id, _ in older]


def _follow(*, now: Mapping[int, models.Post], plans: Mapping[int, Plan]) -> None:
    """
    Let cases that an older version leads be led by the newest one, whatever it owes.

    Where we answered, no deadline runs, unless the newest asks anew: see `keep_cases_true`.
    """
    led = models.Case.objects.filter(leading_id__in=list(now)).order_by("pk")
    for pk, leading_id, state in led.values_list("pk", "leading_id", "state"):
        post = now[leading_id]
        plan = plans.get(post.pk)
        row: dict[str, object] = {"id": pk, "leading_id": post.pk}
        runs = state != CaseState.AWAITING_AUTHOR
        row["respond_by"] = plan.respond_by if plan is not None and runs else None
        if plan is not None:
            row |= {"kind": plan.kind, "priority": float(plan.priority)}
        update_rows(model=models.Case, rows=[row])
