from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from answerback.desk.operations.ask_again import Which, ask_again
from answerback.desk.queries.access import NotHere, seat_for
from answerback.desk.queries.answered import PERIOD
from answerback.desk.queries.failed_rows import failed_kinds, failed_page
from answerback.desk.queries.ledger import ledger
from answerback.desk.queries.overview import Overview, overview
from answerback.desk.queries.posts_behind import Behind, posts_behind
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.kept import Kept
from answerback.web.ledger_tile import ledger_tile
from answerback.web.moment import is_pretended, moment_of
from answerback.web.overview_words import (
    HEADINGS,
    mark_in_words,
    mark_of,
    median_in_words,
    row_of,
    share_of,
    shares_of,
)
from answerback.web.place import copy_after
from answerback.web.refusals import AddressNotUnderstood
from answerback.web.request import DeskRequest, id_in
from answerback.web.troubles import troubles_shown

_LINES = 50
_KEPT: Kept[Overview] = Kept(lasts=timedelta(minutes=1))


@needs(Right.SEE)
@require_safe
def show_overview(request: DeskRequest) -> HttpResponse:
    """GET /overview?brand=&period=all: whether we hear, and whether we answer."""
    brands, period = _brands(request), _period(request)
    found = _reckoned(request, brands=brands, period=period)
    told = {
        "at": found.at,
        "pretended": is_pretended(request),
        "brand": request.GET.get("brand") or "",
        "brands": sorted(seat.brand for seat in request.me.seats.values()),
        "period": "all" if period is None else "",
        "ledger": ledger_tile(found.sources),
        "recalls": [
            (one, share_of(one.estimate), urlencode({"brand": one.brand})) for one in found.recalls
        ],
        "never_answered": found.never_answered,
        "latest": [row_of(line) for line in found.latest],
        "answered": found.answered,
        "shares": shares_of(found.answered),
        "median": median_in_words(found.answered),
        "brand_query": urlencode(_asked(request, "brand")),
        "asked_query": urlencode(_asked(request, "brand", "period")),
        "troubles": troubles_shown(request),
    }
    return render(request, "overview/overview.html", told)


@needs(Right.SEE)
@require_safe
def show_posts_behind(request: DeskRequest, which: Behind) -> HttpResponse:
    """GET /overview/<which>?brand=&source=&period=&after=: the posts behind a number."""
    at, brands, period = moment_of(request), _brands(request), _period(request)
    source_id = _source(request, brands=brands)
    page = posts_behind(
        which,
        brand_ids=brands,
        at=at,
        source_id=source_id,
        since=None if period is None or which not in _IN_A_PERIOD else at - period,
        after=mark_of(request.GET.get("after")),
        limit=_LINES,
    )
    here = _asked(request, "brand", "source", "period")
    more = {"after": mark_in_words(page.more)} if page.more else {}
    told = {
        "at": at,
        "pretended": is_pretended(request),
        "heading": HEADINGS[which],
        "rows": [row_of(line) for line in page.lines],
        "first": f"?{urlencode(here)}" if request.GET.get("after") else "",
        "next": f"?{urlencode(here | more)}" if more else "",
        "back": urlencode(_asked(request, "brand", "period")),
    }
    return render(request, "overview/posts.html", told)


@needs(Right.SEE)
@require_safe
def show_failed_rows(request: DeskRequest) -> HttpResponse:
    """GET /overview/failed?source=&reason=&after=: what could not become a post, and why."""
    brands = _brands(request)
    after = copy_after(request.GET.get("after"))
    source_id = _source(request, brands=brands)
    reason = request.GET.get("reason") or None
    page = failed_page(
        brand_ids=brands, source_id=source_id, reason=reason, after=after, limit=_LINES
    )
    here = _asked(request, "brand", "source", "reason")
    told = {
        "page": page,
        "kinds": failed_kinds(brand_ids=brands, source_id=source_id),
        "here": urlencode(here),
        "manages": request.me.brands_with(Right.MANAGE),
        "first": f"?{urlencode(here)}" if after else "",
        "next": f"?{urlencode(here | {'after': str(page.more)})}" if page.more else "",
        "back": urlencode(_asked(request, "brand")),
    }
    return render(request, "overview/failed.html", told)


@needs(Right.MANAGE)
@require_POST
def readings_again(request: DeskRequest) -> HttpResponse:
    """POST /overview/failed/again: row=, or source= and reason=: let it be read again."""
    which = Which(
        row_id=id_in(request.POST.get("row", "")),
        source_id=id_in(request.POST.get("source", "")),
        reason=request.POST.get("reason") or None,
    )
    if which == Which():
        raise AddressNotUnderstood(_("Say which rows are to be read again."))
    ask_again(
        brand_ids=request.me.brands_with(Right.MANAGE),
        which=which,
        by=request.me.handle,
        at=moment_of(request),
    )
    here = urlencode(parse_qsl(request.POST.get("here", ""))[:_MOST_PARTS])
    return redirect(f"{reverse('failed')}?{here}" if here else reverse("failed"))


_MOST_PARTS = 3
_IN_A_PERIOD = frozenset({Behind.ANSWERED, Behind.OPEN})


def _reckoned(
    request: DeskRequest, *, brands: frozenset[int], period: timedelta | None
) -> Overview:
    at = moment_of(request)

    def reckon() -> Overview:
        return overview(brand_ids=brands, at=at, period=period)

    if is_pretended(request):
        return reckon()
    return _KEPT.get((brands, period), at=at, reckon=reckon)


def _brands(request: DeskRequest) -> frozenset[int]:
    name = request.GET.get("brand")
    if not name:
        return request.me.brands_with(Right.SEE)
    return frozenset({seat_for(request.me, brand=name, right=Right.SEE).brand_id})


def _period(request: DeskRequest) -> timedelta | None:
    return None if request.GET.get("period") == "all" else PERIOD


def _source(request: DeskRequest, *, brands: frozenset[int]) -> int | None:
    number = copy_after(request.GET.get("source"))
    if number and not ledger(source_id=number, brand_ids=brands):
        raise NotHere
    return number or None


def _asked(request: DeskRequest, *names: str) -> dict[str, str]:
    """Return those parts of the address that are set."""
    return {name: value for name in names if (value := request.GET.get(name))}
