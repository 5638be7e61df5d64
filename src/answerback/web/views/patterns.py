"""The page that shows every part of every page, with invented people and words."""

import re
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from answerback.web.access import signed_in
from answerback.web.assets import find_asset
from answerback.web.icons import icons

_FRIDAY = datetime(2026, 3, 13, 12, 0, tzinfo=UTC)
_PEOPLE = (
    *("Ada Lovelace", "Bob", "Cleo Vance", "Grace Hopper", "Ivo", "Mina Okafor", "Nuala Byrne"),
    *("Ono Yoko", "Zeynep", "佐藤"),
)
_VIEWS = (
    *((_("Mine"), "user", 12, True), (_("My team's"), "team", 31, False)),
    *((_("Unassigned"), "inbox", 55, False), (_("Snoozed"), "snooze", 4, False)),
    (_("Watched"), "watch", 0, False),
)
_ROWS = (
    ("overdue", "3 days late", "quietly_furious", "negative", "Ada Lovelace",
     "I report a driver who lies and you try to SELL me something? unbelievable. Goodbye"),
    ("at-risk", "20 minutes left", "soup_pelican", "positive", "",
     "it worked!! thank you Nuala, you are wasted on parcels"),
    ("in-time", "2 days left", "a_name_that_is_so_long_that_it_has_to_be_cut_off", "mixed", "Bob",
     "Lange nichts gehört, und dann kam das Paket doch noch, allerdings beim falschen Nachbarn"),
    ("no-deadline", "No deadline", "שלום", "", "Cleo Vance", "שלום, איפה החבילה שלי?"),
)  # fmt: skip


@signed_in
@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    """GET /patterns: what there is to put a page together from."""
    told = {
        "rail": [{"name": _("Views"), "links": [_link(*one) for one in _VIEWS]}],
        "people": _PEOPLE,
        "rows": [_row(number, *row) for number, row in enumerate(_ROWS)],
        "colours": _colours(),
        "icon_names": list(icons()),
    }
    return render(request, "patterns.html", told)


def _link(name: object, icon: str, count: int, current: object) -> dict[str, object]:
    return {"name": name, "url": "#rows", "icon": icon, "count": count, "current": current}


def _row(number: int, *told: str) -> dict[str, object]:
    names = ("hurry", "span", "author", "sentiment", "owner", "words")
    more = {"kind": _("complaint"), "channel": "mastodon", "unread": number in {0, 1}}
    at = _FRIDAY - timedelta(hours=number)
    return {
        **dict(zip(names, told, strict=True)),
        **more,
        "at": at,
        "by": at + timedelta(hours=2),
        "picked": told[0] == "in-time",
    }


def _colours() -> list[str]:
    found = find_asset("web/css/tokens.css")
    sheet = found.content.decode() if found else ""
    return re.findall(r"--([\w-]+): light-dark\(#\w{6}, #\w{6}\)", sheet)
