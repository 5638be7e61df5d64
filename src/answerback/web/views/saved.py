from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from answerback.desk.operations.save_view import remove_view, save_view
from answerback.desk.queries.access import NotHere, seat_for
from answerback.desk.queries.views import view_for
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.inbox_address import address_of, filter_in_words, filter_of
from answerback.web.moment import moment_of
from answerback.web.request import DeskRequest


@needs(Right.NOTE)
@require_POST
def save(request: DeskRequest) -> HttpResponse:
    """POST /views?owner=&…: keep this filter as `name`; `shared_with` names a brand of mine."""
    wanted = filter_of(request.GET)
    brand = request.POST.get("shared_with")
    seat = seat_for(request.me, brand=brand, right=Right.ASSIGN) if brand else None
    save_view(
        by=request.me.handle,
        name=request.POST.get("name", ""),
        filters=filter_in_words(wanted),
        shared_with=seat.brand_id if seat else None,
        at=moment_of(request),
    )
    return redirect(f"{reverse('inbox')}{address_of(wanted)}")


@needs(Right.NOTE)
@require_POST
def remove(request: DeskRequest, view_id: int) -> HttpResponse:
    """POST /views/<id>/removal: a view of mine is gone."""
    if not view_for(request.me, view_id=view_id).mine:
        raise NotHere
    remove_view(view_id=view_id, by=request.me.handle)
    return redirect("inbox")
