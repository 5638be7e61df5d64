from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap, retarget

from answerback.desk.operations.ask_removal import ask_removal
from answerback.desk.operations.cancel_reply import cancel_reply
from answerback.desk.operations.guard_send import SomebodyPosted
from answerback.desk.operations.overrule_finding import overrule_finding
from answerback.desk.operations.save_draft import DraftMoved, save_draft
from answerback.desk.operations.set_undo_time import set_undo_time
from answerback.desk.operations.settle_reply import settle_reply
from answerback.desk.operations.submit_reply import submit_reply
from answerback.desk.queries.access import CaseRef, case_for, own_reply_for, reply_for
from answerback.desk.queries.case_replies import ReplyLine, case_replies
from answerback.desk.queries.setting import Setting, setting_of
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.composer import NOTHING_MET, Meeting, beside, composer
from answerback.web.moment import moment_of
from answerback.web.refusals import shown_with
from answerback.web.reply_form import (
    check_attached,
    check_of,
    is_there_of,
    number_of,
    text_of,
    typed_of,
)
from answerback.web.request import DeskRequest

_CONFLICT = 409


@needs(Right.SEE)
@require_safe
def composing(request: DeskRequest, case_id: int) -> HttpResponse:
    """GET /cases/<id>/composer: the composer alone, as a page or to HTMX as its part."""
    case = case_for(request.me, case_id=case_id, right=Right.SEE)
    return composer_page(request, case=case)


def composer_page(
    request: DeskRequest, *, case: CaseRef, meeting: Meeting = NOTHING_MET, status: int = 200
) -> HttpResponse:
    told = {"composer": composer(me=request.me, case=case, at=moment_of(request), meeting=meeting)}
    template = "replies/composer.html" if request.htmx else "replies/page.html"
    response = render(request, template, told, status=status)
    if status == _CONFLICT and request.htmx:
        return reswap(retarget(response, "#composer"), "outerHTML")
    return response


def _merge_page(request: Any, refusal: SomebodyPosted) -> HttpResponse:
    """Show what is new on top of one's own text; to send again is to have seen it."""
    return _met(request, meeting=Meeting(posts=refusal.posts, sentence=str(refusal)))


def both_texts_page(request: Any, refusal: DraftMoved) -> HttpResponse:
    return _met(
        request,
        meeting=Meeting(theirs=refusal.theirs, yours=text_of(request), sentence=str(refusal)),
    )


def with_sentence(request: Any, refusal: Refusal) -> HttpResponse:
    """Show the composer again, with a sentence about what could not be done."""
    return _met(request, meeting=Meeting(sentence=str(refusal)))


def _met(request: DeskRequest, *, meeting: Meeting) -> HttpResponse:
    told = request.resolver_match.kwargs if request.resolver_match else {}
    if "case_id" in told:
        case = case_for(request.me, case_id=told["case_id"], right=Right.WORK)
    else:
        case = reply_for(request.me, reply_id=told["reply_id"], right=Right.WORK).case
    return composer_page(request, case=case, meeting=meeting, status=_CONFLICT)


@shown_with(DraftMoved, both_texts_page)
@needs(Right.WORK)
@require_POST
def draft(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/draft: keep what is typed, and show what stands beside it."""
    case = case_for(request.me, case_id=case_id, right=Right.WORK)
    at, typed = moment_of(request), typed_of(request)
    if typed.text or typed.version:
        save_draft(case_id=case.case_id, by=request.me.handle, typed=typed, at=at)
    if not request.htmx:
        return redirect("case", case_id)
    mine, _ = case_replies(case_id=case_id, handle=request.me.handle)
    setting = _setting(case_id, mine, place=typed.place)
    told = beside(setting=setting, mine=mine, text=typed.text, me=request.me, at=at)
    return render(request, "replies/beside.html", {"beside": told})


def _setting(case_id: int, mine: ReplyLine | None, *, place: int = 0) -> Setting:
    return setting_of(case_id, place_id=(mine.place_id if mine else None) or place or None)


@shown_with(SomebodyPosted, _merge_page)
@shown_with(DraftMoved, both_texts_page)
@needs(Right.WORK)
@require_POST
def reply(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/reply: keep the draft, then send it on its way."""
    case = case_for(request.me, case_id=case_id, right=Right.WORK)
    at, me = moment_of(request), request.me.handle
    check_attached(request)
    kept = save_draft(case_id=case_id, by=me, typed=typed_of(request), at=at)
    submit_reply(reply_id=kept.reply_id, version=kept.version, by=me, at=at)
    return composer_page(request, case=case) if request.htmx else redirect("case", case_id)


@needs(Right.WORK)
@require_POST
def cancellation(request: DeskRequest, reply_id: int) -> HttpResponse:
    """POST /replies/<id>/cancellation: take a reply back before it goes out."""
    ref = own_reply_for(request.me, reply_id=reply_id)
    cancel_reply(reply_id=reply_id, by=request.me.handle, at=moment_of(request))
    if request.htmx:
        return composer_page(request, case=ref.case)
    return redirect("case", ref.case.case_id)


@needs(Right.WORK)
@require_POST
def overruling(request: DeskRequest, reply_id: int) -> HttpResponse:
    """POST /replies/<id>/overruling: it is right all the same."""
    ref = reply_for(request.me, reply_id=reply_id, right=Right.WORK)
    at, case_id, me = moment_of(request), ref.case.case_id, request.me
    overrule_finding(reply_id=reply_id, check=check_of(request), by=me.handle, at=at)
    if not request.htmx:
        return redirect("case", case_id)
    mine, _ = case_replies(case_id=case_id, handle=me.handle)
    text = mine.text if mine else ""
    told = beside(setting=_setting(case_id, mine), mine=mine, text=text, me=me, at=at)
    return render(request, "replies/beside.html", {"beside": told})


@needs(Right.WORK)
@require_POST
def settlement(request: DeskRequest, reply_id: int) -> HttpResponse:
    """POST /replies/<id>/settlement: somebody looked whether it is there."""
    ref = reply_for(request.me, reply_id=reply_id, right=Right.WORK)
    settle_reply(
        reply_id=reply_id,
        is_there=is_there_of(request),
        by=request.me.handle,
        at=moment_of(request),
        external_id=request.POST.get("external_id", ""),
    )
    if request.htmx:
        return composer_page(request, case=ref.case)
    return redirect("case", ref.case.case_id)


@needs(Right.ASSIGN)
@require_POST
def removal(request: DeskRequest, reply_id: int) -> HttpResponse:
    """POST /replies/<id>/removal: what we said shall be gone from its network."""
    ref = reply_for(request.me, reply_id=reply_id, right=Right.ASSIGN)
    ask_removal(
        reply_id=reply_id,
        reason=request.POST.get("reason", ""),
        by=request.me.handle,
        at=moment_of(request),
    )
    return redirect("case", ref.case.case_id)


@needs(Right.WORK)
@require_POST
def undo_time(request: DeskRequest) -> HttpResponse:
    """POST /replies/undo-time: how long one's own replies can be taken back."""
    seconds = number_of(request, "seconds")
    set_undo_time(seconds=seconds or None, by=request.me.handle, at=moment_of(request))
    return HttpResponse(status=204) if request.htmx else redirect("inbox")
