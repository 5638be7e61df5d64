"""What people did."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from answerback.desk.queries.access import seat_for
from answerback.desk.queries.audit_log import Asked, audit_page
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.deeds import DEEDS, deed_in_words
from answerback.web.refusals import AddressNotUnderstood
from answerback.web.request import DeskRequest

_LINES = 50
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


@needs(Right.AUDIT)
@require_safe
def audit(request: DeskRequest) -> HttpResponse:
    """GET /manage/audit?person=&what=&brand=&before=: what people did, the newest first."""
    told = {name: _word(request.GET.get(name, "")) for name in ("person", "what", "brand")}
    brand_id = _number(told["brand"])
    if brand_id is not None:
        seat_for(request.me, brand=brand_id, right=Right.AUDIT)
    asked = Asked(
        person=told["person"].removeprefix("@").casefold(),
        what=told["what"],
        brand_id=brand_id,
        before=_number(request.GET.get("before", "")),
    )
    page = audit_page(request.me, asked=asked, limit=_LINES)
    readable = request.me.brands_with(Right.AUDIT)
    shown = {
        "crumbs": [
            {"url": reverse("manage"), "name": gettext("Manage")},
            {"url": reverse("audit"), "name": gettext("Audit log")},
        ],
        "asked": asked,
        "lines": [(line, deed_in_words(line.what)) for line in page.lines],
        "deeds": sorted(DEEDS.items(), key=lambda deed: str(deed[1])),
        "brands": [seat for seat in request.me.seats.values() if seat.brand_id in readable],
        "first": _address(told, before=None) if asked.before else None,
        "next": _address(told, before=page.more) if page.more else None,
    }
    return render(request, "audit/log.html", shown)


def _word(told: str) -> str:
    """Return a word of an address; PostgreSQL takes no NUL in any text."""
    return told.replace("\x00", "").strip()


def _number(told: str) -> int | None:
    if not told:
        return None
    if _NUMBER.fullmatch(told) is None:
        raise AddressNotUnderstood(
            "The address asks for a number and holds none. Go back to the first page."
        )
    return int(told)


def _address(told: Mapping[str, str], *, before: int | None) -> str:
    asked = {**told, "before": "" if before is None else str(before)}
    return "?" + urlencode({name: value for name, value in asked.items() if value})
