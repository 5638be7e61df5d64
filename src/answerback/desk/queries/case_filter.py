"""Which cases somebody asks for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import In

from answerback.desk import models
from answerback.desk.queries.access import Member
from answerback.domain.records.case import CaseState
from answerback.domain.records.reading import Kind
from answerback.domain.records.refusal import Refusal

#: Words for an owner that are nobody's handle.
ME, NOBODY = "me", "nobody"
#: A brand as a sum: as a column it would lead SQLite to an index that holds less.
BRAND = F("brand_id") + 0


class NotAsked(Refusal):
    """A filter asks for something that does not exist; what exists is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What shall hold of every case shown; None, "" and False ask for nothing."""

    brand: str | None = None
    channel: str | None = None
    kind: str | None = None
    queue: str | None = None
    owner: str | None = None  #: a handle, ME or NOBODY
    state: str | None = None  #: None: every open state
    language: str | None = None
    sentiment: str | None = None
    tag: str | None = None
    silent_hours: int | None = None  #: nobody has said anything for so long
    overdue: bool = False
    snoozed: bool = False  #: those asleep; else they are left out

    @property
    def closed(self) -> bool:
        """Tell whether closed cases are asked for: they are in another order."""
        return self.state == CaseState.CLOSED


ALL_OPEN = CaseFilter()


def check_filter(wanted: CaseFilter, *, member: Member, handles: frozenset[str]) -> None:
    """
    Do nothing when everything named exists.

    A queue, channel, language or tag that no case has is no fault: what is done is not unknown.
    `handles`: those whom one may ask for as owners.

    :raises NotAsked: naming what there is.
    """
    brands = [seat.brand for seat in member.seats.values()]
    if wanted.brand is not None and wanted.brand not in brands:
        there = ", ".join(f"'{one}'" for one in brands) or "none"
        raise NotAsked(
            f"There is no brand '{wanted.brand}' here. Brands that you may see: {there}."
        )
    _one_of("kind", wanted.kind, tuple(Kind))
    _one_of("state", wanted.state, tuple(CaseState))
    if wanted.owner not in (None, ME, NOBODY) and wanted.owner not in handles:
        there = ", ".join([ME, NOBODY, *sorted(handles)])
        raise NotAsked(f"Nobody here is '{wanted.owner}'. Owners that can be asked for: {there}.")


def _one_of(what: str, told: str | None, known: tuple[str, ...]) -> None:
    if told is not None and told not in known:
        raise NotAsked(f"There is no {what} '{told}'. There are: {', '.join(known)}.")


def cases_matching(
    wanted: CaseFilter, *, member: Member, at: datetime, in_turn: bool = False
) -> "QuerySet[models.Case]":
    """
    Return the cases of one's own brands for which everything asked holds, unordered.

    `in_turn`: the first of them by triage's order are wanted, not all.
    """
    cases = models.Case.objects.filter(of_brands(member, brand=wanted.brand, in_turn=in_turn))
    told = {
        "channel": wanted.channel,
        "kind": wanted.kind,
        "queue": wanted.queue,
        "state": wanted.state,
        "language": wanted.language,
        "sentiment": wanted.sentiment,
    }
    cases = cases.filter(**{name: value for name, value in told.items() if value is not None})
    if wanted.state is None or not wanted.closed:
        # Said aloud even for one open state: the indexes of open cases are made for it.
        cases = cases.exclude(state=CaseState.CLOSED).filter(
            asleep(at) if wanted.snoozed else awake(at)
        )
    if wanted.owner is not None:
        cases = cases.filter(owned_by(wanted.owner, member=member))
    if wanted.overdue:
        cases = cases.filter(respond_by__lt=at)
    if wanted.silent_hours is not None:
        cases = cases.alias(last_word=last_word()).filter(
            last_word__lt=at - timedelta(hours=wanted.silent_hours)
        )
    if wanted.tag is not None:
        tagged = models.CaseTag.objects.filter(tag=wanted.tag)
        cases = cases.filter(pk__in=tagged.values("case_id"))
    return cases


def of_brands(member: Member, *, brand: str | None = None, in_turn: bool = False) -> Q:
    """Return that a case is of a brand where one has a seat; of one of them by name."""
    ids = [one.brand_id for one in member.seats.values() if brand in (None, one.brand)]
    # One brand as an equation: a list would keep SQLite from reading the index in order.
    if len(ids) == 1:
        return Q(brand_id=ids[0])
    # Of several brands the first in turn are found by walking the order itself; for a list of
    # plain columns SQLite would fetch all their cases by brand and sort a hundred thousand.
    return Q(In(F("brand_id") + 0, ids)) if in_turn else Q(brand_id__in=ids)


def owned_by(owner: str, *, member: Member) -> Q:
    """Return that a case is somebody's: a handle, ME or NOBODY."""
    if owner == NOBODY:
        return Q(owner__isnull=True)
    return Q(owner=member.handle if owner == ME else owner)


def awake(at: datetime) -> Q:
    """Return that a case is not snoozed at a moment."""
    return Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=at)


def asleep(at: datetime) -> Q:
    """Return that a case is snoozed at a moment."""
    return Q(snoozed_until__gt=at)


def last_word() -> Coalesce:
    """Return when anybody last said something in a case."""
    return Coalesce("stirred_at", "written_at")
