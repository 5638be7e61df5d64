"""One account on a live network: how it is, and what can be done with it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from answerback.channels.live import Network
from answerback.channels.ways import WAY
from answerback.desk.operations.backfill_source import backfill_source
from answerback.desk.operations.change_channel import (
    change_channel,
    pause_channel,
    remove_channel,
    resume_channel,
    set_secrets,
)
from answerback.desk.operations.check_channel import check_channel
from answerback.desk.queries.access import AccountRef, NotHere, account_for
from answerback.desk.queries.channel_health import channel_health
from answerback.desk.queries.channels import AccountLine, AccountState, account_line, secret_names
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import NotAllowed, Right
from answerback.web.access import needs
from answerback.web.case_form import moment_in
from answerback.web.channel_form import (
    offered,
    offered_kind,
    secret_fields,
    setting_fields,
    typed_fields,
    values_by,
    ways_shown,
)
from answerback.web.channel_view import STATES, gaps_shown, skew, sources_shown
from answerback.web.letters_path import letters_path
from answerback.web.moment import moment_of
from answerback.web.refusals import AddressNotUnderstood, refusal_page, shown_with
from answerback.web.reply_form import number_of
from answerback.web.request import DeskRequest
from answerback.web.views.channels import crumbs

_CONFLICT = 409


def _refused(request: Any, refusal: Refusal) -> HttpResponse:
    """Say on the account's page what is wrong; what was typed stays, but for secrets."""
    if isinstance(refusal, NotHere | NotAllowed | AddressNotUnderstood):
        return refusal_page(request, refusal)
    account_id = request.resolver_match.kwargs["account_id"]
    return _page(request, account_id=account_id, refusal=refusal)


@shown_with(Refusal, _refused)
@needs(Right.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def channel(request: DeskRequest, account_id: int) -> HttpResponse:
    """GET /manage/channels/<id>: how an account is.  POST: other settings, which are tested."""
    ref = _ref(request, account_id)
    if request.method != "POST":
        return _page(request, account_id=ref.account_id)
    at, by = moment_of(request), request.me.handle
    change_channel(
        account_id=ref.account_id,
        settings=typed_fields(request, offered_kind(ref.channel), secret=False),
        name=request.POST.get("name", ""),
        by=by,
        at=at,
    )
    check_channel(account_id=ref.account_id, by=by, at=at)
    return redirect("channel", ref.account_id)


@shown_with(Refusal, _refused)
@needs(Right.MANAGE)
@require_POST
def secrets(request: DeskRequest, account_id: int) -> HttpResponse:
    """POST /manage/channels/<id>/secrets: seal those that were typed, and test."""
    ref = _ref(request, account_id)
    at, by = moment_of(request), request.me.handle
    typed = typed_fields(request, offered_kind(ref.channel), secret=True)
    told = {name: value for name, value in typed.items() if value.strip()}
    set_secrets(account_id=ref.account_id, secrets=told, by=by, at=at)
    check_channel(account_id=ref.account_id, by=by, at=at)
    return redirect("channel", ref.account_id)


@shown_with(Refusal, _refused)
@needs(Right.MANAGE)
@require_POST
def tests(request: DeskRequest, account_id: int) -> HttpResponse:
    """POST /manage/channels/<id>/tests: try the login; the page says what was found."""
    ref = _ref(request, account_id)
    check_channel(account_id=ref.account_id, by=request.me.handle, at=moment_of(request))
    return redirect("channel", ref.account_id)


@shown_with(Refusal, _refused)
@needs(Right.MANAGE)
@require_POST
def pause(request: DeskRequest, account_id: int) -> HttpResponse:
    """POST /manage/channels/<id>/pause: hear and say nothing there for now."""
    ref = _ref(request, account_id)
    pause_channel(account_id=ref.account_id, by=request.me.handle, at=moment_of(request))
    return redirect("channel", ref.account_id)


@shown_with(Refusal, _refused)
@needs(Right.MANAGE)
@require_POST
def resumption(request: DeskRequest, account_id: int) -> HttpResponse:
    """POST /manage/channels/<id>/resumption: go on where it was paused."""
    ref = _ref(request, account_id)
    resume_channel(account_id=ref.account_id, by=request.me.handle, at=moment_of(request))
    return redirect("channel", ref.account_id)


@shown_with(Refusal, _refused)
@needs(Right.MANAGE)
@require_POST
def backfills(request: DeskRequest, account_id: int) -> HttpResponse:
    """POST /manage/channels/<id>/backfills: let a window of a source's past be fetched."""
    ref = _ref(request, account_id)
    source_id, at = number_of(request, "source"), moment_of(request)
    if source_id not in {one.source_id for one in channel_health(ref.account_id, at=at)}:
        raise NotHere
    backfill_source(
        source_id=source_id,
        since=moment_in(request, "since"),
        until=moment_in(request, "until"),
        by=request.me.handle,
        at=at,
    )
    return redirect("channel", ref.account_id)


@shown_with(Refusal, _refused)
@needs(Right.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def removal(request: DeskRequest, account_id: int) -> HttpResponse:
    """GET /manage/channels/<id>/removal: asks first.  POST: forget the account's secrets."""
    ref = _ref(request, account_id)
    if request.method == "POST":
        remove_channel(account_id=ref.account_id, by=request.me.handle, at=moment_of(request))
        return redirect("channels")
    line = account_line(ref.account_id, at=moment_of(request))
    return render(request, "manage/channel_removal.html", {"line": line, "crumbs": crumbs()})


def _ref(request: DeskRequest, account_id: int) -> AccountRef:
    return account_for(request.me, account_id=account_id, right=Right.MANAGE)


def _letters_to(request: DeskRequest, line: AccountLine) -> str:
    """Return where others bring posts to; "": nobody does."""
    if line.mailbox is None:
        return ""
    return request.build_absolute_uri(letters_path(channel=line.channel, mailbox=line.mailbox))


def _page(request: DeskRequest, *, account_id: int, refusal: Refusal | None = None) -> HttpResponse:
    at = moment_of(request)
    line = account_line(account_id, at=at)
    sources = channel_health(account_id, at=at)
    there = secret_names(account_id)
    word, tone = STATES[line.state]
    kind = offered().get(line.channel)
    told: dict[str, object] = {
        "at": at,
        "crumbs": crumbs(),
        "line": line,
        "word": word,
        "tone": tone,
        "gone": line.state is AccountState.REMOVED,
        "sources": sources_shown(sources, at=at),
        "gaps": gaps_shown(sources),
        "fetching": [one for one in sources if one.on and one.backfills],
        "since": request.POST.get("since", ""),
        "until": request.POST.get("until", ""),
        "letters_to": _letters_to(request, line),
        "skew": skew(line.clock_ahead),
        "locked": there is None,
        "installed": kind is not None,
        "refusal": str(refusal or ""),
    }
    if kind is not None:
        told |= {"name": request.POST.get("name", line.name)}
        told |= _fields(request, kind, line=line, there=there, refusal=refusal)
    status = 200 if refusal is None else _CONFLICT
    return render(request, "manage/channel.html", told, status=status)


def _fields(
    request: DeskRequest,
    kind: type[Network],
    *,
    line: AccountLine,
    there: frozenset[str] | None,
    refusal: Refusal | None,
) -> dict[str, object]:
    """Return what can be set of an account, as the way asks for that is chosen, or looked at."""
    typed = typed_fields(request, kind, secret=False)
    chosen = request.GET.get(WAY, "")
    values = values_by(kind, saved=line.settings, chosen=chosen, typed=typed)
    ways = ways_shown(kind, values=values)
    return {
        "ways": ways,
        "way": next((way for way in ways if way.chosen), None),
        "other_way": chosen not in {"", line.settings.get(WAY)},
        "settings": setting_fields(kind, values=values, refusal=refusal),
        "secrets": secret_fields(
            kind, values=values, there=there or (), anew=there is None, refusal=refusal
        ),
    }
