"""One's own account."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from answerback.desk.operations.change_account import Account, change_account
from answerback.web.access import signed_in
from answerback.web.forms.people import ROLES, YouForm
from answerback.web.moment import moment_of
from answerback.web.request import DeskRequest

_YEAR_SECONDS = 365 * 24 * 60 * 60


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def you(request: DeskRequest) -> HttpResponse:
    """GET, POST /account/you: name, language of the pages, whether one takes cases."""
    me = request.me
    held = {"name": me.name, "language": me.language, "takes_cases": me.takes_cases}
    form = YouForm(request.POST or None, initial=held)
    if request.method == "POST" and form.is_valid():
        account = Account(**form.cleaned_data)
        change_account(member=me, account=account, at=moment_of(request))
        return _speaking(redirect("account_you"), language=account.language)
    told = {
        "form": form,
        "seats": [(seat, ROLES[seat.role][0]) for seat in me.seats.values()],
    }
    status = 422 if form.errors else 200
    return render(request, "account/you.html", told, status=status)


def _speaking(response: HttpResponse, *, language: str) -> HttpResponse:
    """Let the door speak the same language, where nobody is signed in yet."""
    if language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=_YEAR_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response
