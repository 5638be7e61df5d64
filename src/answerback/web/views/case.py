"""What one sees of a case; nothing here changes anything."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from answerback.desk.queries.access import NotHere, case_for
from answerback.desk.queries.brand_queues import queues_of
from answerback.desk.queries.case_events import case_events
from answerback.desk.queries.case_page import case_facts, notes_of
from answerback.desk.queries.conversation import thread_of, whole_text
from answerback.desk.queries.joined import places_of
from answerback.desk.queries.joined_conversation import conversations, post_among, threads_of
from answerback.desk.queries.next_case import next_case
from answerback.desk.queries.workers import workers_of
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.case_view import WINDOW, case_view, timeline
from answerback.web.composer import composer
from answerback.web.moment import moment_of
from answerback.web.place import copy_after, moment_in_words, spoken_before
from answerback.web.request import DeskRequest
from answerback.web.turns import pieces, post_turn, turns

_EVENTS = 100


@needs(Right.SEE)
@require_safe
def case(request: DeskRequest, case_id: int) -> HttpResponse:
    """GET /cases/<id>: the whole case, its newest posts first to be seen."""
    found = case_for(request.me, case_id=case_id, right=Right.SEE)
    at = moment_of(request)
    told = {
        "view": case_view(me=request.me, case=found, at=at),
        "composer": composer(me=request.me, case=found, at=at),
        "at": at,
        "acted": False,
    }
    return render(request, "cases/case.html", told)


@needs(Right.SEE)
@require_safe
def parts(request: DeskRequest, case_id: int) -> HttpResponse:
    """GET /cases/<id>/parts?since=: the page as it is now, but for what somebody writes on it."""
    found = case_for(request.me, case_id=case_id, right=Right.SEE)
    at, since = moment_of(request), spoken_before(request.GET.get("since"))
    view = case_view(me=request.me, case=found, at=at, since=since)
    return render(request, "cases/parts.html", {"view": view, "at": at, "acted": False})


@needs(Right.SEE)
@require_safe
def earlier(request: DeskRequest, case_id: int) -> HttpResponse:
    """GET /cases/<id>/conversation?before=: what was said before a moment."""
    case_for(request.me, case_id=case_id, right=Right.SEE)
    before = spoken_before(request.GET.get("before"))
    facts = case_facts(case_id=case_id)
    places = places_of(case_id)
    threads = threads_of(facts.thread, places=places)
    told = conversations(threads, limit=WINDOW, before=before)
    shown = {
        "facts": facts,
        "turns": turns(
            told,
            leading_id=facts.leading_id,
            notes=notes_of([place.case_id for place in places]),
            events=case_events(case_id=case_id, limit=_EVENTS, of_posts=False).events,
            until=before.at if before else None,
        ),
        "earlier": moment_in_words(told.earlier) if told.earlier else "",
        "may_correct": request.me.may(Right.WORK, brand_id=facts.brand_id),
    }
    template = "cases/earlier.html" if request.htmx else "cases/earlier_page.html"
    return render(request, template, shown)


@needs(Right.SEE)
@require_safe
def post(request: DeskRequest, case_id: int, post_id: int) -> HttpResponse:
    """GET /cases/<id>/posts/<post>: a post with what was heard in it, and why."""
    case_for(request.me, case_id=case_id, right=Right.SEE)
    facts = case_facts(case_id=case_id)
    threads = threads_of(facts.thread, places=places_of(case_id))
    found = post_among(threads, post_id=post_id)
    if found is None:
        raise NotHere
    told = {
        "facts": facts,
        "turn": post_turn(
            found[1], leading_id=facts.leading_id, open_heard=True, channels=len(threads) > 1
        ),
        "may_correct": request.me.may(Right.WORK, brand_id=facts.brand_id),
    }
    template = "cases/turns/post.html" if request.htmx else "cases/post_page.html"
    return render(request, template, told)


@needs(Right.SEE)
@require_safe
def words(request: DeskRequest, case_id: int, post_id: int) -> HttpResponse:
    """GET /cases/<id>/posts/<post>/words: all words of a long post."""
    case_for(request.me, case_id=case_id, right=Right.SEE)
    threads = threads_of(thread_of(case_id=case_id), places=places_of(case_id))
    among = post_among(threads, post_id=post_id)
    if among is None:
        raise NotHere
    thread, found = among
    text = whole_text(thread, post_id=post_id) or ""
    spans = found.mention.matched if found.mention else ()
    told = {"case_id": case_id, "post": found, "pieces": pieces(text, spans=spans)}
    template = "cases/turns/words.html" if request.htmx else "cases/words_page.html"
    return render(request, template, told)


@needs(Right.SEE)
@require_safe
def events(request: DeskRequest, case_id: int) -> HttpResponse:
    """GET /cases/<id>/events?before=: everything that happened, the newest first."""
    case_for(request.me, case_id=case_id, right=Right.SEE)
    before = copy_after(request.GET.get("before")) or None
    page = case_events(case_id=case_id, limit=_EVENTS, before=before)
    told = {
        "facts": case_facts(case_id=case_id),
        "timeline": timeline(page.events),
        "before": before,
        "earlier": page.earlier,
    }
    return render(request, "cases/events.html", told)


@needs(Right.WORK)
@require_safe
def following(request: DeskRequest, case_id: int) -> HttpResponse:
    """GET /cases/<id>/next: to the case that presses most behind this one, or to the inbox."""
    case_for(request.me, case_id=case_id, right=Right.SEE)
    found = next_case(member=request.me, case_id=case_id, at=moment_of(request))
    return redirect("inbox") if found is None else redirect("case", found)


@needs(Right.WORK)
@require_safe
def handing_over(request: DeskRequest, case_id: int) -> HttpResponse:
    """GET /cases/<id>/transfer: where a case may go, and to whom."""
    found = case_for(request.me, case_id=case_id, right=Right.WORK)
    facts, me = case_facts(case_id=case_id), request.me
    gives = facts.owner == me.handle or me.may(Right.ASSIGN, brand_id=found.brand_id)
    people = workers_of(brand_id=found.brand_id) if gives else []
    told = {
        "facts": facts,
        "queues": [one for one in queues_of(brand_id=found.brand_id) if one != facts.queue],
        "people": [one for one in people if one.handle != facts.owner],
    }
    template = "cases/transfer.html" if request.htmx else "cases/transfer_page.html"
    return render(request, template, told)
