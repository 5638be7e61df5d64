"""Plan a post anew that a person corrected, and let its case follow."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from answerback.desk import models
from answerback.desk.operations.apply_corrections import Decide, apply_corrections
from answerback.desk.operations.open_cases import keep_cases_true, open_cases, turn_of
from answerback.desk.operations.record_events import read_event, record_events
from answerback.desk.queries.earlier_posts import EarlierPosts
from answerback.desk.queries.texts_now import brand_now, policy_now
from answerback.desk.rows import (
    mention_record,
    plan_columns,
    plan_record,
    post_record,
    reading_columns,
    reading_record,
)
from answerback.domain.records.case import CloseReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.plan import Plan
from answerback.domain.records.reading import Kind
from answerback.domain.triage.deadlines import due_at
from answerback.domain.triage.decide import decider
from answerback.domain.triage.policy import Policy

_SURE = 1.0  #: what a person said


def plan_corrected(*, post: models.Post, at: datetime) -> None:
    """
    Write the reading and the plan of a post as people said it is.

    With the brand's text at hand, triage plans it by the policy that holds now: kind, queue,
    deadline and priority.  Without it, the deadline it has stays, because hours and targets
    stand in that text; kind, queue and whether an answer is owed follow.
    Call it inside a transaction, after the correction was kept.
    """
    if not hasattr(post, "plan"):  # set aside: its reading is kept, and it waits nowhere
        _write_reading(post, told=_corrected(post, decide=lambda several: several))
        return
    before = plan_record(post.plan)
    told = _corrected(post, decide=_decide(post, before=before, at=at))
    _write_reading(post, told=told)
    if told.plan is None:
        return
    columns = {**plan_columns(told.plan), "turn": turn_of(post=post, plan=told.plan)}
    models.Plan.objects.filter(pk=post.pk).update(**columns)
    if _promise(told.plan) != _promise(before):
        event = read_event(post=post, plan=told.plan, discarded=None, newest=None, at=at)
        record_events(brand_id=post.brand_id, events=[event])
    _follow(post, plan=told.plan, owed_before=before.respond, at=at)


def _corrected(post: models.Post, *, decide: Decide) -> Dossier:
    dossier = Dossier(
        post=post_record(post),
        mention=mention_record(post.mention),
        reading=reading_record(post.reading),
        asks_since=post.asks_since,
    )
    return apply_corrections(dossiers={post.pk: dossier}, decide=decide)[post.pk]


def _write_reading(post: models.Post, *, told: Dossier) -> None:
    if told.reading is not None:
        models.Reading.objects.filter(pk=post.pk).update(**reading_columns(told.reading))


def _decide(post: models.Post, *, before: Plan, at: datetime) -> Decide:
    policy, brand = policy_now(brand_id=post.brand_id), brand_now(brand_id=post.brand_id)
    if brand is None:
        return _by_kind_alone(policy, before=before)
    contacts = EarlierPosts(brand=brand.name)([post_record(post)])
    return decider(policy=policy, brand=brand, at=at, contacts=contacts)


def _by_kind_alone(policy: Policy, *, before: Plan) -> Decide:
    """Return a stage for a brand of which we do not have the text: its hours and topics."""

    def decide(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        return [
            replace(one, plan=_replanned(one, policy=policy, before=before)) for one in dossiers
        ]

    return decide


def _replanned(dossier: Dossier, *, policy: Policy, before: Plan) -> Plan:
    reading = dossier.reading
    if reading is None:
        return before
    sure = [kind for kind, share in reading.kinds.items() if share == _SURE]
    kind = sure[0] if len(sure) == 1 else before.kind
    moves = before.queue == policy.kinds[before.kind].queue
    respond, respond_by = before.respond, before.respond_by
    if reading.needs_response == _SURE and not respond:
        respond, created_at = True, dossier.asks_since or dossier.post.created_at
        if created_at is not None:
            target = policy.kinds[kind].target
            respond_by = due_at(created_at=created_at, target=target, hours=policy.hours)
    return replace(
        before,
        kind=kind,
        queue=policy.kinds[kind].queue if moves else before.queue,
        respond=respond,
        respond_by=respond_by,
    )


def _follow(post: models.Post, *, plan: Plan, owed_before: bool, at: datetime) -> None:
    """Open a case for a post that owes an answer only now; else let the one it is in follow."""
    if plan.respond and post.case_id is None:
        open_cases(posts=[post], plans={post.pk: plan}, at=at)
        models.Post.objects.filter(pk=post.pk).update(case_id=post.case_id)
    if post.case_id is None:
        return
    grown = [post.case_id] if plan.respond and not owed_before else []
    spam = plan.kind is Kind.SPAM
    keep_cases_true(
        case_ids=[post.case_id],
        grown=grown,
        at=at,
        nothing_owed=CloseReason.SPAM if spam else CloseReason.NO_ANSWER_NEEDED,
    )


def _promise(plan: Plan) -> tuple[object, ...]:
    return (plan.respond, plan.kind, plan.queue, plan.respond_by)
