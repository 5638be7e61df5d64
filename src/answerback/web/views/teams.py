from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from answerback.desk.operations.keep_team import TeamRefused, TeamTold, keep_team, remove_team
from answerback.desk.queries.access import NotHere, Seat, seat_for
from answerback.desk.queries.teams import team_seat, teams_page
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.moment import moment_of
from answerback.web.refusals import shown_with
from answerback.web.request import DeskRequest, id_in
from answerback.web.team_form import team_forms

_CONFLICT = 409


def _page(
    request: DeskRequest, *, seat: Seat, refusal: TeamRefused | None = None, team_id: int = 0
) -> HttpResponse:
    page = teams_page(brand_id=seat.brand_id, at=moment_of(request))
    mine = request.me.brands_with(Right.ASSIGN)
    told = {
        "seat": seat,
        "page": page,
        "seats": [one for one in request.me.seats.values() if one.brand_id in mine],
        "forms": team_forms(page, typed=request.POST, refusal=refusal, team_id=team_id),
        "crumbs": [{"name": _("Manage"), "url": reverse("manage")}],
    }
    return render(request, "manage/teams.html", told, status=200 if refusal is None else _CONFLICT)


def _refused(request: Any, refusal: TeamRefused) -> HttpResponse:
    team_id = request.resolver_match.kwargs.get("team_id", 0)
    seat = team_seat(request.me, team_id=team_id) if team_id else _seat(request)
    return _page(request, seat=seat, refusal=refusal, team_id=team_id)


def _seat(request: DeskRequest) -> Seat:
    """
    Return the seat at the brand that is asked for, else at the first one.

    :raises NotHere: when there is none.
    """
    asked = id_in(request.POST.get("brand") or request.GET.get("brand") or "")
    if asked is not None:
        return seat_for(request.me, brand=asked, right=Right.ASSIGN)
    for seat in request.me.seats.values():
        if request.me.may(Right.ASSIGN, brand_id=seat.brand_id):
            return seat
    raise NotHere


def _told(request: DeskRequest) -> TeamTold:
    return TeamTold(
        name=request.POST.get("name", ""),
        queues=request.POST.getlist("queues"),
        members=request.POST.getlist("members"),
    )


def _to(seat: Seat) -> str:
    return f"{reverse('teams')}?brand={seat.brand_id}"


@shown_with(TeamRefused, _refused)
@needs(Right.ASSIGN)
@require_http_methods(["GET", "HEAD", "POST"])
def teams(request: DeskRequest) -> HttpResponse:
    """GET /manage/teams?brand=: queues and teams of a brand.  POST: another team."""
    seat = _seat(request)
    if request.method != "POST":
        return _page(request, seat=seat)
    keep_team(
        brand_id=seat.brand_id,
        team_id=None,
        told=_told(request),
        by=request.me.handle,
        at=moment_of(request),
    )
    return redirect(_to(seat))


@shown_with(TeamRefused, _refused)
@needs(Right.ASSIGN)
@require_POST
def team(request: DeskRequest, team_id: int) -> HttpResponse:
    """POST /manage/teams/<id>: what the team is from now on."""
    seat = team_seat(request.me, team_id=team_id)
    keep_team(
        brand_id=seat.brand_id,
        team_id=team_id,
        told=_told(request),
        by=request.me.handle,
        at=moment_of(request),
    )
    return redirect(_to(seat))


@needs(Right.ASSIGN)
@require_POST
def team_removal(request: DeskRequest, team_id: int) -> HttpResponse:
    """POST /manage/teams/<id>/removal: the end of a team; its cases stay where they are."""
    seat = team_seat(request.me, team_id=team_id)
    remove_team(
        brand_id=seat.brand_id, team_id=team_id, by=request.me.handle, at=moment_of(request)
    )
    return HttpResponseClientRedirect(_to(seat)) if request.htmx else redirect(_to(seat))
