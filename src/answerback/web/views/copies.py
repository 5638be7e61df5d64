from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from answerback.desk.queries.access import case_for
from answerback.desk.queries.copies import list_copies
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.cards import copies_in_words, opening, safe_link
from answerback.web.moment import is_pretended, moment_of
from answerback.web.place import copy_after
from answerback.web.request import DeskRequest

_LINES = 100


@needs(Right.SEE)
@require_safe
def copies(request: DeskRequest, case_id: int) -> HttpResponse:
    """GET /cases/<id>/copies?after=: who else says what the case is about, as they came."""
    case_for(request.me, case_id=case_id, right=Right.SEE)
    after = copy_after(request.GET.get("after"))
    page = list_copies(case_id=case_id, limit=_LINES, after=after)
    told = {
        "at": moment_of(request),
        "pretended": is_pretended(request),
        "page": page,
        "count": copies_in_words(page.count.posts, by=page.count.authors),
        "leading": opening(page.text),
        "rows": [(line, opening(line.text), safe_link(line.url)) for line in page.lines],
        "after": after,
    }
    return render(request, "cases/copies.html", told)
