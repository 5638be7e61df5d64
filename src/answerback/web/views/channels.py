"""Accounts on live networks: all of them, and a new one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from answerback.channels.live import Network
from answerback.channels.ways import WAY
from answerback.desk.operations.add_channel import AccountTold, add_channel
from answerback.desk.operations.check_channel import check_channel
from answerback.desk.queries.access import NotHere, seat_for
from answerback.desk.queries.channels import account_lines
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import NotAllowed, Right
from answerback.web.access import needs
from answerback.web.channel_form import (
    kind_shown,
    offered,
    offered_kind,
    secret_fields,
    setting_fields,
    typed_fields,
    values_by,
    ways_shown,
)
from answerback.web.channel_view import STATES
from answerback.web.moment import moment_of
from answerback.web.refusals import AddressNotUnderstood, refusal_page, shown_with
from answerback.web.reply_form import number_of
from answerback.web.request import DeskRequest

_CONFLICT = 409


def _refused(request: Any, refusal: Refusal) -> HttpResponse:
    """Say at its field what is wrong; all that was typed stays, but for secrets."""
    if isinstance(refusal, NotHere | NotAllowed | AddressNotUnderstood):
        return refusal_page(request, refusal)
    return _form(request, offered_kind(request.POST.get("channel", "")), refusal=refusal)


@shown_with(Refusal, _refused)
@needs(Right.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def channels(request: DeskRequest) -> HttpResponse:
    """GET /manage/channels: the accounts of one's brands.  POST: another one, which is tested."""
    if request.method == "POST":
        return redirect("channel", _added(request))
    mine, at = request.me.brands_with(Right.MANAGE), moment_of(request)
    removed = request.GET.get("removed") == "1"
    told = {
        "at": at,
        "crumbs": crumbs()[:1],
        "lines": [
            (line, *STATES[line.state])
            for line in account_lines(at=at, brand_ids=mine, with_removed=removed)
        ],
        "several": len(mine) > 1,
        "removed": removed,
    }
    return render(request, "manage/channels.html", told)


def _added(request: DeskRequest) -> int:
    """Set an account up and try its login at once; what comes of that stands on its page."""
    seat = seat_for(request.me, brand=number_of(request, "brand"), right=Right.MANAGE)
    kind = offered_kind(request.POST.get("channel", ""))
    at = moment_of(request)
    told = AccountTold(
        channel=kind.name,
        name=request.POST.get("name", ""),
        settings=typed_fields(request, kind, secret=False),
        secrets=typed_fields(request, kind, secret=True),
    )
    account_id = add_channel(brand_id=seat.brand_id, told=told, by=request.me.handle, at=at)
    check_channel(account_id=account_id, by=request.me.handle, at=at)
    return account_id


@needs(Right.MANAGE)
@require_safe
def new_channel(request: DeskRequest) -> HttpResponse:
    """GET /manage/channels/new?channel=: choose a network, then tell it what it asks for."""
    channel = request.GET.get("channel", "")
    if channel:
        return _form(request, offered_kind(channel))
    kinds = sorted(offered().values(), key=lambda kind: kind.title.casefold())
    told = {"crumbs": crumbs(), "kinds": [kind_shown(kind) for kind in kinds]}
    return render(request, "manage/new_channel.html", told)


def _form(
    request: DeskRequest, kind: type[Network], *, refusal: Refusal | None = None
) -> HttpResponse:
    mine = request.me.brands_with(Right.MANAGE)
    values = values_by(
        kind,
        saved={},
        chosen=request.GET.get(WAY, ""),
        typed=typed_fields(request, kind, secret=False),
    )
    ways = ways_shown(kind, values=values)
    settings = setting_fields(kind, values=values, refusal=refusal)
    secrets = secret_fields(kind, values=values, refusal=refusal)
    placed = any(field.fault for field in (*settings, *secrets))
    chosen = request.POST.get("brand", "")
    told = {
        "crumbs": crumbs(),
        "kind": kind_shown(kind),
        "brands": [seat for seat in request.me.seats.values() if seat.brand_id in mine],
        "chosen": int(chosen) if chosen.isascii() and chosen.isdigit() else None,
        "name": request.POST.get("name", ""),
        "ways": ways,
        "way": next((way for way in ways if way.chosen), None),
        "settings": settings,
        "secrets": secrets,
        "refusal": "" if placed else str(refusal or ""),
        "placed": placed,
    }
    status = 200 if refusal is None else _CONFLICT
    return render(request, "manage/channel_form.html", told, status=status)


def crumbs() -> list[dict[str, str]]:
    """Return the way to the page of one account."""
    return [
        {"name": _("Manage"), "url": reverse("manage")},
        {"name": _("Channels"), "url": reverse("channels")},
    ]
