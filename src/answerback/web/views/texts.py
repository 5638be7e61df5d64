from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from answerback.desk.operations.change_brand import change_brand
from answerback.desk.operations.change_policy import change_policy
from answerback.desk.queries.access import seat_for
from answerback.desk.queries.brand_texts import What, newest_texts, version_text
from answerback.desk.queries.policy_trial import try_policy
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.moment import moment_of
from answerback.web.refusals import shown_with
from answerback.web.request import DeskRequest
from answerback.web.text_diff import diff_lines
from answerback.web.text_page import crumbs, refused_text_page, show_text_page, typed_in

_KEEP = {What.BRAND: change_brand, What.POLICY: change_policy}


@needs(Right.MANAGE)
@require_safe
def text(request: DeskRequest, brand_id: int, what: str) -> HttpResponse:
    """GET /manage/policies/<brand>, /manage/brands/<brand>: the text that holds, to be changed."""
    return show_text_page(request, brand_id=brand_id, what=What(what))


@shown_with(Refusal, refused_text_page)
@needs(Right.MANAGE)
@require_POST
def text_versions(request: DeskRequest, brand_id: int, what: str) -> HttpResponse:
    """POST …/versions: a new version, which holds from now on."""
    seat = seat_for(request.me, brand=brand_id, right=Right.MANAGE)
    typed = typed_in(request)
    _KEEP[What(what)](
        brand_id=seat.brand_id,
        text=typed.text,
        by=request.me.handle,
        at=moment_of(request),
        note=typed.note,
        based_on=typed.based_on,
    )
    return redirect(what, brand_id)


@shown_with(Refusal, refused_text_page)
@needs(Right.MANAGE)
@require_POST
def policy_trials(request: DeskRequest, brand_id: int, what: str) -> HttpResponse:
    """POST /manage/policies/<brand>/trials: what this text would have done; keeps nothing."""
    seat_for(request.me, brand=brand_id, right=Right.MANAGE)
    typed = typed_in(request)
    tried = try_policy(brand_id=brand_id, text=typed.text, at=moment_of(request))
    return show_text_page(request, brand_id=brand_id, what=What(what), typed=typed, tried=tried)


@needs(Right.MANAGE)
@require_safe
def text_version(request: DeskRequest, brand_id: int, what: str, number: int) -> HttpResponse:
    """GET …/versions/<number>: what it said, and what has changed from it to what holds now."""
    seat = seat_for(request.me, brand=brand_id, right=Right.MANAGE)
    kind = What(what)
    held = newest_texts(brand_id=brand_id)
    then = version_text(brand_id=brand_id, what=kind, number=number)
    now = (held.brand if kind is What.BRAND else held.policy) or ""
    told = {
        "seat": seat,
        "what": kind,
        "number": number,
        "held": held.brand_number if kind is What.BRAND else held.policy_number,
        "text": then,
        "diff": diff_lines(before=then, after=now),
        "crumbs": crumbs(kind),
    }
    return render(request, "manage/text_version.html", told)


@needs(Right.MANAGE)
@require_POST
def text_return(request: DeskRequest, brand_id: int, what: str, number: int) -> HttpResponse:
    """POST …/versions/<number>/return: its text holds again, as a new version."""
    seat = seat_for(request.me, brand=brand_id, right=Right.MANAGE)
    kind = What(what)
    _KEEP[kind](
        brand_id=seat.brand_id,
        text=version_text(brand_id=brand_id, what=kind, number=number),
        by=request.me.handle,
        at=moment_of(request),
        note=f"back to version {number}",
    )
    return redirect(what, brand_id)
