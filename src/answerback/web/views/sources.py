from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from answerback.desk.operations.hand_in_file import (
    MOST_BYTES,
    FileRefused,
    HandedIn,
    hand_in_file,
)
from answerback.desk.queries.access import NotHere, seat_for
from answerback.desk.queries.source_pages import failed_page, source_line, source_lines
from answerback.desk.queries.uploads import upload, uploads
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import NotAllowed, Right
from answerback.web.access import needs
from answerback.web.moment import moment_of
from answerback.web.place import copy_after
from answerback.web.refusals import AddressNotUnderstood, refusal_page, shown_with
from answerback.web.request import DeskRequest, id_in

_CONFLICT = 409


@needs(Right.MANAGE)
@require_safe
def sources(request: DeskRequest) -> HttpResponse:
    """GET /manage/sources: sources with their ledgers, and a form for another file."""
    return _page(request)


def _page(request: DeskRequest, *, refusal: Refusal | None = None) -> HttpResponse:
    mine = request.me.brands_with(Right.MANAGE)
    chosen = request.POST.get("brand") or request.GET.get("brand") or ""
    handed = uploads(brand_ids=mine)
    told = {
        "at": moment_of(request),
        "crumbs": _crumbs()[:1],
        "lines": source_lines(brand_ids=mine),
        "uploads": handed,
        "under_way": any(one.under_way for one in handed),
        "brands": [seat for seat in request.me.seats.values() if seat.brand_id in mine],
        "chosen": id_in(chosen),
        "mapping": request.POST.get("mapping", ""),
        "most_megabytes": MOST_BYTES >> 20,
        "refusal": str(refusal or ""),
    }
    status = 200 if refusal is None else _CONFLICT
    return render(request, "manage/sources.html", told, status=status)


def _refused(request: Any, refusal: Refusal) -> HttpResponse:
    """Say beside the field what is wrong; to HTMX alone, so that the chosen file stays chosen."""
    if isinstance(refusal, NotHere | NotAllowed | AddressNotUnderstood):
        return refusal_page(request, refusal)
    if not request.htmx:
        return _page(request, refusal=refusal)
    told = {"refusal": str(refusal)}
    response = render(request, "manage/file_fault.html", told, status=_CONFLICT)
    return reswap(retarget(response, "#posts_error"), "outerHTML")


@shown_with(Refusal, _refused)
@needs(Right.MANAGE)
@require_POST
def source_uploads(request: DeskRequest) -> HttpResponse:
    """POST /manage/uploads: a file of posts, to be read in the background."""
    brand = id_in(request.POST.get("brand", ""))
    if brand is None:
        raise FileRefused(_("Choose the brand that the posts are for."))
    seat = seat_for(request.me, brand=brand, right=Right.MANAGE)
    file = request.FILES.get("posts")
    if file is None:
        raise FileRefused(_("Choose a file of posts: CSV, JSON Lines or Parquet."))
    hand_in_file(
        brand_id=seat.brand_id,
        file=HandedIn(
            name=file.name or "",
            size=file.size or 0,
            chunks=file.chunks(),
            mapping=request.POST.get("mapping", ""),
        ),
        by=request.me.handle,
        at=moment_of(request),
    )
    there = reverse("sources")
    return HttpResponseClientRedirect(there) if request.htmx else redirect(there)


@needs(Right.MANAGE)
@require_safe
def handed_in(request: DeskRequest) -> HttpResponse:
    """GET /manage/uploads/list: the files that were handed in, as a part of the page."""
    handed = uploads(brand_ids=request.me.brands_with(Right.MANAGE))
    told = {"uploads": handed, "under_way": any(one.under_way for one in handed)}
    return render(request, "manage/uploads.html", told)


@needs(Right.MANAGE)
@require_safe
def upload_state(request: DeskRequest, upload_id: int) -> HttpResponse:
    """GET /manage/uploads/<id>: how far one file is; its source, as soon as there is one."""
    line = upload(upload_id=upload_id, brand_ids=request.me.brands_with(Right.MANAGE))
    if line.source_id is not None:
        return redirect("source", line.source_id)
    return redirect("sources")


@needs(Right.MANAGE)
@require_http_methods(["GET", "HEAD"])
def source(request: DeskRequest, source_id: int) -> HttpResponse:
    """GET /manage/sources/<id>?after=: one source, its ledger and the rows that failed."""
    line = source_line(source_id=source_id, brand_ids=request.me.brands_with(Right.MANAGE))
    after = copy_after(request.GET.get("after"))
    told = {
        "line": line,
        "failed": failed_page(source_id=source_id, after=after),
        "after": after,
        "crumbs": _crumbs(),
    }
    return render(request, "manage/source.html", told)


def _crumbs() -> list[dict[str, str]]:
    return [
        {"name": _("Manage"), "url": reverse("manage")},
        {"name": _("Sources"), "url": reverse("sources")},
    ]
