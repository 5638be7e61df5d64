"""Saved replies: managed on their own page, used in the composer."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from answerback.desk.operations.save_draft import save_draft
from answerback.desk.operations.save_macro import retire_macro, save_macro
from answerback.desk.queries.access import case_for, seat_for
from answerback.desk.queries.brand_queues import queues_of
from answerback.desk.queries.macros import macro_for, macro_of, macros_of, preview_macro
from answerback.desk.queries.setting import setting_of
from answerback.domain.etiquette.blanks import FILLED
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.composer import composer
from answerback.web.macro_form import own_blanks_told, told_of, with_macro
from answerback.web.moment import moment_of
from answerback.web.reply_form import number_of, typed_of
from answerback.web.request import DeskRequest


@needs(Right.ASSIGN)
@require_http_methods(["GET", "HEAD", "POST"])
def macros(request: DeskRequest) -> HttpResponse:
    """GET /manage/macros: all of one's brands'.  POST: a new one."""
    brands = sorted(request.me.brands_with(Right.ASSIGN))
    if request.method == "POST":
        seat = seat_for(request.me, brand=number_of(request, "brand"), right=Right.ASSIGN)
        save_macro(
            brand_id=seat.brand_id,
            macro_id=None,
            told=told_of(request),
            by=request.me.handle,
            at=moment_of(request),
        )
        return redirect("macros")
    told = {
        "lines": macros_of(brand_ids=brands),
        "seats": [request.me.seats[brand] for brand in brands],
        "queues": sorted({queue for brand in brands for queue in queues_of(brand_id=brand)}),
        "filled": FILLED,
    }
    return render(request, "manage/macros.html", told)


@needs(Right.ASSIGN)
@require_http_methods(["GET", "HEAD", "POST"])
def macro(request: DeskRequest, macro_id: int) -> HttpResponse:
    """GET /manage/macros/<id>: one of them.  POST: change it."""
    line = macro_for(request.me, macro_id=macro_id)
    seat_for(request.me, brand=line.brand_id, right=Right.ASSIGN)
    if request.method == "POST":
        save_macro(
            brand_id=line.brand_id,
            macro_id=macro_id,
            told=told_of(request),
            by=request.me.handle,
            at=moment_of(request),
        )
        return redirect("macros")
    told = {"line": line, "queues": queues_of(brand_id=line.brand_id), "filled": FILLED}
    return render(request, "manage/macro.html", told)


@needs(Right.ASSIGN)
@require_POST
def retirement(request: DeskRequest, macro_id: int) -> HttpResponse:
    """POST /manage/macros/<id>/retirement: take it out of use."""
    line = macro_for(request.me, macro_id=macro_id)
    seat_for(request.me, brand=line.brand_id, right=Right.ASSIGN)
    retire_macro(
        brand_id=line.brand_id, macro_id=macro_id, by=request.me.handle, at=moment_of(request)
    )
    return redirect("macros")


@needs(Right.WORK)
@require_safe
def choosing(request: DeskRequest, case_id: int) -> HttpResponse:
    """GET /cases/<id>/macros: choose one for a reply."""
    case = case_for(request.me, case_id=case_id, right=Right.WORK)
    told = {"case_id": case_id, "lines": macros_of(brand_ids=[case.brand_id])}
    template = "replies/macros.html" if request.htmx else "replies/macros_page.html"
    return render(request, template, told)


@needs(Right.WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def using(request: DeskRequest, case_id: int, macro_id: int) -> HttpResponse:
    """GET /cases/<id>/macros/<macro>: all it would do.  POST: put it into one's draft."""
    case = case_for(request.me, case_id=case_id, right=Right.WORK)
    line = macro_of(brand_id=case.brand_id, macro_id=macro_id)
    told = own_blanks_told(request, macro=line)
    preview = preview_macro(line, setting=setting_of(case_id), me=request.me, told=told)
    if request.method != "POST":
        template = "replies/macro.html" if request.htmx else "replies/macro_page.html"
        return render(request, template, {"case_id": case_id, "preview": preview})
    at = moment_of(request)
    typed = with_macro(typed_of(request), preview=preview)
    save_draft(case_id=case_id, by=request.me.handle, typed=typed, at=at)
    if not request.htmx:
        return redirect("composer", case_id)
    shown = composer(me=request.me, case=case, at=at)
    return render(request, "replies/composer.html", {"composer": shown})
