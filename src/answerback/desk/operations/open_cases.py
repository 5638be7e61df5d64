"""Open a case for each author and matter that owes a response, and keep it true."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from answerback.desk import models
from answerback.desk.operations.give_back_case import leave_owner
from answerback.desk.operations.insert_rows import insert_new_rows, update_rows
from answerback.desk.operations.move_cases import Move, move_cases, replies_on_their_way
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.joined import family_of, mains_of
from answerback.desk.rows import post_record
from answerback.domain.records.case import CaseState, CloseReason
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.plan import Plan
from answerback.domain.records.role import RIGHTS, Right
from answerback.domain.triage.priority import queue_order

#: A copy by another author waits in the case, but not for an answer of its own.
_ASKS = Q(post__copy_of__isnull=True) | Q(post__author_key=F("post__case__author_key"))

_WORKERS = [role for role, rights in RIGHTS.items() if Right.WORK in rights]

#: What a case takes from its most pressing unanswered post.
_FOLLOWS = (
    "queue",
    "kind",
    "priority",
    "respond_by",
    "turn",
    "written_at",
    "leading_id",
    "language",
    "sentiment",
)


def open_cases(
    *, posts: Sequence[models.Post], plans: Mapping[int, Plan], at: datetime
) -> tuple[list[int], int]:
    """
    Give every post that owes a response its case: the one of its author and matter, or a new one.

    The posts are of one brand and channel.  Returns the cases touched, and how many are new.
    """
    owing = [post for post in posts if post.pk in plans and plans[post.pk].respond]
    if not owing:
        return [], 0
    first = {(post.conversation, post.author_key): post for post in reversed(owing)}
    came = insert_new_rows(
        model=models.Case,
        rows=[
            _new_case(post=post, plan=plans[post.pk], at=at)
            for post in sorted(first.values(), key=lambda post: post.pk)
        ],
        returning=["id", "leading", "queue", "priority"],
    )
    record_events(
        brand_id=owing[0].brand_id,
        events=[
            Event(
                what=EventName.CASE_OPENED,
                at=at,
                case_id=case_id,
                post_id=post_id,
                particulars={"queue": queue, "priority": priority},
            )
            for case_id, post_id, queue, priority in sorted(came)
        ],
    )
    cases = models.Case.objects.filter(
        brand_id=owing[0].brand_id,
        channel=owing[0].channel,
        conversation__in={post.conversation for post in owing},
        author_key__in={post.author_key for post in owing},
    ).values_list("conversation", "author_key", "pk")
    of_person = {(conversation, author): pk for conversation, author, pk in cases}
    for post in owing:
        post.case_id = of_person[post.conversation, post.author_key]
    return [post.case_id for post in owing if post.case_id is not None], len(came)


def _new_case(*, post: models.Post, plan: Plan, at: datetime) -> dict[str, Any]:
    return {
        "brand_id": post.brand_id,
        "channel": post.channel,
        "author_key": post.author_key,
        "conversation": post.conversation,
        "state": CaseState.NEW,
        "owner": None,
        "queue": plan.queue,
        "kind": plan.kind,
        "priority": float(plan.priority),
        "respond_by": plan.respond_by,
        "turn": turn_of(post=post, plan=plan),
        "written_at": _written(post),
        "leading_id": post.pk,
        "opened_at": at,
        "closed_at": None,
        "close_reason": None,
        "language": "",  # these two follow at once, in `keep_cases_true`
        "sentiment": "",
        "assigned_at": None,
        "assigned_why": [],
        "accepted_at": None,
        "snoozed_until": None,
        "sleeps_through_thanks": False,
        "queue_by_hand": False,
        "escalated_at": None,
        "breached_at": None,
        "leased_to": None,
        "leased_until": None,
        "stirred_at": None,
        "author_has_the_word": False,
        "outcome": "",
    }


def keep_cases_true(
    *,
    case_ids: Iterable[int],
    grown: Iterable[int],
    at: datetime,
    nothing_owed: CloseReason = CloseReason.NO_ANSWER_NEEDED,
) -> int:
    """
    Let each case follow its most pressing unanswered post, and close or reopen it.

    A queue to which a person sent it stays.  A case that nobody took and in which nothing
    waits any more is closed: as answered elsewhere, when its posts have their answers; with
    the reason `nothing_owed`, when none of them owes one now (an edit, another brand file).
    A closed case that has `grown` by a post without an answer is reopened: to its owner, or,
    without one, to its queue.  One in which the author had the word is its owner's again, or,
    where that one works here no more, its queue's: nobody else would see it.

    Returns how many were closed.
    """
    touched, fresh = set(case_ids), set(grown)
    mains = mains_of(touched | fresh)  # what is joined into another case is heard there
    touched |= set(mains.values())
    fresh = {mains.get(one, one) for one in fresh}
    rows = models.Case.objects.filter(pk__in=touched).order_by("pk")
    # Locked: nobody takes a case between our look at it and its closing.
    cases = list(rows.select_for_update(no_key=True))
    pressing = _most_pressing(touched)
    for case in cases:
        if case.queue_by_hand and case.pk in pressing:
            pressing[case.pk]["queue"] = case.queue
    changed = [
        {
            "id": case.pk,
            **pressing[case.pk],
            "breached_at": _still_breached(case, respond_by=pressing[case.pk]["respond_by"]),
        }
        for case in cases
        if case.pk in pressing
        and any(getattr(case, name) != pressing[case.pk][name] for name in _FOLLOWS)
    ]
    update_rows(model=models.Case, rows=changed)
    done = [case.pk for case in cases if case.pk not in pressing and case.state == CaseState.NEW]
    answered = set(_answered(done))
    for reason, whether in ((CloseReason.ANSWERED_ELSEWHERE, True), (nothing_owed, False)):
        move_cases(
            case_ids=[pk for pk in done if (pk in answered) is whether],
            move=Move(to=CaseState.CLOSED, close_reason=reason),
            by=None,
            at=at,
        )
    spoken = [case for case in cases if case.pk in pressing and case.pk in fresh]
    back = [case for case in spoken if _comes_back(case)]
    for to, owned in ((CaseState.NEW, False), (CaseState.ASSIGNED, True)):
        ids = [case.pk for case in back if (case.owner is not None) is owned]
        move_cases(case_ids=ids, move=Move(to=to), by=None, at=at)
    _leave_who_is_gone([case for case in back if case.owner is not None], at=at)
    return len(done)


def _leave_who_is_gone(cases: Sequence[models.Case], *, at: datetime) -> None:
    if not cases:
        return
    seats = models.Membership.objects.filter(
        brand__in={case.brand_id for case in cases}, role__in=_WORKERS, user__is_active=True
    )
    here = set(seats.values_list("brand_id", "user__handle"))
    gone = {case.pk: case for case in cases if (case.brand_id, case.owner) not in here}
    going = replies_on_their_way(list(gone))
    for case_id, case in gone.items():
        if case_id not in going:
            told = {"owner": case.owner, "queue": case.queue}
            move = Move(to=CaseState.NEW, what=EventName.CASE_GIVEN_BACK, particulars=told)
            move_cases(case_ids=[case_id], move=move, by=None, at=at)
            leave_owner(case_id)


def _still_breached(case: models.Case, *, respond_by: datetime | None) -> datetime | None:
    """Return when the deadline was noticed to have passed: never yet, where it is a later one."""
    if respond_by is None or (case.respond_by is not None and respond_by > case.respond_by):
        return None
    return case.breached_at


def _comes_back(case: models.Case) -> bool:
    """Say whether its author's new words make a case somebody's work again."""
    if case.state == CaseState.AWAITING_AUTHOR:
        return case.owner is not None
    return case.state == CaseState.CLOSED


def _answered(case_ids: Sequence[int]) -> Iterable[int]:
    """Return those of the cases in which a post was owed a response, and has it."""
    if not case_ids:
        return []
    answered = models.Plan.objects.filter(
        _ASKS, post__case_id__in=case_ids, post__answer__isnull=False, respond=True
    )
    return answered.values_list("post__case_id", flat=True)


def still_asked(case_ids: Sequence[int]) -> set[int]:
    """Return those of the cases in which a post is owed a response, and has none."""
    return set(_most_pressing(case_ids))


def turn_of(*, post: models.Post, plan: Plan) -> datetime:
    """Return the place in the inbox, as triage orders it: the smaller, the sooner."""
    _, turn, _, _ = queue_order(plan, post_record(post))
    return turn


def _most_pressing(case_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """
    Return, for each case with an unanswered post, what it shall follow.

    What waits in a case that is joined into another waits in that one.
    """
    wanted = set(case_ids)
    into = family_of(wanted)
    plans = models.Plan.objects.filter(
        _ASKS, post__case_id__in=wanted | set(into), post__answer__isnull=True, respond=True
    ).select_related("post", "post__reading")
    leading: dict[int, models.Plan] = {}
    soonest: dict[int, datetime] = {}
    for plan in plans.only(*_PRESSING):
        case_id = into.get(plan.post.case_id or 0, plan.post.case_id)
        if case_id is None:
            continue
        if case_id not in leading or _rank(plan) < _rank(leading[case_id]):
            leading[case_id] = plan
        if plan.respond_by is not None and case_id in into.values():  # one set of deadlines
            soonest[case_id] = min(plan.respond_by, soonest.get(case_id, plan.respond_by))
    return {
        case_id: {
            "queue": plan.queue,
            "kind": plan.kind,
            "priority": plan.priority,
            "respond_by": soonest.get(case_id, plan.respond_by),
            "turn": plan.turn,
            "written_at": _written(plan.post),
            "leading_id": plan.post_id,
            **_told_by(getattr(plan.post, "reading", None)),
        }
        for case_id, plan in leading.items()
    }


def _told_by(reading: models.Reading | None) -> dict[str, str]:
    """Return what the inbox is filtered by; a post without a reading tells nothing."""
    if reading is None:
        return {"language": "", "sentiment": ""}
    felt = max(reading.sentiment, key=reading.sentiment.__getitem__, default="")
    return {"language": reading.language, "sentiment": felt}


_PRESSING = (
    "queue",
    "kind",
    "priority",
    "respond_by",
    "turn",
    "post__case_id",
    "post__created_at",
    "post__heard_at",
    "post__asks_since",
    "post__reading__language",
    "post__reading__sentiment",
)


def _rank(plan: models.Plan) -> tuple[datetime, datetime, int]:
    return (plan.turn, _written(plan.post), plan.post_id)


def _written(post: models.Post) -> datetime:
    """Return since when a post waits: an edit that asks anew, since the edit."""
    return post.asks_since or post.created_at or post.heard_at
