"""One page of the inbox, as its list shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet
from django.db.models.functions import Left

from answerback.desk import models
from answerback.desk.queries.access import Member
from answerback.desk.queries.case_filter import CaseFilter, cases_matching, of_brands
from answerback.desk.queries.copies import NO_COPIES, CopyCount, count_copies
from answerback.desk.queries.inbox import Place, behind
from answerback.desk.queries.subject import subject
from answerback.desk.rows import media_record

LINES = 50
#: A row shows one line of the post: the rest stays in the database.
_OPENING = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One case as a row of the list."""

    case_id: int
    brand_id: int
    channel: str
    author: str
    state: str
    owner: str | None
    queue: str
    kind: str
    language: str
    sentiment: str
    priority: float  #: from 0 to 1
    respond_by: datetime | None
    turn: datetime
    written_at: datetime  #: of the leading post
    closed_at: datetime | None
    close_reason: str | None
    snoozed_until: datetime | None
    escalated_at: datetime | None
    accepted_at: datetime | None
    author_has_the_word: bool
    leased_to: str | None
    leased_until: datetime | None
    opening: str  #: the first characters of the leading post
    title: str  #: its subject, where it has one that its words do not begin with
    name: str  #: of its author; "": not told
    reasons: tuple[str, ...]  #: triage's, most telling first
    brand: str
    tags: tuple[str, ...] = ()
    copies: CopyCount = NO_COPIES
    here: tuple["Present", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Somebody who has a case open right now."""

    handle: str
    name: str
    writing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """One page of cases."""

    lines: tuple[CaseLine, ...]
    more: Place | None  #: give it as `after` for the next page; None: this was the last


_COLUMNS = (
    "pk",
    "brand_id",
    "channel",
    "leading__author_handle",
    "state",
    "owner",
    "queue",
    "kind",
    "language",
    "sentiment",
    "priority",
    "respond_by",
    "turn",
    "written_at",
    "closed_at",
    "close_reason",
    "snoozed_until",
    "escalated_at",
    "accepted_at",
    "author_has_the_word",
    "leased_to",
    "leased_until",
)
_NAMES = ("case_id", *_COLUMNS[1:3], "author", *_COLUMNS[4:])


def list_cases(
    wanted: CaseFilter,
    *,
    member: Member,
    at: datetime,
    after: Place | None = None,
    limit: int = LINES,
) -> CasePage:
    """
    Return a page of the cases asked for: open ones by triage's order, closed ones newest first.

    Four questions to the database, however many lines; one when there is none.
    """
    cases = cases_matching(wanted, member=member, at=at, in_turn=not wanted.closed)
    if wanted.closed:
        if after is not None:
            cases = cases.filter(closed_at__lte=after.turn).exclude(
                closed_at=after.turn, pk__gte=after.case_id
            )
        cases = cases.order_by("-closed_at", "-pk")
    else:
        if after is not None:
            cases = cases.filter(behind(after), turn__gte=after.turn)
        cases = cases.order_by("turn", "written_at", "pk")
    lines = _lines(cases[: limit + 1], member=member, at=at)
    more = _place(lines[limit - 1], closed=wanted.closed) if len(lines) > limit else None
    return CasePage(lines=tuple(lines[:limit]), more=more)


def lines_of(case_ids: Sequence[int], *, member: Member, at: datetime) -> list[CaseLine]:
    """
    Return cases as they are now, in no promised order; those that one may not see are left out.

    Four questions to the database.
    """
    cases = models.Case.objects.filter(of_brands(member), pk__in=case_ids)
    return _lines(cases, member=member, at=at)


def still_matching(
    case_ids: Sequence[int], wanted: CaseFilter, *, member: Member, at: datetime
) -> set[int]:
    """Return those of the cases for which everything asked still holds.  One question."""
    cases = cases_matching(wanted, member=member, at=at).filter(pk__in=case_ids)
    return set(cases.values_list("pk", flat=True))


def _lines(cases: "QuerySet[models.Case]", *, member: Member, at: datetime) -> list[CaseLine]:
    rows = list(
        cases.values_list(
            *_COLUMNS,
            Left("leading__text", _OPENING),
            F("leading__plan__reasons"),
            F("leading__author_name"),
            F("leading__details__title"),
            F("leading__media"),
        )
    )
    ids = [row[0] for row in rows]
    tags, copies, here = _tags(ids), count_copies(case_ids=ids), present_at(ids, at=at)
    width = len(_NAMES)
    return [
        CaseLine(
            **dict(zip(_NAMES, row[:width], strict=True)),
            opening=row[width],
            # What was discarded has no plan; it leads only a case that somebody owns.
            reasons=tuple(row[width + 1] or ()),
            name=row[width + 2],
            title=subject(
                row[width + 3] or (), text=row[width], media=media_record(row[width + 4])
            ),
            brand=member.seats[row[1]].brand,
            tags=tuple(tags.get(row[0], ())),
            copies=copies.get(row[0], NO_COPIES),
            here=tuple(here.get(row[0], ())),
        )
        for row in rows
    ]


def _tags(case_ids: Sequence[int]) -> dict[int, list[str]]:
    if not case_ids:
        return {}
    found: dict[int, list[str]] = {}
    tags = models.CaseTag.objects.filter(case_id__in=case_ids).order_by("tag")
    for case_id, tag in tags.values_list("case_id", "tag"):
        found.setdefault(case_id, []).append(tag)
    return found


def present_at(case_ids: Sequence[int], *, at: datetime) -> dict[int, list[Present]]:
    """Return who has each case open at a moment, writers first.  One question to the database."""
    if not case_ids:
        return {}
    rows = models.Presence.objects.filter(case_id__in=case_ids, until__gt=at)
    found: dict[int, list[Present]] = {}
    for case_id, handle, name, writing in rows.order_by("-writing", "user__handle").values_list(
        "case_id", "user__handle", "user__name", "writing"
    ):
        found.setdefault(case_id, []).append(Present(handle=handle, name=name, writing=writing))
    return found


def _place(line: CaseLine, *, closed: bool) -> Place:
    if closed and line.closed_at is not None:
        return Place(turn=line.closed_at, written_at=line.closed_at, case_id=line.case_id)
    return Place(turn=line.turn, written_at=line.written_at, case_id=line.case_id)
