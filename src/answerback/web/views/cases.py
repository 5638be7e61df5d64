from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from answerback.desk.queries.inbox import Place, inbox
from answerback.desk.queries.ledger import ledger
from answerback.desk.queries.queues import open_queues
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.cards import card
from answerback.web.ledger_tile import ledger_tile
from answerback.web.moment import is_pretended, moment_of
from answerback.web.place import place_in_words, place_of
from answerback.web.request import DeskRequest

_LINES = 25


@needs(Right.SEE)
@require_safe
def cases(request: DeskRequest) -> HttpResponse:
    """GET /inbox?brand=&queue=&after=: open cases, what presses most first."""
    at = moment_of(request)
    brand, queue = (request.GET.get(name) or None for name in ("brand", "queue"))
    after = place_of(request.GET.get("after"))
    page = inbox(at=at, brand=brand, queue=queue, limit=_LINES, after=after)
    sources, waiting = ledger(), open_queues(brand=brand)
    brands = sorted({source.brand for source in sources})
    told = {
        "at": at,
        "pretended": is_pretended(request),
        "brand": brand,
        "queue": queue,
        "after": after,
        "page": page,
        "cards": [card(line, at=at) for line in page.lines],
        "brands": brands,
        "several_brands": len(brands) > 1,
        "queues": waiting,
        "empty_queue": queue is not None and queue not in {one.queue for one in waiting},
        "ledger": ledger_tile(sources),
        "first": _address(brand=brand, queue=queue, after=None),
        "next": _address(brand=brand, queue=queue, after=page.more) if page.more else None,
    }
    return render(request, "cases/inbox.html", told)


def _address(*, brand: str | None, queue: str | None, after: Place | None) -> str:
    told = {
        "brand": brand,
        "queue": queue,
        "after": place_in_words(after) if after else None,
    }
    return "?" + urlencode({name: value for name, value in told.items() if value})
