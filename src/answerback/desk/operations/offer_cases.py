"""Offer cases to people, where a brand asks for it, and offer again what nobody opened."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.give_back_case import leave_owner
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.notify import NoticeOf
from answerback.desk.queries.assignable import (
    last_words_with,
    passed_by,
    people_of,
    stale_offers,
    unassigned_cases,
)
from answerback.desk.queries.brand_texts import all_texts, policy_as_far_as_read
from answerback.domain.records.case import CaseState
from answerback.domain.records.event import EventName
from answerback.domain.triage.assignment import (
    Choice,
    Person,
    Waiting,
    can_take_more,
    choose,
)
from answerback.domain.triage.policy import Assigning, Mode

#: Kinds of cases (queue and language) that nobody can have, looked beyond in one turn.
_MOST_KINDS = 40


def offer_one(*, at: datetime) -> bool:
    """
    Give the most pressing case that somebody here can have to the best of them.

    Only for brands whose policy says `[assignment] mode = "offer"`.  First, an offer that its
    owner has not opened in time (or who is away by now) is taken back, with the reason, and is
    not offered to them again for an hour.  A case that nobody can have holds up no other: the
    next kind of case is looked at.  Who gets it is told, and so is why (`Case.assigned_why`).

    Returns whether there was one.
    """
    for brand_id, told in _offering():
        if _take_back(brand_id=brand_id, told=told, at=at) or _offer(brand_id=brand_id, at=at):
            return True
    return False


def _offering() -> list[tuple[int, Assigning]]:
    return [
        (texts.brand_id, policy.assignment)
        for texts in all_texts()
        if texts.policy is not None
        and (policy := policy_as_far_as_read(texts.policy)) is not None
        and policy.assignment.mode is Mode.OFFER
    ]


@transaction.atomic
def _take_back(*, brand_id: int, told: Assigning, at: datetime) -> bool:
    stale = stale_offers(brand_id=brand_id, at=at, within=told.accept_within)
    found = stale.values_list("pk", flat=True).first()
    if found is None:
        return False
    case = models.Case.objects.select_for_update(no_key=True).get(pk=found)
    if case.accepted_at is not None or case.state != CaseState.ASSIGNED or case.owner is None:
        return True  # opened, or given on, a moment ago; there may be more
    move_cases(
        case_ids=[case.pk],
        move=Move(
            to=CaseState.NEW,
            what=EventName.CASE_GIVEN_BACK,
            particulars={"owner": case.owner, "queue": case.queue, "reason": "not_opened"},
        ),
        by=None,
        at=at,
    )
    leave_owner(case.pk)
    # "A case is yours now" is not true any more.
    models.Notice.objects.filter(
        user__handle=case.owner, case=case, what=NoticeOf.ASSIGNED, read_at__isnull=True
    ).update(read_at=at)
    return True


@transaction.atomic
def _offer(*, brand_id: int, at: datetime) -> bool:
    people = people_of(brand_id=brand_id, at=at)
    if not any(can_take_more(one, at=at) for one in people):
        return False
    waiting = unassigned_cases(brand_id=brand_id, at=at)
    for _ in range(_MOST_KINDS):
        case = waiting.first()
        if case is None:
            return False
        chosen = _choice(case, people=people, at=at)
        if chosen.handle is not None:
            return _give(case.pk, chosen=chosen, at=at)
        if passed_by(case_id=case.pk, at=at):
            waiting = waiting.exclude(pk=case.pk)
        else:
            waiting = waiting.exclude(queue=case.queue, language=case.language)
    return False


def _choice(case: models.Case, *, people: list[Person], at: datetime) -> Choice:
    known = last_words_with(case=case, at=at)
    return choose(
        case=Waiting(
            queue=case.queue,
            author=case.leading.author_handle,
            language=case.language,
            kind=case.kind,
        ),
        people=[replace(one, knew_author_at=known.get(one.handle)) for one in people],
        at=at,
        passed=passed_by(case_id=case.pk, at=at),
    )


def _give(case_id: int, *, chosen: Choice, at: datetime) -> bool:
    locked = models.Case.objects.select_for_update(no_key=True).get(pk=case_id)
    if locked.state == CaseState.NEW and locked.owner is None and chosen.handle is not None:
        assign_case(case_id=case_id, to=chosen.handle, by=None, at=at, why=chosen.why)
    return True  # somebody else took it a moment ago: there may be more
