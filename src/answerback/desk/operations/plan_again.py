"""Plan posts anew from what understanding made of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from answerback.desk import models
from answerback.desk.operations.apply_corrections import apply_corrections
from answerback.desk.operations.join_copies import plans_of_copies
from answerback.desk.operations.open_cases import keep_cases_true, turn_of
from answerback.desk.operations.record_events import read_event, record_events
from answerback.desk.operations.replace_versions import newest_versions
from answerback.desk.rows import plan_columns, plan_record, post_record, reading_record
from answerback.domain.pipeline import Stage, run
from answerback.domain.records.case import CaseState, CloseReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.plan import Plan

#: Why a case that nobody owned ends when a brand file, a policy or an edit says so.
_CLOSED_BY_FILES = (CloseReason.NO_ANSWER_NEEDED, CloseReason.NOT_FOR_US)


def plan_again(*, pairs: Sequence[tuple[models.Post, Dossier]], triage: Stage, at: datetime) -> int:
    """
    Give sorted posts that nobody works on the plan that triage makes of them now.

    A post that owes an answer only now waits to be sorted again, which opens its case, or
    opens it again.  A new case follows its posts, and is closed when none of them owes an
    answer any more.
    Call it inside a transaction.

    Returns how many plans moved: whether an answer is owed, by when, the kind or the queue.
    A priority alone, which grows with the hours, does not count.
    """
    open_to_change = _nobody_works_on([(post, dossier) for post, dossier in pairs if _sorted(post)])
    before = {post.pk: plan_record(post.plan) for post, _ in open_to_change}
    posts = [post for post, _ in open_to_change]
    after = plans_of_copies(posts=posts, plans=_plans(pairs=open_to_change, triage=triage))
    owed = [post for post in posts if after[post.pk].respond and not before[post.pk].respond]
    unsort(owed)
    models.Post.objects.filter(pk__in=[post.pk for post in owed]).update(sorted_at=None)
    waiting = {post.pk for post in owed}
    kept = [post for post in posts if post.pk not in waiting]
    for post in kept:
        plan = after[post.pk]
        if plan_columns(plan) != plan_columns(before[post.pk]):
            columns = {**plan_columns(plan), "turn": turn_of(post=post, plan=plan)}
            models.Plan.objects.filter(pk=post.pk).update(**columns)
    moved = [post for post in kept if _promise(after[post.pk]) != _promise(before[post.pk])]
    _tell(posts=moved, plans=after, at=at)
    in_cases = [post.case_id for post in kept if post.case_id is not None]
    keep_cases_true(case_ids=in_cases, grown=(), at=at)
    return len(moved) + len(owed)


def unsort(posts: Sequence[models.Post]) -> None:
    """Forget what the stages after listening made of posts, so that they can be sorted again."""
    ids = [post.pk for post in posts]
    models.Plan.objects.filter(pk__in=ids).delete()
    models.Reading.objects.filter(pk__in=ids).delete()
    models.Post.objects.filter(pk__in=ids).update(speaks_to=None)


def _sorted(post: models.Post) -> bool:
    return post.discard_reason is None and post.sorted_at is not None and hasattr(post, "plan")


def _nobody_works_on(
    pairs: Sequence[tuple[models.Post, Dossier]],
) -> list[tuple[models.Post, Dossier]]:
    """
    Return the posts in no case, or in one that is new or that a file of ours had closed.

    Left out are those that an edit stands for.
    """
    newest = newest_versions([post for post, _ in pairs])
    cases = models.Case.objects.filter(
        Q(state=CaseState.NEW) | Q(owner__isnull=True, close_reason__in=_CLOSED_BY_FILES),
        pk__in={post.case_id for post, _ in pairs},
    )
    free = set(cases.values_list("pk", flat=True))
    return [
        (post, dossier)
        for post, dossier in pairs
        if (post.case_id is None or post.case_id in free)
        and post.version == newest[post.channel, post.external_id]
    ]


def _plans(*, pairs: Sequence[tuple[models.Post, Dossier]], triage: Stage) -> dict[int, Plan]:
    planned = run(
        [
            Dossier(
                post=post_record(post),
                mention=dossier.mention,
                reading=reading_record(post.reading),
                asks_since=post.asks_since,
            )
            for post, dossier in pairs
        ],
        stages=[triage],
    )
    dossiers = {post.pk: after for (post, _), after in zip(pairs, planned, strict=True)}
    said = apply_corrections(dossiers=dossiers, decide=triage.step)
    return {pk: after.plan for pk, after in said.items() if after.plan is not None}


def _promise(plan: Plan) -> tuple[object, ...]:
    return (plan.respond, plan.kind, plan.queue, plan.respond_by)


def _tell(*, posts: Sequence[models.Post], plans: Mapping[int, Plan], at: datetime) -> None:
    if posts:
        record_events(
            brand_id=posts[0].brand_id,
            events=[
                read_event(post=post, plan=plans[post.pk], discarded=None, newest=None, at=at)
                for post in posts
            ],
        )
