"""The one place where a foreseen no becomes a page; no view holds a `try`."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import reswap, retarget

from answerback.desk.operations.accept_invitation import NoInvitation
from answerback.desk.operations.sign_in_tries import TooManyTries
from answerback.desk.queries.access import NotHere
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import NotAllowed

_CONFLICT = 409


class AddressNotUnderstood(Refusal):
    """The address in the browser, or a field of a form, asks for something that cannot be meant."""


_STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (AddressNotUnderstood, 400),
    (NotAllowed, 403),
    (NotHere, 404),
    (NoInvitation, 404),
    (TooManyTries, 429),
)


#: Makes a page of a refusal that needs more than its sentence.
RefusalPage = Callable[[HttpRequest, Any], HttpResponse]
View = TypeVar("View", bound=Callable[..., Any])


def shown_with(kind: type[Refusal], page: RefusalPage) -> Callable[[View], View]:
    """Show a kind of refusal of a view with a page of its own; stands above all others."""

    def note(view: View) -> View:
        pages = ((kind, page), *getattr(view, "refusal_pages", ()))
        view.refusal_pages = pages  # type: ignore[attr-defined]  # a function may carry a note
        return view

    return note


class Refusals:
    """Show a Refusal's sentence with the status of its kind, 409 for most."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None  # a bug: Django logs it and shows 500
        view = request.resolver_match.func if request.resolver_match else None
        for kind, page in getattr(view, "refusal_pages", ()):
            if isinstance(exception, kind):
                return cast("HttpResponse", page(request, exception))
        return refusal_page(request, exception)


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the sentence as a page, or, to HTMX, for the page's own place for refusals."""
    status = next((code for kind, code in _STATUS if isinstance(refusal, kind)), _CONFLICT)
    told = {"refusal": str(refusal)}
    if not getattr(request, "htmx", False):
        response = render(request, "refusal.html", told, status=status)
    else:
        part = render(request, "parts/refusal.html", told, status=status)
        response = reswap(retarget(part, "#refusal"), "innerHTML")
    if isinstance(refusal, TooManyTries):
        response.headers["Retry-After"] = str(refusal.seconds)
    return response
