"""A proxy in front of us that nobody declared: everybody seems to come from its one address."""

import time
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import Final

from django.conf import settings
from django.db import Error as DatabaseFault
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from answerback.desk.operations.note_proxy import note_proxy

#: One process writes it down so seldom.
_EVERY_SECONDS: Final = 3_600.0


class Forwarded:
    """
    Note that a proxy says on whose behalf it asks, and is not believed; the doctor tells of it.

    Anybody can write such a header: it is noted from addresses alone that are no one's on the
    internet, as those of proxies beside us are.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._next = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "HTTP_X_FORWARDED_FOR" in request.META and self._is_news(request):
            self._next = time.monotonic() + _EVERY_SECONDS
            with suppress(DatabaseFault):  # a page is not refused for a note
                note_proxy(at=timezone.now())
        return self._get_response(request)

    def _is_news(self, request: HttpRequest) -> bool:
        if getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0):
            return False
        try:
            near = ip_address(request.META.get("REMOTE_ADDR", "")).is_private
        except ValueError:  # a socket of this machine has no address
            near = True
        return near and time.monotonic() >= self._next
