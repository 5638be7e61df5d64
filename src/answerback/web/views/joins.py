"""One person over several places: joining cases, and parting them again."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from answerback.desk.operations.join_cases import join_cases
from answerback.desk.operations.part_cases import part_cases
from answerback.desk.queries.access import NotHere, case_for
from answerback.desk.queries.case_page import case_facts
from answerback.desk.queries.joined import joined_lines
from answerback.desk.queries.same_person import same_person
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.case_rows import STATES
from answerback.web.moment import moment_of
from answerback.web.reply_form import number_of
from answerback.web.request import DeskRequest


@needs(Right.WORK)
@require_safe
def joining(request: DeskRequest, case_id: int) -> HttpResponse:
    """GET /cases/<id>/same-person: other cases that may be of the same person, and why."""
    case_for(request.me, case_id=case_id, right=Right.WORK)
    found = same_person(case_id=case_id, member=request.me)
    told = {
        "facts": case_facts(case_id=case_id),
        "candidates": [(one, STATES.get(one.state, one.state)) for one in found],
    }
    template = "cases/same_person.html" if request.htmx else "cases/same_person_page.html"
    return render(request, template, told)


@needs(Right.WORK)
@require_POST
def joins(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/joins: somebody says that both are one person."""
    found = case_for(request.me, case_id=case_id, right=Right.WORK)
    other = case_for(request.me, case_id=number_of(request, "other"), right=Right.WORK)
    join_cases(
        case_id=found.case_id,
        other_id=other.case_id,
        evidence=request.POST.get("evidence", ""),
        by=request.me.handle,
        at=moment_of(request),
    )
    return redirect("case", case_id)


@needs(Right.WORK)
@require_POST
def parting(request: DeskRequest, case_id: int, joined_id: int) -> HttpResponse:
    """POST /cases/<id>/joins/<joined>/parting: they are two after all."""
    case_for(request.me, case_id=case_id, right=Right.WORK)
    if joined_id not in {one.joined_id for one in joined_lines(case_id)}:
        raise NotHere
    part_cases(joined_id=joined_id, by=request.me.handle, at=moment_of(request))
    return redirect("case", case_id)
