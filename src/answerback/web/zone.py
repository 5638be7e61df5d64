"""In whose time a page speaks: the reader's own, as their browser tells it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from answerback.domain.triage.deadlines import UnknownZone, zone_of

#: Set by js/shell.js: the IANA name of the zone that the browser's clock is in.
COOKIE = "zone"


class Zone:
    """Tell every moment of a page in the browser's time zone; in UTC where none is told."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            told = zone_of(request.COOKIES.get(COOKIE, "UTC").replace("%2F", "/"))
        except UnknownZone:  # whatever a stranger wrote there
            return self._get_response(request)
        with timezone.override(told):
            return self._get_response(request)
