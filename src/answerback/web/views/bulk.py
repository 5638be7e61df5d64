from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from answerback.desk.operations.bulk_cases import BulkDone, bulk_cases
from answerback.desk.operations.undo_bulk import undo_bulk
from answerback.desk.queries.access import cases_for
from answerback.desk.queries.bulks import bulk_for
from answerback.desk.queries.case_list import lines_of, still_matching
from answerback.desk.queries.selected_cases import selected_cases
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.briefly import forget
from answerback.web.bulk_form import in_words, right_for, undone_in_words, wish_of
from answerback.web.case_rows import Row, row
from answerback.web.inbox_address import filter_of
from answerback.web.moment import moment_of
from answerback.web.request import DeskRequest
from answerback.web.views.inbox import numbers

_UNDO_SECONDS = 30


@needs(Right.WORK)
@require_POST
def bulk(request: DeskRequest) -> HttpResponse:
    """POST /bulk: one act (`act`) on the cases picked (`case`), with half a minute to undo it."""
    at, wish = moment_of(request), wish_of(request.POST, me=request.me)
    picked = selected_cases(
        member=request.me,
        case_ids=numbers(request.POST.getlist("case")),
        right=right_for(wish, me=request.me),
    )
    if picked.left_out and not picked.case_ids:
        done = BulkDone(bulk_id=None, done=(), left_out=picked.left_out)
    else:
        told = bulk_cases(case_ids=picked.case_ids, wish=wish, by=request.me.handle, at=at)
        done = BulkDone(
            bulk_id=told.bulk_id, done=told.done, left_out={**picked.left_out, **told.left_out}
        )
    forget(beginning="counts")
    told_page = {
        "text": in_words(done, wish=wish),
        "seconds": _UNDO_SECONDS,
        "bulk_id": done.bulk_id,
        "left_out": sorted(set(done.left_out.values())),
        "rows": _rows(request, done.done),
        "several_brands": len(request.me.seats) > 1,
    }
    return render(request, "cases/bulk_done.html", told_page)


@needs(Right.WORK)
@require_POST
def undo(request: DeskRequest, bulk_id: int) -> HttpResponse:
    """POST /bulk/<id>/undo: as it was, where nobody has touched a case since."""
    case_ids = bulk_for(request.me, bulk_id=bulk_id)
    cases_for(request.me, case_ids=case_ids, right=Right.WORK)
    back, left = undo_bulk(bulk_id=bulk_id, by=request.me.handle, at=moment_of(request))
    forget(beginning="counts")
    told = {
        "text": undone_in_words(len(back), left=len(left)),
        "rows": _rows(request, back),
        "several_brands": len(request.me.seats) > 1,
    }
    return render(request, "cases/bulk_undone.html", told)


def _rows(request: DeskRequest, case_ids: Sequence[int]) -> list[Row]:
    """Return rows as they are now; the address has the filter of the list that they stand in."""
    at, me = moment_of(request), request.me
    fitting = still_matching(case_ids, filter_of(request.GET), member=me, at=at)
    return [
        row(line, at=at, me=me.handle, gone=line.case_id not in fitting)
        for line in lines_of(case_ids, member=me, at=at)
    ]
