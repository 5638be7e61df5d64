"""The page where anybody may write to a brand: no account, no cookie, no script needed."""

import secrets
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from answerback.channels.form.map import Asked
from answerback.channels.live import Delivery
from answerback.desk.operations.receive_letter import Admitted, NotKept, keep_letter
from answerback.desk.queries.access import NotHere
from answerback.desk.queries.ask_page import AskPage, ask_page
from answerback.domain.records.refusal import Refusal
from answerback.web.access import open_to_all
from answerback.web.caller import neighbourhood
from answerback.web.forms.ask import AskForm, mark_again
from answerback.web.moment import moment_of
from answerback.web.rates import Brake
from answerback.web.refusals import shown_with

#: Messages in a minute: from one place, and to one page from everywhere.
MOST_FROM_ONE: Final = 5
MOST_IN_ALL: Final = 120
#: Without letters and digits that are taken for others.
_SIGNS: Final = "23456789BCDFGHJKMNPQRTVWXYZ"
_AGAIN_SECONDS: Final = 30

_from_one = Brake(most=MOST_FROM_ONE)
_in_all = Brake(most=MOST_IN_ALL)


class TooManyMessages(Refusal):
    """Somebody, or everybody, writes more than is taken just now."""

    def __init__(self, *, seconds: int) -> None:
        super().__init__(
            gettext(
                "That was too often. Your words are still here: send them again in {seconds} "
                "seconds."
            ).format(seconds=seconds)
        )
        self.seconds = seconds


def _still_here(request: HttpRequest, refusal: Any) -> HttpResponse:
    """Say what is wrong above the form, with everything typed still in it."""
    match = request.resolver_match
    page = ask_page(match.kwargs["mailbox"] if match else "")
    status, sentence = 429, str(refusal)
    if isinstance(refusal, NotKept):
        status, sentence = (
            503,
            gettext("It cannot be kept just now. Your words are still here: send them again."),
        )
    form = AskForm(request.POST, at=moment_of(request))
    answer = _shown(request, page=page, form=form, status=status, refusal=sentence)
    answer["Retry-After"] = str(getattr(refusal, "seconds", _AGAIN_SECONDS))
    return answer


def _nowhere(request: HttpRequest, _refusal: Any) -> HttpResponse:
    return render(request, "outside/nowhere.html", status=404)


@shown_with(NotHere, _nowhere)
@shown_with(NotKept, _still_here)
@shown_with(TooManyMessages, _still_here)
@csrf_exempt  # nobody is signed in here, and there is no cookie to hold a token against
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, mailbox: str) -> HttpResponse:
    """GET, POST /ask/<mailbox>/: the form; a message is kept before anybody says thanks."""
    at = moment_of(request)
    page = ask_page(mailbox)
    if not page.open:
        return render(request, "outside/closed.html", {"page": page}, status=503)
    form = AskForm(request.POST if request.method == "POST" else None, at=at)
    if request.method != "POST" or not form.is_valid():
        return _shown(request, page=page, form=form, status=422 if form.errors else 200)
    _brake(_from_one.take(neighbourhood(request)))
    _brake(_in_all.take(mailbox))
    told = form.cleaned_data
    asked = Asked(
        reference=_reference(),
        message=told["message"],
        name=told["name"],
        email=told["email"],
        language=get_language() or "",
    )
    admitted = Admitted(account_id=page.account_id, key=f"form:{form.once}")
    delivery = Delivery(body=asked.letter(), headers={"content-type": "application/json"})
    if keep_letter(admitted=admitted, delivery=delivery, at=at):
        return redirect("asked", mailbox=mailbox, reference=asked.reference)
    return redirect("asked_before", mailbox=mailbox)


@shown_with(NotHere, _nowhere)
@open_to_all
@require_safe
def asked(request: HttpRequest, mailbox: str, reference: str = "") -> HttpResponse:
    """GET /ask/<mailbox>/thanks/<reference>: it is kept, and how to name it."""
    told = {"page": ask_page(mailbox), "reference": reference}
    return render(request, "outside/thanks.html", told)


def _shown(
    request: HttpRequest, *, page: AskPage, form: AskForm, status: int, refusal: str = ""
) -> HttpResponse:
    """Show the form as it was typed; only what nobody typed is new."""
    mark = mark_again(request.POST.get("opened", ""), at=moment_of(request))
    told = {"page": page, "form": form, "refusal": refusal, "mark": mark}
    return render(request, "outside/ask.html", told, status=status)


def _brake(seconds: int) -> None:
    if seconds:
        raise TooManyMessages(seconds=seconds)


def _reference() -> str:
    signs = "".join(secrets.choice(_SIGNS) for _ in range(8))
    return f"{signs[:4]}-{signs[4:]}"
