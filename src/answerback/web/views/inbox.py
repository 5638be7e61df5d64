import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from answerback.desk.queries.access import case_for
from answerback.desk.queries.case_filter import CaseFilter, check_filter
from answerback.desk.queries.case_list import lines_of, list_cases, still_matching
from answerback.desk.queries.inbox_counts import inbox_words
from answerback.desk.queries.peek import peek
from answerback.desk.queries.search import search
from answerback.desk.queries.views import views_for
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.briefly import briefly
from answerback.web.bulk_form import closings, people, sleeps
from answerback.web.case_rows import glance, row
from answerback.web.counts import counts_for
from answerback.web.filter_form import asked_words, filter_fields
from answerback.web.found import found
from answerback.web.inbox_address import address_of, filter_in_words, filter_of
from answerback.web.moment import is_pretended, moment_of
from answerback.web.place import copy_after, place_in_words, place_of
from answerback.web.rail import rail_of, title_of
from answerback.web.refusals import AddressNotUnderstood
from answerback.web.request import DeskRequest
from answerback.web.troubles import troubles_shown

_WORDS_SECONDS = 60.0
_MOST_ROWS = 200
_NUMBER = re.compile("[0-9]{1,18}")


@needs(Right.SEE)
@require_safe
def inbox(request: DeskRequest) -> HttpResponse:
    """GET /inbox?brand=&owner=&…&after=: the cases of a view, what presses most first; or ?q=."""
    if request.GET.get("q", "").strip():
        return _found(request)
    at, wanted = moment_of(request), filter_of(request.GET)
    after = place_of(request.GET.get("after"))
    frame = frame_of(request, wanted=wanted, at=at)
    page = list_cases(wanted, member=request.me, at=at, after=after)
    told = {
        **frame,
        "after": after,
        "rows": [row(line, at=at, me=request.me.handle) for line in page.lines],
        "first": address_of(wanted) if after else None,
        "next": address_of(wanted, after=place_in_words(page.more)) if page.more else None,
    }
    if request.htmx:
        return render(request, "cases/list.html", told)
    told["troubles"] = troubles_shown(request)
    return render(request, "cases/inbox.html", told)


def _found(request: DeskRequest) -> HttpResponse:
    """?q=&brand=&after=: posts by their words."""
    at, told = moment_of(request), request.GET["q"].strip()
    wanted = filter_of(request.GET)
    frame = frame_of(request, wanted=wanted, at=at, searched=told)
    before = copy_after(request.GET.get("after")) or None
    page = search(told, member=request.me, brand=wanted.brand, before=before)
    more = str(page.more) if page.more else None
    told_page = {
        **frame,
        "lines": [found(line, terms=page.terms) for line in page.lines],
        "first": address_of(wanted, q=told) if before else None,
        "next": address_of(wanted, q=told, after=more) if more else None,
    }
    return render(request, "cases/found.html", told_page)


@needs(Right.SEE)
@require_safe
def rows(request: DeskRequest) -> HttpResponse:
    """GET /inbox/rows?case=1&case=2&…: these rows as they are now; for what the stream tells."""
    at, wanted = moment_of(request), filter_of(request.GET)
    case_ids = numbers(request.GET.getlist("case"))
    lines = lines_of(case_ids, member=request.me, at=at)
    fitting = still_matching(case_ids, wanted, member=request.me, at=at)
    shown = [
        row(line, at=at, me=request.me.handle, gone=line.case_id not in fitting) for line in lines
    ]
    told = {"rows": shown, "several_brands": len(request.me.seats) > 1, "at": at}
    return render(request, "cases/rows.html", told)


@needs(Right.SEE)
@require_safe
def news(request: DeskRequest) -> HttpResponse:
    """GET /inbox/news?case=1&case=2&…: how many of these, not in the list yet, belong there."""
    at, wanted = moment_of(request), filter_of(request.GET)
    case_ids = numbers(request.GET.getlist("case"))
    count = len(still_matching(case_ids, wanted, member=request.me, at=at))
    return render(request, "cases/news.html", {"count": count, "address": address_of(wanted)})


@needs(Right.SEE)
@require_safe
def rail(request: DeskRequest) -> HttpResponse:
    """GET /inbox/rail?…: the views with their counts, as they are now."""
    frame = frame_of(request, wanted=filter_of(request.GET), at=moment_of(request))
    return render(request, "parts/ui/rail.html", {"rail": frame["rail"]})


@needs(Right.SEE)
@require_safe
def glimpse(request: DeskRequest, case_id: int) -> HttpResponse:
    """GET /cases/<id>/peek: why it stands where it stands, and the whole post."""
    case_for(request.me, case_id=case_id, right=Right.SEE)
    at = moment_of(request)
    template = "cases/peek.html" if request.htmx else "cases/peek_page.html"
    return render(request, template, {"glance": glance(peek(case_id=case_id), at=at), "at": at})


def frame_of(
    request: DeskRequest, *, wanted: CaseFilter, at: datetime, searched: str = ""
) -> dict[str, Any]:
    """Return what stands around every list of the inbox: views, counts, filters."""
    me = request.me
    words = briefly(
        ("words", *sorted(me.seats)), seconds=_WORDS_SECONDS, ask=lambda: inbox_words(member=me)
    )
    check_filter(wanted, member=me, handles=frozenset(words.handles))
    saved = views_for(me)
    return {
        "at": at,
        "pretended": is_pretended(request),
        "wanted": wanted,
        "filters": filter_in_words(wanted),
        "fields": filter_fields(wanted, words=words, member=me),
        "asked": asked_words(wanted),
        "address": address_of(wanted),
        "may_keep": me.may(Right.NOTE),
        "may_work": me.may(Right.WORK),
        "may_assign": me.may(Right.ASSIGN),
        "sleeps": sleeps(at),
        "closings": closings(),
        "colleagues": people(words.handles, me=me),
        "queues": words.queues,
        "title": title_of(wanted, saved=saved),
        "rail": rail_of(
            counts=counts_for(me, at=at), saved=saved, wanted=wanted, searching=bool(searched)
        ),
        "saved": [view for view in saved if view.mine],
        "several_brands": len(me.seats) > 1,
        "may_share": [
            seat for seat in me.seats.values() if me.may(Right.ASSIGN, brand_id=seat.brand_id)
        ],
        "searched": searched,
    }


def numbers(told: Sequence[str]) -> list[int]:
    """
    Return the case numbers that an address or a form names.

    :raises AddressNotUnderstood: when one is no number, or there are too many.
    """
    if len(told) > _MOST_ROWS or not all(_NUMBER.fullmatch(one) for one in told):
        raise AddressNotUnderstood(
            f"Cases are named by their numbers, at most {_MOST_ROWS} at once. Go back to the inbox."
        )
    return [int(one) for one in told]
