from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from answerback.web.access import signed_in
from answerback.web.request import DeskRequest


@signed_in
@require_safe
def home(request: DeskRequest) -> HttpResponse:  # noqa: ARG001  Django hands it over
    """GET /: to where the work is."""
    return redirect("inbox")
