from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from answerback.desk.operations.read_notices import read_notices
from answerback.desk.queries.notices import list_notices
from answerback.web.access import signed_in
from answerback.web.moment import moment_of
from answerback.web.notice_words import in_words
from answerback.web.place import copy_after
from answerback.web.request import DeskRequest
from answerback.web.views.inbox import numbers


@signed_in
@require_safe
def notices(request: DeskRequest) -> HttpResponse:
    """GET /notices?before=: what somebody should know, newest first."""
    before = copy_after(request.GET.get("before")) or None
    page = list_notices(member=request.me, before=before)
    told = {
        "at": moment_of(request),
        "page": page,
        "lines": [(line, in_words(line)) for line in page.lines],
        "unread": any(line.read_at is None for line in page.lines),
        "before": before,
    }
    return render(request, "cases/notices.html", told)


@signed_in
@require_POST
def notices_read(request: DeskRequest) -> HttpResponse:
    """POST /notices/read: mark those named as read; none named: all."""
    named = numbers(request.POST.getlist("notice"))
    read_notices(handle=request.me.handle, at=moment_of(request), notice_ids=named or None)
    return redirect("notices")
