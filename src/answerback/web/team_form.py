"""The forms of teams: one for each that is there, and one for another."""

from dataclasses import dataclass

from django.http import QueryDict

from answerback.desk.operations.keep_team import TeamRefused
from answerback.desk.queries.teams import TeamsPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One thing that can be among those chosen."""

    name: str
    ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamForm:
    """One team as its form shows it."""

    team_id: int  #: 0: another one
    name: str
    queues: tuple[Tick, ...]
    members: tuple[Tick, ...]
    field: str  #: that a fault is of: "name", "queues", "members"; "": none
    fault: str  #: a sentence


def team_forms(
    page: TeamsPage, *, typed: QueryDict, refusal: TeamRefused | None, team_id: int
) -> list[TeamForm]:
    """Return the forms of all teams, the one for another last; the refused one as it was typed."""
    rows = [(one.team_id, one.name, one.queues, one.members) for one in page.teams]
    rows.append((0, "", (), ()))
    return [
        _form(
            page,
            team_id=number,
            name=typed.get("name", "") if mine else name,
            chosen=(typed.getlist("queues"), typed.getlist("members"))
            if mine
            else (queues, members),
            refusal=refusal if mine else None,
        )
        for number, name, queues, members in rows
        for mine in (refusal is not None and number == team_id,)
    ]


def _form(
    page: TeamsPage,
    *,
    team_id: int,
    name: str,
    chosen: tuple[list[str] | tuple[str, ...], list[str] | tuple[str, ...]],
    refusal: TeamRefused | None,
) -> TeamForm:
    queues, members = chosen
    return TeamForm(
        team_id=team_id,
        name=name,
        queues=_ticks([one.name for one in page.queues], chosen=queues),
        members=_ticks(page.people, chosen=members),
        field="" if refusal is None else refusal.field,
        fault=str(refusal or ""),
    )


def _ticks(
    names: list[str] | tuple[str, ...], *, chosen: list[str] | tuple[str, ...]
) -> tuple[Tick, ...]:
    """Return what there is, and what was chosen and is there no more: nobody loses it silently."""
    every = [*names, *(name for name in chosen if name not in names)]
    return tuple(Tick(name=name, ticked=name in chosen) for name in every)
