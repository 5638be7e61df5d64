"""
Who may reach what: the only way from a page to an object.

Something of a brand that one has no seat at is not there at all, whoever asks for it by number;
something of one's own brand that one's role does not reach is refused in a sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Exists

from answerback.desk import models
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import RIGHTS, Right, Role, check_right


class NotHere(Refusal):
    """There is no such thing, or it is none of this person's business; pages show it with 404."""

    def __init__(self) -> None:
        super().__init__("There is nothing here, or it is not for you. Go back to the inbox.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """What somebody is for one brand."""

    brand_id: int
    brand: str
    role: Role
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  #: ISO 639-1; empty: all
    capacity: int = 0  #: cases at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who has signed in."""

    user_id: int
    handle: str
    name: str
    takes_cases: bool = True
    language: str = ""  #: of the pages; "": what the browser asks for
    seats: Mapping[int, Seat] = field(default_factory=dict)  #: by brand
    silent: bool = False  #: nothing is sent from here, until somebody says that it is no copy

    def brands_with(self, right: Right) -> frozenset[int]:
        """Return the brands for which they have a right."""
        return frozenset(one.brand_id for one in self.seats.values() if right in RIGHTS[one.role])

    def may(self, right: Right, *, brand_id: int | None = None) -> bool:
        """Tell whether they have a right, for a brand or (None) for any."""
        brands = self.brands_with(right)
        return bool(brands) if brand_id is None else brand_id in brands


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRef:
    """A case that somebody may reach."""

    case_id: int
    brand_id: int
    brand: str


def member_of(user: "models.User") -> Member:
    """Return what a person who signed in is, brand by brand.  One question to the database."""
    stopped = Exists(models.Installation.objects.filter(sends=False))
    mine = models.Membership.objects.filter(user_id=user.pk).annotate(silent=stopped)
    rows = mine.order_by("brand__name").values_list(
        *("brand_id", "brand__name", "role", "skills", "languages", "capacity", "silent")
    )
    told = list(rows)
    seats = {
        brand_id: Seat(
            brand_id=brand_id,
            brand=brand,
            role=Role(role),
            skills=tuple(skills),
            languages=tuple(languages),
            capacity=capacity,
        )
        for brand_id, brand, role, skills, languages, capacity, _ in told
    }
    return Member(
        user_id=user.pk,
        handle=user.handle,
        name=user.name,
        takes_cases=user.takes_cases,
        language=user.language,
        seats=seats,
        silent=any(silent for *_, silent in told),
    )


def case_for(member: Member, *, case_id: int, right: Right) -> CaseRef:
    """
    Return a case that somebody may reach.  One question to the database.

    :raises NotHere: when there is none, or it is of a brand that they have no seat at.
    :raises NotAllowed: when their role for its brand lacks the right.
    """
    brand_id = (
        models.Case.objects.filter(pk=case_id, brand_id__in=list(member.seats))
        .values_list("brand_id", flat=True)
        .first()
    )
    if brand_id is None:
        raise NotHere
    seat = member.seats[brand_id]
    check_right(seat.role, right, brand=seat.brand)
    return CaseRef(case_id=case_id, brand_id=brand_id, brand=seat.brand)


def cases_for(member: Member, *, case_ids: list[int], right: Right) -> list[CaseRef]:
    """
    Return several cases, all of which somebody may reach; in the order given, each once.

    :raises NotHere: when one is not there for them.
    :raises NotAllowed: when their role for the brand of one lacks the right.
    """
    brands = dict(
        models.Case.objects.filter(pk__in=case_ids, brand_id__in=list(member.seats)).values_list(
            "pk", "brand_id"
        )
    )
    found = []
    for case_id in dict.fromkeys(case_ids):
        if case_id not in brands:
            raise NotHere
        seat = member.seats[brands[case_id]]
        check_right(seat.role, right, brand=seat.brand)
        found.append(CaseRef(case_id=case_id, brand_id=seat.brand_id, brand=seat.brand))
    return found


def seat_for(member: Member, *, brand: str | int, right: Right) -> Seat:
    """
    Return somebody's seat at a brand, by name or number.

    :raises NotHere: when they have none.
    :raises NotAllowed: when their role lacks the right.
    """
    for seat in member.seats.values():
        if brand in (seat.brand, seat.brand_id):
            check_right(seat.role, right, brand=seat.brand)
            return seat
    raise NotHere


def anybody_here() -> bool:
    """Tell whether anybody can sign in yet."""
    return models.User.objects.exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRef:
    """A reply that somebody may reach, and its case."""

    reply_id: int
    written_by: str
    case: CaseRef


def reply_for(member: Member, *, reply_id: int, right: Right) -> ReplyRef:
    """
    Return a reply that somebody may reach.  Two questions to the database.

    :raises NotHere: when there is none, or it is of a brand that they have no seat at.
    :raises NotAllowed: when their role for its brand lacks the right.
    """
    found = models.Reply.objects.filter(pk=reply_id).values_list("case_id", "written_by").first()
    if found is None:
        raise NotHere
    case_id, written_by = found
    case = case_for(member, case_id=case_id, right=right)
    return ReplyRef(reply_id=reply_id, written_by=written_by, case=case)


def own_reply_for(member: Member, *, reply_id: int) -> ReplyRef:
    """
    Return a reply that somebody may take back: their own, or any where they assign cases.

    :raises NotHere: when it is not there for them.
    :raises NotAllowed: when it is somebody else's and their role does not assign cases.
    """
    ref = reply_for(member, reply_id=reply_id, right=Right.WORK)
    if ref.written_by != member.handle:
        check_right(member.seats[ref.case.brand_id].role, Right.ASSIGN, brand=ref.case.brand)
    return ref


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRef:
    """An account on a channel that somebody may reach."""

    account_id: int
    brand_id: int
    brand: str
    channel: str
    name: str


def account_for(member: Member, *, account_id: int, right: Right) -> AccountRef:
    """
    Return an account that somebody may reach.  One question to the database.

    :raises NotHere: when there is none, or it is of a brand that they have no seat at.
    :raises NotAllowed: when their role for its brand lacks the right.
    """
    row = models.ChannelAccount.objects.filter(
        pk=account_id, brand_id__in=list(member.seats)
    ).values_list("brand_id", "channel", "name")
    for brand_id, channel, name in row:
        seat = member.seats[brand_id]
        check_right(seat.role, right, brand=seat.brand)
        return AccountRef(
            account_id=account_id, brand_id=brand_id, brand=seat.brand, channel=channel, name=name
        )
    raise NotHere
