"""Two cases of one person become one, because somebody says so; and apart again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.answer_across import answer_across
from answerback.desk.operations.follow_joined import follow_joined
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.lock_case import lock_cases
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.operations.one_question import count_one_question
from answerback.desk.operations.open_cases import keep_cases_true
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.joined import mains_of, others_of
from answerback.domain.records.case import CaseState, CloseReason
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal

_LONGEST = 1_000


class CannotJoin(Refusal):
    """Two cases that cannot become one."""


@transaction.atomic
def join_cases(*, case_id: int, other_id: int, evidence: str, by: str, at: datetime) -> int:
    """
    Let `other` be part of a case: one conversation, one owner, one set of deadlines.

    Returns the number of the joining.

    Its posts stay its own, so it can be undone (`part_cases`).  It is closed as joined, and what
    its author writes from now on is heard in the case.  A question that was asked in both counts
    once.

    :raises CannotJoin: when they are one case or of two brands, one is part of another already,
        nothing is said why, or a reply is on its way in `other`.
    """
    why = " ".join(evidence.split())
    if not why:
        raise CannotJoin("Say what makes you sure that both are one person: others will ask.")
    if len(why) > _LONGEST:
        raise CannotJoin(f"Say it in {_LONGEST:,} characters; this has {len(why):,}.")
    case, other = _both(case_id, other_id)
    was = {**_as_it_is(other), "main": _followed(case)}
    joined = models.Joined.objects.create(
        brand_id=case.brand_id, case=case, other=other, evidence=why, by=by, at=at, was=was
    )
    if other.state != CaseState.CLOSED:
        move = Move(
            to=CaseState.CLOSED, close_reason=CloseReason.JOINED, particulars={"into": case_id}
        )
        move_cases(case_ids=[other_id], move=move, by=by, at=at)
    _keep_what_is_written(case_id, other_id=other_id)
    told: dict[str, str | int] = {"joined": joined.pk, "other": other_id, "channel": other.channel}
    event = Event(what=EventName.CASES_JOINED, at=at, by=by, case_id=case_id, particulars=told)
    record_events(brand_id=case.brand_id, events=[event])
    count_one_question(joined=joined, at=at)
    answer_across(case_ids=[case_id], at=at)
    follow_joined(case_ids=[case_id])
    keep_cases_true(case_ids=[case_id], grown=_wakes(case_id, was=was), at=at)
    if other.owner not in (None, by, case.owner):
        notify(handles=[other.owner], what=NoticeOf.TAKEN_OVER, case_id=case_id, by=by, at=at)
    return joined.pk


def _keep_what_is_written(case_id: int, *, other_id: int) -> None:
    """
    Let what is being written in both go on to where it was to go.

    Drafts of the other case, and what failed there, go on here, where people work on it now;
    somebody's second one waits there until the joining is undone.
    """
    begun = models.Reply.objects.filter(case_id=case_id, place__isnull=True)
    begun.exclude(state__in=["sent", "cancelled"]).update(place=case_id)
    mine = models.Reply.objects.filter(case_id=case_id, state__in=_WRITTEN)
    theirs = models.Reply.objects.filter(case_id=other_id, state__in=_WRITTEN)
    theirs.exclude(written_by__in=list(mine.values_list("written_by", flat=True))).update(
        case_id=case_id, place_id=other_id
    )


_WRITTEN = ("draft", "failed")


def _followed(case: models.Case) -> dict[str, Any]:
    """Return what a case follows of its posts, to follow its own again."""
    return {
        "leading_id": case.leading_id,
        "queue": case.queue,
        "kind": case.kind,
        "priority": case.priority,
        "respond_by": case.respond_by.isoformat() if case.respond_by else None,
        "turn": case.turn.isoformat(),
        "written_at": case.written_at.isoformat(),
        "language": case.language,
        "sentiment": case.sentiment,
    }


def _wakes(case_id: int, *, was: Mapping[str, Any]) -> list[int]:
    """Return the case when the one that joins it was open: then there is work in it again."""
    return [] if was["state"] == CaseState.CLOSED else [case_id]


def _both(case_id: int, other_id: int) -> tuple[models.Case, models.Case]:
    if case_id == other_id:
        raise CannotJoin("These are one case already. Choose another one.")
    brands = models.Case.objects.filter(pk__in=[case_id, other_id]).values_list("brand_id")
    if len(set(brands)) != 1 or len(brands) < 2:  # noqa: PLR2004
        raise CannotJoin("There is no such case of this brand. Choose one of its cases.")
    hold_brand(brands[0][0])
    lock_cases([case_id, other_id])
    taken = mains_of([case_id, other_id])
    if taken:
        part, whole = next(iter(taken.items()))
        raise CannotJoin(f"Case {part} is part of case {whole} already. Join that one, or undo it.")
    if others_of([other_id]):
        raise CannotJoin(
            f"Other cases are joined into case {other_id}. Open it, and join this one into it."
        )
    going = models.Reply.objects.filter(case_id=other_id, state__in=_GOING).first()
    if going is not None:
        raise CannotJoin(
            f"A reply of @{going.written_by} is on its way in case {other_id}. Wait until it is "
            "sent, or have it taken back; then join them."
        )
    cases = {case.pk: case for case in models.Case.objects.filter(pk__in=[case_id, other_id])}
    return cases[case_id], cases[other_id]


_GOING = ("awaiting_approval", "queued", "sending", "unknown")


def _as_it_is(other: models.Case) -> dict[str, str | bool | None]:
    """Return what closing a case forgets, and its owner."""
    until = other.snoozed_until
    return {
        "state": other.state,
        "owner": other.owner,
        "close_reason": other.close_reason,
        "snoozed_until": until.isoformat() if until else None,
        "sleeps_through_thanks": other.sleeps_through_thanks,
    }
