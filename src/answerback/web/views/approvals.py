"""What an approver does: read, change, say yes, or send back with a note."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from answerback.desk.operations.approve_reply import (
    TextMoved,
    approve_reply,
    edit_reply,
    send_back,
)
from answerback.desk.operations.guard_send import SomebodyPosted
from answerback.desk.queries.access import reply_for
from answerback.desk.queries.approvals import waiting_replies
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.approval_sheet import approval_sheet
from answerback.web.moment import moment_of
from answerback.web.refusals import shown_with
from answerback.web.reply_form import number_of, text_of
from answerback.web.request import DeskRequest

_CONFLICT = 409


@needs(Right.APPROVE)
@require_safe
def approvals(request: DeskRequest) -> HttpResponse:
    """GET /approvals: what waits for one's yes, the most pressing first."""
    at = moment_of(request)
    brands = request.me.brands_with(Right.APPROVE)
    lines = waiting_replies(brand_ids=brands, but_not=request.me.handle)
    told = {"lines": [(line, line.late(at=at)) for line in lines], "several": len(brands) > 1}
    return render(request, "replies/approvals.html", {**told, "at": at})


def _moved_page(request: Any, refusal: Refusal) -> HttpResponse:
    """Show the new text, or the new posts: to say yes again is to have read them."""
    told = request.resolver_match.kwargs
    reply_for(request.me, reply_id=told["reply_id"], right=Right.APPROVE)
    sheet = approval_sheet(
        reply_id=told["reply_id"],
        me=request.me,
        at=moment_of(request),
        on_case=_on_case(request),
    )
    if sheet is not None:
        posts = refusal.posts if isinstance(refusal, SomebodyPosted) else ()
        typed = text_of(request)
        yours = "" if typed in ("", sheet.line.text) else typed
        sheet = replace(sheet, sentence=str(refusal), new_posts=posts, yours=yours)
    template = "replies/sheet.html" if request.htmx else "replies/approval.html"
    response = render(request, template, {"sheet": sheet}, status=_CONFLICT)
    return reswap(retarget(response, "#sheet"), "outerHTML") if request.htmx else response


@shown_with(TextMoved, _moved_page)
@shown_with(SomebodyPosted, _moved_page)
@needs(Right.APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: DeskRequest, reply_id: int) -> HttpResponse:
    """GET /replies/<id>/approval: read it.  POST: say yes to it, in the words of the field."""
    ref = reply_for(request.me, reply_id=reply_id, right=Right.APPROVE)
    at, by = moment_of(request), request.me.handle
    if request.method != "POST":
        sheet = approval_sheet(reply_id=reply_id, me=request.me, at=at)
        return render(request, "replies/approval.html", {"sheet": sheet, "ref": ref})
    version = number_of(request, "version")
    if "text" in request.POST:
        version = edit_reply(
            reply_id=reply_id, version=version, text=text_of(request), by=by, at=at
        )
    seen = number_of(request, "seen")
    approve_reply(reply_id=reply_id, version=version, seen=seen, by=by, at=at)
    return _on(request, case_id=ref.case.case_id)


@shown_with(TextMoved, _moved_page)
@needs(Right.APPROVE)
@require_POST
def returning(request: DeskRequest, reply_id: int) -> HttpResponse:
    """POST /replies/<id>/return: give it back to its writer, with a note."""
    ref = reply_for(request.me, reply_id=reply_id, right=Right.APPROVE)
    send_back(
        reply_id=reply_id,
        version=number_of(request, "version"),
        note=request.POST.get("note", ""),
        by=request.me.handle,
        at=moment_of(request),
    )
    return _on(request, case_id=ref.case.case_id)


@shown_with(TextMoved, _moved_page)
@needs(Right.APPROVE)
@require_POST
def wording(request: DeskRequest, reply_id: int) -> HttpResponse:
    """POST /replies/<id>/text: change its words, and decide later."""
    reply_for(request.me, reply_id=reply_id, right=Right.APPROVE)
    at = moment_of(request)
    edit_reply(
        reply_id=reply_id,
        version=number_of(request, "version"),
        text=text_of(request),
        by=request.me.handle,
        at=at,
    )
    if not request.htmx:
        return redirect("approval", reply_id)
    on_case = _on_case(request)
    sheet = approval_sheet(reply_id=reply_id, me=request.me, at=at, on_case=on_case)
    return render(request, "replies/sheet.html", {"sheet": sheet})


def _on_case(request: DeskRequest) -> bool:
    return request.POST.get("from") == "case"


def _on(request: DeskRequest, *, case_id: int) -> HttpResponse:
    """Go on with the next one, or to the case where one came from."""
    if _on_case(request):
        return redirect("composer", case_id) if request.htmx else redirect("case", case_id)
    if request.htmx:
        return HttpResponseClientRedirect(resolve_url("approvals"))
    return redirect("approvals")
