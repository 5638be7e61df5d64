"""Whether replies go out from here; somebody says that this is the only copy."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from answerback.desk.operations.stand_guard import resume_sending
from answerback.desk.queries.sending import standing
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.moment import moment_of
from answerback.web.request import DeskRequest


@needs(Right.SEE)
@require_safe
def sending(request: DeskRequest) -> HttpResponse:
    """GET /manage/sending: whether replies go out, why not, and what to do."""
    told = {
        "standing": standing(),
        "may_resume": request.me.may(Right.MANAGE),
        "crumbs": [
            {"url": reverse("manage"), "name": gettext("Manage")},
            {"url": reverse("sending"), "name": gettext("Sending")},
        ],
    }
    return render(request, "manage/sending.html", told)


@needs(Right.MANAGE)
@require_POST
def resumption(request: DeskRequest) -> HttpResponse:
    """POST /manage/sending/resumption: this is the only copy."""
    resume_sending(by=request.me.handle, at=moment_of(request))
    return redirect("sending")
