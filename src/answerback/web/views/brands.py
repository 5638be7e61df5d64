from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from answerback.desk.operations.change_brand import change_brand
from answerback.desk.operations.found_brand import found_brand
from answerback.desk.queries.access import NotHere, seat_for
from answerback.desk.queries.brand_texts import What, newest_texts, texts_for
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import NotAllowed, Right
from answerback.domain.triage.toml_text import TomlRefused
from answerback.web.access import needs
from answerback.web.brand_form import brand_fields, text_with, typed_values
from answerback.web.moment import moment_of
from answerback.web.refusals import refusal_page, shown_with
from answerback.web.request import DeskRequest
from answerback.web.text_page import Typed, crumbs, show_text_page, typed_in

_CONFLICT = 409


def _new_page(request: DeskRequest, *, refusal: Refusal | None = None) -> HttpResponse:
    by_text = "text" in request.POST
    told = {
        "crumbs": crumbs(What.BRAND),
        "fields": brand_fields(typed_values(request.POST), with_name=True, refusal=refusal),
        "text": request.POST.get("text", ""),
        "refusal": str(refusal or ""),
        "line": refusal.line if by_text and isinstance(refusal, TomlRefused) else None,
    }
    return render(
        request, "manage/new_brand.html", told, status=200 if refusal is None else _CONFLICT
    )


def _refused_new(request: Any, refusal: Refusal) -> HttpResponse:
    if isinstance(refusal, NotHere | NotAllowed):
        return refusal_page(request, refusal)
    return _new_page(request, refusal=refusal)


@shown_with(Refusal, _refused_new)
@needs(Right.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def brands(request: DeskRequest) -> HttpResponse:
    """GET /manage/brands: the brands one manages.  POST: another one, by fields or by text."""
    if request.method == "POST":
        text = request.POST.get("text") or text_with(typed_values(request.POST))
        brand_id = found_brand(text=text, by=request.me.handle, at=moment_of(request))
        return redirect("brand", brand_id)
    told = {
        "what": What.BRAND,
        "title": _("Brands"),
        "crumbs": crumbs(What.BRAND)[:1],
        "lines": texts_for(request.me.brands_with(Right.MANAGE)),
        "new": reverse("new_brand"),
    }
    return render(request, "manage/brands.html", told)


@needs(Right.MANAGE)
@require_safe
def new_brand(request: DeskRequest) -> HttpResponse:
    """GET /manage/brands/new: a brand by a few fields, or by its text."""
    return _new_page(request)


@needs(Right.MANAGE)
@require_safe
def policies(request: DeskRequest) -> HttpResponse:
    """GET /manage/policies: the policies of the brands one manages; of one alone, at once."""
    lines = texts_for(request.me.brands_with(Right.MANAGE))
    if len(lines) == 1:
        return redirect("policy", lines[0].brand_id)
    told = {
        "what": What.POLICY,
        "title": _("Policies"),
        "crumbs": crumbs(What.POLICY)[:1],
        "lines": lines,
        "new": "",
    }
    return render(request, "manage/brands.html", told)


def _refused_fields(request: Any, refusal: Refusal) -> HttpResponse:
    if isinstance(refusal, NotHere | NotAllowed):
        return refusal_page(request, refusal)
    brand_id = request.resolver_match.kwargs["brand_id"]
    text = newest_texts(brand_id=brand_id).brand or ""
    typed = typed_in(request)
    return show_text_page(
        request,
        brand_id=brand_id,
        what=What.BRAND,
        typed=Typed(text=text, note=typed.note, based_on=typed.based_on),
        refusal=refusal,
    )


@shown_with(Refusal, _refused_fields)
@needs(Right.MANAGE)
@require_POST
def fields(request: DeskRequest, brand_id: int) -> HttpResponse:
    """POST /manage/brands/<brand>/fields: a new version in which these keys say something else."""
    seat = seat_for(request.me, brand=brand_id, right=Right.MANAGE)
    held = newest_texts(brand_id=seat.brand_id)
    values = {**typed_values(request.POST), "name": held.name}
    text = text_with(values, text=held.brand) if held.brand else text_with(values)
    change_brand(
        brand_id=seat.brand_id,
        text=text,
        by=request.me.handle,
        at=moment_of(request),
        note=request.POST.get("note", ""),
        based_on=typed_in(request).based_on,
    )
    return redirect("brand", seat.brand_id)
