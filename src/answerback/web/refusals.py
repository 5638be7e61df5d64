"""The one place where a foreseen no becomes a page; no view holds a `try`."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from answerback.domain.records.refusal import Refusal

_CONFLICT, _NOT_UNDERSTOOD = 409, 400


class AddressNotUnderstood(Refusal):
    """The address in the browser asks for something that cannot be meant."""


class Refusals:
    """Show a Refusal's sentence with 409, or with 400 when the address itself is wrong."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None  # a bug: Django logs it and shows 500
        status = _NOT_UNDERSTOOD if isinstance(exception, AddressNotUnderstood) else _CONFLICT
        return render(request, "refusal.html", {"refusal": str(exception)}, status=status)
