"""Take somebody's seat at a brand away, or their account."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from answerback.desk import models
from answerback.desk.operations.cancel_reply import take_back_reply
from answerback.desk.operations.change_member import check_owner_left, locked_seats, seat_of
from answerback.desk.operations.end_sessions import end_sessions
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.invite_person import end_invitations
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.move_reply import locked_reply
from answerback.desk.operations.record_events import record_events
from answerback.desk.operations.write_audit import Deed, write_audit
from answerback.desk.queries.access import Member, NotHere
from answerback.domain.records.case import CaseState
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.reply import ReplyState
from answerback.domain.records.role import Right


class NotYours(Refusal):
    """Somebody works for brands that are none of one's business."""


@transaction.atomic
def remove_member(*, brand_id: int, handle: str, by: str | None, at: datetime) -> None:
    """
    Take a seat away: they are signed out, and their cases go back to their queues.

    Invitations of theirs that nobody has used open nothing any more, and what they wrote and
    is not being sent yet is not sent.

    :raises NotHere: when they have no seat there.
    :raises MemberRefused: when it is the brand's last owner.
    :raises ReplyOnItsWay: while a reply in a case of theirs is being sent.
    """
    _hold_cases([brand_id], handle=handle)
    seats = locked_seats(brand_id)
    seat = seat_of(seats, handle=handle)
    check_owner_left(seats, without=seat)
    for team in seat.user.teams.filter(brand_id=brand_id):
        team.members.remove(seat.user)
    models.Watch.objects.filter(user=seat.user, case__brand_id=brand_id).delete()
    models.Membership.objects.filter(pk=seat.pk).delete()
    end_invitations(brand_id=brand_id, by=handle)
    _give_back(brand_id=brand_id, handle=handle, by=by, at=at)
    told = Event(what=EventName.MEMBER_REMOVED, at=at, by=by, particulars={"person": handle})
    record_events(brand_id=brand_id, events=[told])
    end_sessions(user_id=seat.user_id)


@transaction.atomic
def close_account(*, handle: str, by: Member, at: datetime) -> None:
    """
    Let somebody sign in no more, at once and everywhere; their seats and history stay.

    :raises NotHere: when they share no brand with `by`.
    :raises NotYours: when they work for a brand that `by` does not own.
    :raises MemberRefused: when a brand would be left without an owner.
    """
    user = _person(handle, by=by)
    brands = list(user.memberships.order_by("brand_id").values_list("brand_id", flat=True))
    _hold_cases(brands, handle=handle)
    for brand_id in brands:  # all locked before the first is written about, as in `_hold_cases`
        seats = locked_seats(brand_id)
        check_owner_left(seats, without=seat_of(seats, handle=handle))
        end_invitations(brand_id=brand_id, by=handle)
    for brand_id in brands:
        _give_back(brand_id=brand_id, handle=handle, by=by.handle, at=at)
    models.User.objects.filter(pk=user.pk).update(is_active=False)
    _write("account_closed", handle=handle, by=by.handle, at=at)
    end_sessions(user_id=user.pk)


@transaction.atomic
def reopen_account(*, handle: str, by: Member, at: datetime) -> None:
    """
    Let somebody sign in again.

    :raises NotHere: when they share no brand with `by`.
    :raises NotYours: when they work for a brand that `by` does not own.
    """
    user = _person(handle, by=by)
    models.User.objects.filter(pk=user.pk).update(is_active=True)
    _write("account_reopened", handle=handle, by=by.handle, at=at)


def _person(handle: str, *, by: Member) -> models.User:
    user = models.User.objects.select_for_update(no_key=True).filter(handle=handle).first()
    brands = set(user.memberships.values_list("brand_id", flat=True)) if user else set()
    if user is None or not brands & set(by.seats):
        raise NotHere
    if not brands <= by.brands_with(Right.MANAGE):
        raise NotYours(
            f"@{handle} works for a brand that you do not own. Take their seat at your brand "
            "away; their account stays."
        )
    return user


def _write(what: str, *, handle: str, by: str, at: datetime) -> None:
    write_audit(deeds=[Deed(what=what, by=by, about=f"person:{handle}")], at=at)


def _hold_cases(brand_ids: Sequence[int], *, handle: str) -> None:
    """Lock what `_give_back` will change at all of the brands, before the first is written."""
    for brand_id in brand_ids:
        hold_brand(brand_id)
    cases = models.Case.objects.select_for_update(no_key=True).order_by("pk")
    written = models.Reply.objects.filter(_UNSENT, written_by=handle).values("case_id")
    theirs = cases.filter(Q(owner=handle) | Q(pk__in=written), brand_id__in=brand_ids)
    list(theirs.values_list("pk", flat=True))


_UNSENT = Q(state__in=[str(ReplyState.QUEUED), str(ReplyState.AWAITING_APPROVAL)])


def _unsent(*, brand_id: int, handle: str) -> "QuerySet[models.Reply, int]":
    replies = models.Reply.objects.filter(_UNSENT, case__brand_id=brand_id, written_by=handle)
    return replies.order_by("case_id").values_list("pk", flat=True)


def _give_back(*, brand_id: int, handle: str, by: str | None, at: datetime) -> None:
    """Give the cases that somebody has and did not answer yet back to their queues."""
    for reply in [locked_reply(pk) for pk in _unsent(brand_id=brand_id, handle=handle)]:
        take_back_reply(reply, by=by, at=at, why="writer_removed")
    cases = list(
        models.Case.objects.filter(brand_id=brand_id, owner=handle, state=CaseState.ASSIGNED)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    move_cases(case_ids=cases, move=Move(to=CaseState.NEW), by=by, at=at)
    models.Case.objects.filter(pk__in=cases).update(
        owner=None, assigned_at=None, accepted_at=None, assigned_why=[]
    )
    events = [
        Event(
            what=EventName.CASE_GIVEN_BACK,
            at=at,
            by=by,
            case_id=case_id,
            particulars={"from": handle},
        )
        for case_id in cases
    ]
    record_events(brand_id=brand_id, events=events)
