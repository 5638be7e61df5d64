"""Change what somebody is for a brand, and what they can."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.invite_person import end_invitations
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.access import NotHere
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import RIGHTS, Right, Role

_LANGUAGE = re.compile(r"[a-z]{2}")
_MOST_CAPACITY = 200
_MOST_WORDS = 40
_LONGEST_WORD = 60


class MemberRefused(Refusal):
    """Somebody cannot be that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """What somebody shall be for one brand."""

    role: Role
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  #: ISO 639-1; empty: all
    capacity: int = 8  #: cases at once; 0: none are offered

    def __post_init__(self) -> None:
        """
        Refuse what cannot be meant.

        :raises MemberRefused: saying what may stand there.
        """
        for language in self.languages:
            if _LANGUAGE.fullmatch(language) is None:
                raise MemberRefused(
                    f"'{language}' is no language code. Write two small letters: en, pt, ja."
                )
        if not 0 <= self.capacity <= _MOST_CAPACITY:
            raise MemberRefused(f"Cases at once is a number from 0 to {_MOST_CAPACITY}.")
        if len(self.skills) > _MOST_WORDS or any(len(one) > _LONGEST_WORD for one in self.skills):
            raise MemberRefused(
                f"Skills are up to {_MOST_WORDS} words of up to {_LONGEST_WORD} letters."
            )


@transaction.atomic
def change_member(
    *, brand_id: int, handle: str, seating: Seating, by: str | None, at: datetime
) -> None:
    """
    Let somebody be and know that for a brand, from the next page they ask for.

    The brand's seats are locked first, so two owners who demote each other at once leave one.

    :raises NotHere: when they have no seat there.
    :raises MemberRefused: when it would raise `by` themselves, or leave the brand no owner.
    """
    seats = locked_seats(brand_id)
    seat = seat_of(seats, handle=handle)
    if handle == by and not RIGHTS[seating.role] <= RIGHTS[Role(seat.role)]:
        raise MemberRefused("Nobody raises their own role. Ask another owner of the brand.")
    if seating.role is not Role.OWNER:
        check_owner_left(seats, without=seat)
    before = seat.role
    models.Membership.objects.filter(pk=seat.pk).update(
        role=seating.role,
        skills=list(seating.skills),
        languages=list(seating.languages),
        capacity=seating.capacity,
    )
    if Right.MANAGE not in RIGHTS[seating.role]:
        end_invitations(brand_id=brand_id, by=handle)
    told = Event(
        what=EventName.MEMBER_CHANGED,
        at=at,
        by=by,
        particulars={
            "person": handle,
            "role": seating.role,
            "role_before": before,
            "capacity": seating.capacity,
        },
    )
    record_events(brand_id=brand_id, events=[told])


def locked_seats(brand_id: int) -> list[models.Membership]:
    """Lock the seats of a brand, in the order of their numbers, and return them with people."""
    return list(
        models.Membership.objects.select_for_update(of=("self",), no_key=True)
        .select_related("user", "brand")
        .filter(brand_id=brand_id)
        .order_by("pk")
    )


def seat_of(seats: list[models.Membership], *, handle: str) -> models.Membership:
    """
    Return the seat of one person.

    :raises NotHere: when they have none.
    """
    found = next((seat for seat in seats if seat.user.handle == handle), None)
    if found is None:
        raise NotHere
    return found


def check_owner_left(seats: list[models.Membership], *, without: models.Membership) -> None:
    """
    Do nothing when a brand has an active owner besides one seat, or that seat owns nothing.

    :raises MemberRefused: when it would have none.
    """
    if without.role != Role.OWNER:
        return
    if not any(
        seat.role == Role.OWNER and seat.user.is_active and seat.pk != without.pk for seat in seats
    ):
        raise MemberRefused(
            f"@{without.user.handle} is the last owner of '{without.brand.name}'. Make somebody "
            "else an owner first."
        )
