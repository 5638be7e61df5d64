"""Who works for a brand: seats and invitations."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from answerback.desk.operations.change_member import Seating, change_member
from answerback.desk.operations.invite_person import LASTS, invite_person, withdraw_invitation
from answerback.desk.operations.remove_member import (
    close_account,
    remove_member,
    reopen_account,
)
from answerback.desk.queries.access import Seat, seat_for
from answerback.desk.queries.people import people_of, person_of
from answerback.domain.records.role import Right, Role
from answerback.web.access import needs
from answerback.web.forms.people import ROLES, InviteForm, SeatingForm, words
from answerback.web.moment import moment_of
from answerback.web.request import DeskRequest


@needs(Right.MANAGE)
@require_safe
def people(request: DeskRequest) -> HttpResponse:
    """GET /manage/people: to the first brand that one manages."""
    first = min(request.me.brands_with(Right.MANAGE))
    return redirect("people_of", brand_id=first)


@needs(Right.MANAGE)
@require_safe
def people_of_brand(request: DeskRequest, brand_id: int) -> HttpResponse:
    """GET /manage/people/<brand>: everybody of a brand."""
    return _page(request, form=InviteForm(), brand_id=brand_id)


@needs(Right.MANAGE)
@require_POST
def invitations(request: DeskRequest, brand_id: int) -> HttpResponse:
    """POST /manage/people/<brand>/invitations: a link for one new person, shown once."""
    seat = seat_for(request.me, brand=brand_id, right=Right.MANAGE)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, brand_id=brand_id)
    at, role = moment_of(request), Role(form.cleaned_data["role"])
    token = invite_person(
        brand_id=seat.brand_id,
        role=role,
        name=form.cleaned_data["name"],
        by=request.me.handle,
        at=at,
    )
    told = {
        "crumbs": _crumbs(seat),
        "seat": seat,
        "name": form.cleaned_data["name"],
        "role": ROLES[role][0],
        "link": request.build_absolute_uri(reverse("join", args=[token])),
        "ends_at": at + LASTS,
    }
    return render(request, "people/invited.html", told, status=201)


@needs(Right.MANAGE)
@require_POST
def withdrawal(request: DeskRequest, brand_id: int, invitation_id: int) -> HttpResponse:
    """POST …/invitations/<id>/withdrawal: the link opens nothing any more."""
    seat = seat_for(request.me, brand=brand_id, right=Right.MANAGE)
    withdraw_invitation(
        invitation_id=invitation_id,
        brand_id=seat.brand_id,
        by=request.me.handle,
        at=moment_of(request),
    )
    return redirect("people_of", brand_id=brand_id)


@needs(Right.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: DeskRequest, brand_id: int, handle: str) -> HttpResponse:
    """GET, POST /manage/people/<brand>/<handle>: what somebody is, and can."""
    seat = seat_for(request.me, brand=brand_id, right=Right.MANAGE)
    line = person_of(brand_id=seat.brand_id, handle=handle)
    held = {
        "role": line.role,
        "skills": ", ".join(line.skills),
        "languages": ", ".join(line.languages),
        "capacity": line.capacity,
    }
    form = SeatingForm(request.POST or None, initial=held)
    if request.method == "POST" and form.is_valid():
        change_member(
            brand_id=seat.brand_id,
            handle=line.handle,
            seating=_seating(form),
            by=request.me.handle,
            at=moment_of(request),
        )
        return redirect("people_of", brand_id=brand_id)
    told = {
        "crumbs": _crumbs(seat),
        "seat": seat,
        "line": line,
        "form": form,
        "role": ROLES[line.role][0],
    }
    return render(request, "people/person.html", told, status=422 if form.errors else 200)


def _seating(form: SeatingForm) -> Seating:
    told = form.cleaned_data
    return Seating(
        role=Role(told["role"]),
        skills=words(told["skills"]),
        languages=words(told["languages"].lower()),
        capacity=told["capacity"],
    )


@needs(Right.MANAGE)
@require_POST
def removal(request: DeskRequest, brand_id: int, handle: str) -> HttpResponse:
    """POST …/<handle>/removal: their seat at this brand ends."""
    seat = seat_for(request.me, brand=brand_id, right=Right.MANAGE)
    remove_member(
        brand_id=seat.brand_id, handle=handle, by=request.me.handle, at=moment_of(request)
    )
    return redirect("people_of", brand_id=brand_id)


@needs(Right.MANAGE)
@require_POST
def account_closure(request: DeskRequest, brand_id: int, handle: str) -> HttpResponse:
    """POST …/<handle>/closure: they sign in no more."""
    seat_for(request.me, brand=brand_id, right=Right.MANAGE)
    close_account(handle=handle, by=request.me, at=moment_of(request))
    return redirect("people_of", brand_id=brand_id)


@needs(Right.MANAGE)
@require_POST
def account_reopening(request: DeskRequest, brand_id: int, handle: str) -> HttpResponse:
    """POST …/<handle>/reopening: they may sign in again."""
    seat_for(request.me, brand=brand_id, right=Right.MANAGE)
    reopen_account(handle=handle, by=request.me, at=moment_of(request))
    return redirect("people_of", brand_id=brand_id)


def _page(request: DeskRequest, *, form: InviteForm, brand_id: int) -> HttpResponse:
    seat = seat_for(request.me, brand=brand_id, right=Right.MANAGE)
    found = people_of(brand_id=seat.brand_id, at=moment_of(request))
    told = {
        "crumbs": _crumbs(seat)[:2],
        "seat": seat,
        "brands": _managed(request),
        "seats": [(line, ROLES[line.role][0]) for line in found.seats],
        "invitations": [(one, ROLES[one.role][0]) for one in found.invitations],
        "form": form,
    }
    return render(request, "people/list.html", told, status=422 if form.errors else 200)


def _crumbs(seat: Seat) -> list[dict[str, str]]:
    people_at = reverse("people_of", args=[seat.brand_id])
    return [
        {"url": reverse("manage"), "name": gettext("Manage")},
        {"url": people_at, "name": gettext("People")},
        {"url": people_at, "name": seat.brand},
    ]


def _managed(request: DeskRequest) -> list[Seat]:
    managed = request.me.brands_with(Right.MANAGE)
    return [seat for seat in request.me.seats.values() if seat.brand_id in managed]
