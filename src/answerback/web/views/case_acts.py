"""What one does with a case.  Each is a POST to a thing that is made: a closure, a note."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from answerback.desk.operations.add_note import add_note
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.close_case import close_case
from answerback.desk.operations.correct_reading import correct_reading
from answerback.desk.operations.escalate_case import escalate_case
from answerback.desk.operations.give_back_case import give_back_case
from answerback.desk.operations.read_case import read_case
from answerback.desk.operations.reopen_case import reopen_case
from answerback.desk.operations.snooze_case import snooze_case
from answerback.desk.operations.tag_case import tag_case
from answerback.desk.operations.transfer_case import transfer_case
from answerback.desk.operations.untag_case import untag_case
from answerback.desk.operations.unwatch_case import unwatch_case
from answerback.desk.operations.wake_case import wake_case
from answerback.desk.operations.want_threads import want_thread
from answerback.desk.operations.watch_case import watch_case
from answerback.desk.queries.access import CaseRef, NotHere, case_for
from answerback.desk.queries.joined import places_of
from answerback.desk.queries.joined_conversation import post_among, threads_of
from answerback.desk.queries.next_case import owner_of
from answerback.domain.records.case import CloseReason
from answerback.domain.records.reading_part import ReadingPart
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.case_form import moment_in, ticked, word_in
from answerback.web.case_view import case_view
from answerback.web.moment import moment_of
from answerback.web.place import spoken_before
from answerback.web.request import DeskRequest
from answerback.web.turns import post_turn


@needs(Right.NOTE)
@require_POST
def reading(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/reading: the page is open before somebody."""
    found = case_for(request.me, case_id=case_id, right=Right.NOTE)
    read_case(case_id=found.case_id, by=request.me.handle, at=moment_of(request))
    return HttpResponse(status=204)


@needs(Right.WORK)
@require_POST
def ownership(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/ownership: take it, or (`to`) give it: one's own, or as a lead any."""
    to = request.POST.get("to", "").strip().lstrip("@") or request.me.handle
    mine = to == request.me.handle
    found = case_for(request.me, case_id=case_id, right=Right.WORK)
    if not mine and owner_of(case_id) != request.me.handle:
        case_for(request.me, case_id=case_id, right=Right.ASSIGN)
    assign_case(
        case_id=found.case_id,
        to=to,
        by=request.me.handle,
        at=moment_of(request),
        why=[f"@{request.me.handle} took it." if mine else f"@{request.me.handle} gave it."],
        taking_over=ticked(request, "over"),
    )
    return _after(request, found, said=_("The case is yours.") if mine else _("Given over."))


@needs(Right.WORK)
@require_POST
def giving_back(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/return: back to its queue."""
    found = case_for(request.me, case_id=case_id, right=Right.WORK)
    give_back_case(case_id=found.case_id, by=request.me.handle, at=moment_of(request))
    return _after(request, found, said=_("It waits in its queue again."))


@needs(Right.WORK)
@require_POST
def transfer(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/transfer/new: to another queue."""
    found = case_for(request.me, case_id=case_id, right=Right.WORK)
    transfer_case(
        case_id=found.case_id,
        queue=request.POST.get("queue", ""),
        by=request.me.handle,
        at=moment_of(request),
        note=request.POST.get("note", ""),
    )
    return _after(request, found, said=_("Sent to another queue."))


@needs(Right.WORK)
@require_POST
def escalation(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/escalation: to the most experienced people."""
    found = case_for(request.me, case_id=case_id, right=Right.WORK)
    escalate_case(
        case_id=found.case_id,
        by=request.me.handle,
        at=moment_of(request),
        note=request.POST.get("note", ""),
    )
    return _after(request, found, said=_("Escalated: the leads know."))


@needs(Right.WORK)
@require_POST
def snooze(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/snooze: let it sleep until a moment."""
    found = case_for(request.me, case_id=case_id, right=Right.WORK)
    snooze_case(
        case_id=found.case_id,
        until=moment_in(request, "until" if request.POST.get("until") else "moment"),
        by=request.me.handle,
        at=moment_of(request),
        sleeps_through_thanks=ticked(request, "thanks"),
    )
    return _after(request, found, said=_("It sleeps."))


@needs(Right.WORK)
@require_POST
def waking(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/waking: awake before its time."""
    found = case_for(request.me, case_id=case_id, right=Right.WORK)
    wake_case(case_id=found.case_id, by=request.me.handle, at=moment_of(request))
    return _after(request, found, said=_("It is awake."))


@needs(Right.WORK)
@require_POST
def closure(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/closure: wrapped up, with a reason."""
    found = case_for(request.me, case_id=case_id, right=Right.WORK)
    close_case(
        case_id=found.case_id,
        reason=word_in(request, "reason", among=CloseReason),
        by=request.me.handle,
        at=moment_of(request),
        note=request.POST.get("note", ""),
        tags=[tag for tag in request.POST.get("tags", "").split(",") if tag.strip()],
    )
    return _after(request, found, said=_("The case is closed."))


@needs(Right.WORK)
@require_POST
def reopening(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/reopening: open again."""
    found = case_for(request.me, case_id=case_id, right=Right.WORK)
    reopen_case(case_id=found.case_id, by=request.me.handle, at=moment_of(request))
    return _after(request, found, said=_("The case is open again."))


@needs(Right.WORK)
@require_POST
def tags(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/tags: a word on it, or (`off`) one less."""
    found = case_for(request.me, case_id=case_id, right=Right.WORK)
    by, at, off = request.me.handle, moment_of(request), request.POST.get("off")
    if off:
        untag_case(case_id=found.case_id, tag=off, by=by, at=at)
    else:
        tag_case(case_id=found.case_id, tags=[request.POST.get("tag", "")], by=by, at=at)
    return _after(request, found)


@needs(Right.NOTE)
@require_POST
def notes(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/notes: words among ourselves."""
    found = case_for(request.me, case_id=case_id, right=Right.NOTE)
    text = request.POST.get("text", "")
    add_note(case_id=found.case_id, text=text, by=request.me.handle, at=moment_of(request))
    return _after(request, found)


@needs(Right.WORK)
@require_POST
def thread(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/thread: ask its network for the whole of it."""
    found = case_for(request.me, case_id=case_id, right=Right.WORK)
    want_thread(case_id=found.case_id, by=request.me.handle, at=moment_of(request))
    return _after(request, found, said=_("The network is asked. What comes stands here by itself."))


@needs(Right.NOTE)
@require_POST
def watch(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/watch: follow it, or (`end`) no longer."""
    found = case_for(request.me, case_id=case_id, right=Right.NOTE)
    by, at = request.me.handle, moment_of(request)
    if ticked(request, "end"):
        unwatch_case(case_id=found.case_id, by=by, at=at)
    else:
        watch_case(case_id=found.case_id, by=by, at=at)
    return _after(request, found)


@needs(Right.WORK)
@require_POST
def correction(request: DeskRequest, case_id: int, post_id: int) -> HttpResponse:
    """POST /cases/<id>/posts/<post>/correction: what a person says a post is."""
    found, at = case_for(request.me, case_id=case_id, right=Right.WORK), moment_of(request)
    correct_reading(
        case_id=found.case_id,
        post_id=post_id,
        part=word_in(request, "part", among=ReadingPart),
        said=request.POST.get("said", ""),
        by=request.me.handle,
        at=at,
    )
    if not request.htmx:
        return redirect("case", found.case_id)
    return _corrected(request, found, post_id=post_id, at=at)


def _corrected(request: DeskRequest, found: CaseRef, *, post_id: int, at: datetime) -> HttpResponse:
    view = case_view(me=request.me, case=found, at=at)
    threads = threads_of(view.facts.thread, places=places_of(found.case_id))
    among = post_among(threads, post_id=post_id)
    if among is None:
        raise NotHere
    turn = post_turn(among[1], leading_id=view.facts.leading_id, open_heard=True)
    told = {"view": view, "facts": view.facts, "turn": turn, "may_correct": True, "at": at}
    return _said(
        render(request, "cases/corrected.html", told), said=_("Noted. It learns from you.")
    )


def _after(request: DeskRequest, found: CaseRef, *, said: str = "") -> HttpResponse:
    """Show the case as it is now: its parts to HTMX, else the page itself."""
    if not request.htmx:
        return redirect("case", found.case_id)
    at, since = moment_of(request), spoken_before(request.POST.get("since"))
    view = case_view(me=request.me, case=found, at=at, since=since)
    told = {"view": view, "at": at, "acted": True}
    return _said(render(request, "cases/parts.html", told), said=said)


def _said(response: HttpResponse, *, said: str) -> HttpResponse:
    return trigger_client_event(response, "toast", {"text": said}) if said else response
