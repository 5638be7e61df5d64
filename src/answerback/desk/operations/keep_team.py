"""Make, change or end a team: people who share queues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.access import NotHere
from answerback.desk.queries.brand_queues import queues_of
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import RIGHTS, Right

_LONGEST_NAME = 60
_WORKERS = [role for role, rights in RIGHTS.items() if Right.WORK in rights]


class TeamRefused(Refusal):
    """A team cannot be so; `field` says which part of it: "name", "queues" or "members"."""

    def __init__(self, sentence: str, *, field: str) -> None:
        """Keep the field, for a form."""
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamTold:
    """What a team shall be."""

    name: str
    queues: Sequence[str] = ()
    members: Sequence[str] = ()  #: handles


@transaction.atomic
def keep_team(*, brand_id: int, team_id: int | None, told: TeamTold, by: str, at: datetime) -> int:
    """
    Make a team (None) or let one be as told, and write one event; nothing new is no event.

    Cases in its queues are offered to its members alone (`domain.triage.assignment`).

    Returns the team's id.

    :raises TeamRefused: when its name is none or taken, a queue is not there, or a member does
        not work cases of the brand.
    :raises NotHere: when the brand has no such team.
    """
    hold_brand(brand_id)  # one name, one team
    users = _check(brand_id=brand_id, team_id=team_id, told=told)
    queues = sorted(set(told.queues))
    team = _team(brand_id=brand_id, team_id=team_id, name=told.name.strip())
    before = (team.name, team.queues, sorted(team.members.values_list("pk", flat=True)))
    if team_id is not None and before == (told.name.strip(), queues, sorted(users)):
        return team.pk
    team.name, team.queues = told.name.strip(), queues
    team.save(update_fields=["name", "queues"])
    team.members.set(users)
    act = "made" if team_id is None else "changed"
    _tell(brand_id=brand_id, team_id=team.pk, act=act, by=by, at=at)
    return team.pk


@transaction.atomic
def remove_team(*, brand_id: int, team_id: int, by: str, at: datetime) -> None:
    """
    End a team; its cases stay where they are, and one event is written.

    :raises NotHere: when the brand has no such team.
    """
    gone, _ = models.Team.objects.filter(pk=team_id, brand_id=brand_id).delete()
    if not gone:
        raise NotHere
    _tell(brand_id=brand_id, team_id=team_id, act="removed", by=by, at=at)


def _check(*, brand_id: int, team_id: int | None, told: TeamTold) -> list[int]:
    name = told.name.strip()
    if not name or len(name) > _LONGEST_NAME:
        raise TeamRefused(
            f"A team needs a name of 1 to {_LONGEST_NAME} letters, such as Workshop.", field="name"
        )
    same = models.Team.objects.filter(brand_id=brand_id, name=name)
    if same.values_list("pk", flat=True).first() not in (None, team_id):
        raise TeamRefused(
            f"There is a team '{name}' already. Give this one another name.", field="name"
        )
    there = queues_of(brand_id=brand_id)
    for queue in told.queues:
        if queue not in there:
            raise TeamRefused(
                f"There is no queue '{queue}'. Queues are named in the brand's policy and topics; "
                f"there are: {', '.join(there)}.",
                field="queues",
            )
    seats = models.Membership.objects.filter(
        brand_id=brand_id, role__in=_WORKERS, user__is_active=True, user__handle__in=told.members
    )
    users = dict(seats.values_list("user__handle", "user_id"))
    for handle in told.members:
        if handle not in users:
            raise TeamRefused(
                f"@{handle} does not work cases of this brand. Choose owners, leads, approvers and "
                "agents of it.",
                field="members",
            )
    return list(users.values())


def _team(*, brand_id: int, team_id: int | None, name: str) -> models.Team:
    if team_id is None:
        return models.Team.objects.create(brand_id=brand_id, name=name)
    team = models.Team.objects.filter(pk=team_id, brand_id=brand_id).first()
    if team is None:
        raise NotHere
    return team


def _tell(*, brand_id: int, team_id: int, act: str, by: str, at: datetime) -> None:
    event = Event(
        what=EventName.TEAM_CHANGED, at=at, by=by, particulars={"team": team_id, "act": act}
    )
    record_events(brand_id=brand_id, events=[event])
