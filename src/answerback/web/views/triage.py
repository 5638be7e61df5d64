from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from answerback.desk.operations.correct_reading import correct_reading
from answerback.desk.operations.give_verdict import give_verdict
from answerback.desk.operations.lease_batch import (
    BATCH,
    give_back_batch,
    hold_again,
    lease_batch,
    renew_batch,
)
from answerback.desk.operations.undo_bulk import undo_bulk
from answerback.desk.queries.access import case_for, cases_for
from answerback.desk.queries.batch import anything_to_sort, batch_of
from answerback.desk.queries.brand_queues import queues_of
from answerback.desk.queries.bulks import bulk_for
from answerback.desk.queries.case_filter import ME, NOBODY, CaseFilter
from answerback.desk.queries.peek import peek
from answerback.domain.records.reading_part import ReadingPart
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.briefly import briefly, forget
from answerback.web.bulk_form import closings, right_for, sleeps, wish_of
from answerback.web.cards import KINDS
from answerback.web.case_form import word_in
from answerback.web.case_rows import SENTIMENTS, glance
from answerback.web.counts import counts_for
from answerback.web.inbox_address import address_of
from answerback.web.moment import moment_of
from answerback.web.request import DeskRequest
from answerback.web.triage_desk import keep, triage_desk
from answerback.web.views.inbox import numbers

_QUEUES_SECONDS = 60.0


class NothingToUndo(Refusal):
    """No verdict was given yet, or it was taken back."""


@needs(Right.WORK)
@require_safe
def triage(request: DeskRequest) -> HttpResponse:
    """GET /triage: one case of one's batch, large; without a batch, the way to one."""
    return _page(request)


@needs(Right.WORK)
@require_POST
def batch(request: DeskRequest) -> HttpResponse:
    """POST /triage/batch: give me 25."""
    desk = triage_desk(request.session)
    held = lease_batch(
        by=request.me.handle,
        brand_ids=request.me.brands_with(Right.WORK),
        at=moment_of(request),
    )
    desk.total, desk.passed_over = len(held), ()
    keep(desk, session=request.session)
    return _page(request)


@needs(Right.WORK)
@require_POST
def verdict(request: DeskRequest) -> HttpResponse:
    """POST /triage/verdict: what becomes of `case` (`act` as in POST /bulk)."""
    at, wish = moment_of(request), wish_of(request.POST, me=request.me)
    case_id = _case(request, right=right_for(wish, me=request.me))
    desk = triage_desk(request.session)
    desk.last = give_verdict(case_id=case_id, wish=wish, by=request.me.handle, at=at)
    keep(desk, session=request.session)
    forget(beginning="counts")
    return _page(request)


@needs(Right.WORK)
@require_POST
def passing(request: DeskRequest) -> HttpResponse:
    """POST /triage/passing: `case` comes again at the end of the batch."""
    desk = triage_desk(request.session)
    desk.pass_over(_case(request))
    keep(desk, session=request.session)
    return _page(request)


@needs(Right.WORK)
@require_POST
def taking_back(request: DeskRequest) -> HttpResponse:
    """POST /triage/undo: the last verdict is taken back, and its case is shown again."""
    desk, at, me = triage_desk(request.session), moment_of(request), request.me
    if desk.last is None:
        raise NothingToUndo("There is no verdict to undo. Give one first.")
    case_ids = bulk_for(me, bulk_id=desk.last)
    cases_for(me, case_ids=case_ids, right=Right.WORK)
    back, _left = undo_bulk(bulk_id=desk.last, by=me.handle, at=at)
    hold_again(by=me.handle, case_ids=back, at=at)
    desk.last = None
    keep(desk, session=request.session)
    forget(beginning="counts")
    return _page(request, first=back[0] if back else None)


@needs(Right.WORK)
@require_POST
def correcting(request: DeskRequest) -> HttpResponse:
    """POST /triage/correction: what a person says the post is (`part`, `said`)."""
    case_id = _case(request)
    correct_reading(
        case_id=case_id,
        post_id=peek(case_id=case_id).post_id,
        part=word_in(request, "part", among=ReadingPart),
        said=request.POST.get("said", ""),
        by=request.me.handle,
        at=moment_of(request),
    )
    return _page(request, first=case_id)


@needs(Right.WORK)
@require_POST
def renewal(request: DeskRequest) -> HttpResponse:
    """POST /triage/renewal: somebody is at work, and keeps what they hold."""
    renew_batch(by=request.me.handle, at=moment_of(request))
    return HttpResponse(status=204)


@needs(Right.WORK)
@require_POST
def leaving(request: DeskRequest) -> HttpResponse:
    """POST /triage/leaving: the rest of the batch is for others again."""
    give_back_batch(by=request.me.handle)
    return HttpResponse(status=204)


def _case(request: DeskRequest, *, right: Right = Right.WORK) -> int:
    (case_id,) = numbers([request.POST.get("case", "")])
    return case_for(request.me, case_id=case_id, right=right).case_id


def _page(request: DeskRequest, *, first: int | None = None) -> HttpResponse:
    at, me = moment_of(request), request.me
    if request.method == "POST":  # whoever acts keeps what they hold
        renew_batch(by=me.handle, at=at)
    desk, held = triage_desk(request.session), batch_of(me, at=at)
    order = desk.order(held.case_ids)
    shown = first if first in order else next(iter(order), None)
    template = "triage/card.html" if request.htmx else "triage/page.html"
    told = {"at": at, "size": BATCH, "undoable": desk.last is not None}
    if shown is None:
        counts = counts_for(me, at=at)
        told |= {"waiting": counts.unassigned, "mine": counts.mine, "all_done": desk.total > 0}
        told |= {"to_sort": anything_to_sort(me, at=at)}
        told |= {"mine_url": address_of(CaseFilter(owner=ME))}
        told |= {"unassigned_url": address_of(CaseFilter(owner=NOBODY))}
        return render(request, template, {**told, "glance": None})
    case = peek(case_id=shown)
    queues = briefly(
        ("queues", case.brand_id),
        seconds=_QUEUES_SECONDS,
        ask=lambda: queues_of(brand_id=case.brand_id),
    )
    told |= {
        "glance": glance(case, at=at),
        "progress": desk.progress(len(order)),
        "closings": [one for one in closings() if one.value != "close:answered"],
        "sleeps": sleeps(at),
        "queues": [queue for queue in queues if queue != case.queue],
        "parts": (
            (ReadingPart.KIND, _("Kind"), "c k", KINDS.items()),
            (ReadingPart.SENTIMENT, _("Mood"), "c m", SENTIMENTS.items()),
            (ReadingPart.RELEVANCE, _("About us"), "c r", _relevance()),
        ),
    }
    return render(request, template, told)


def _relevance() -> tuple[tuple[str, str], ...]:
    return (("relevant", _("it is")), ("irrelevant", _("it is not")))
