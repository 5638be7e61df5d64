from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.manage_cards import manage_cards
from answerback.web.request import DeskRequest


@needs(Right.ASSIGN)
@require_safe
def manage(request: DeskRequest) -> HttpResponse:
    """GET /manage: where one manages brands, sources, policies, people, teams and macros."""
    return render(request, "manage/index.html", {"cards": manage_cards(request.me)})
