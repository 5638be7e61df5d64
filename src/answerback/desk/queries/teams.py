"""The queues of a brand, what waits in each, and who takes from it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from answerback.desk import models
from answerback.desk.queries.access import Member, NotHere, Seat, seat_for
from answerback.desk.queries.assignable import NOT_CLOSED, people_of
from answerback.desk.queries.brand_queues import queues_of
from answerback.domain.records.case import CaseState
from answerback.domain.records.role import Right


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """One queue."""

    name: str
    open: int  #: open cases in it
    unowned: int  #: of those, that nobody has
    overdue: int  #: of those, whose deadline has passed
    takers: tuple[str, ...]  #: handles of those who take it, by skill or team; none: everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLine:
    """One team."""

    team_id: int
    name: str
    queues: tuple[str, ...]
    members: tuple[str, ...]  #: handles


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsPage:
    """Queues and teams of one brand."""

    brand_id: int
    queues: tuple[QueueLine, ...]
    teams: tuple[TeamLine, ...]
    people: tuple[str, ...]  #: handles of those who work its cases


def teams_page(*, brand_id: int, at: datetime) -> TeamsPage:
    """
    Return the queues and teams of a brand.

    Eleven questions to the database, however many there are.
    """
    people = people_of(brand_id=brand_id, at=at)
    counts = _counts(brand_id=brand_id, at=at)
    names = sorted({*queues_of(brand_id=brand_id), *counts})
    return TeamsPage(
        brand_id=brand_id,
        queues=tuple(
            QueueLine(
                name=name,
                open=counts.get(name, (0, 0, 0))[0],
                unowned=counts.get(name, (0, 0, 0))[1],
                overdue=counts.get(name, (0, 0, 0))[2],
                takers=tuple(one.handle for one in people if one.takes(name)),
            )
            for name in names
        ),
        teams=tuple(
            TeamLine(
                team_id=team.pk,
                name=team.name,
                queues=tuple(team.queues),
                members=tuple(sorted(user.handle for user in team.members.all())),
            )
            for team in models.Team.objects.filter(brand_id=brand_id)
            .prefetch_related("members")
            .order_by("name")
        ),
        people=tuple(one.handle for one in people),
    )


def _counts(*, brand_id: int, at: datetime) -> dict[str, tuple[int, int, int]]:
    rows = (
        models.Case.objects.filter(NOT_CLOSED, brand_id=brand_id)
        .order_by()
        .values_list("queue")
        .annotate(
            Count("pk"),
            unowned=Count("pk", filter=Q(owner__isnull=True)),
            overdue=Count("pk", filter=Q(respond_by__lt=at) & ~Q(state=CaseState.AWAITING_AUTHOR)),
        )
    )
    return {queue: (count, unowned, overdue) for queue, count, unowned, overdue in rows}


def team_seat(member: Member, *, team_id: int) -> Seat:
    """
    Return somebody's seat at the brand of a team that they may change.

    :raises NotHere: when there is none, or it is of a brand that they have no seat at.
    :raises NotAllowed: when their role lacks the right.
    """
    team = models.Team.objects.filter(pk=team_id, brand_id__in=list(member.seats))
    brand_id = team.values_list("brand_id", flat=True).first()
    if brand_id is None:
        raise NotHere
    return seat_for(member, brand=brand_id, right=Right.ASSIGN)
