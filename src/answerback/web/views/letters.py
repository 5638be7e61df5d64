"""The address that deliveries are brought to: machines speak here, and are answered in JSON."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from answerback.channels.live import Delivery, NotSigned
from answerback.desk.operations.receive_letter import (
    LONGEST_LETTER,
    NotKept,
    admit_letter,
    keep_letter,
)
from answerback.domain.records.refusal import Refusal
from answerback.web.access import open_to_all
from answerback.web.caller import neighbourhood
from answerback.web.moment import moment_of
from answerback.web.rates import Brake
from answerback.web.refusals import shown_with

#: Letters to one address in a minute that are kept; the sender brings the others again.
MOST_KEPT: Final = 600
#: Deliveries from one place to one address in a minute that are told what is wrong with their
#: signature; then they are told to wait.  What is signed is never held up by what is not.
MOST_WRONG: Final = 60
_AGAIN_SECONDS: Final = 30
_LONGEST_NAME: Final = 64

_kept = Brake(most=MOST_KEPT)
_wrong = Brake(most=MOST_WRONG)


class TooLarge(Refusal):
    """A delivery is larger than any may be."""


class TooOften(Refusal):
    """Somebody brings more than is taken just now."""

    def __init__(self, *, seconds: int) -> None:
        super().__init__(f"That is too much at once. Bring it again in {seconds} seconds.")
        self.seconds = seconds


def _refused(request: HttpRequest, refusal: Any) -> HttpResponse:
    if isinstance(refusal, NotSigned):
        mailbox = request.resolver_match.kwargs["mailbox"] if request.resolver_match else ""
        seconds = _wrong.take(f"{neighbourhood(request)} {mailbox[:_LONGEST_NAME]}")
        refusal = TooOften(seconds=seconds) if seconds else refusal
    statuses = {NotSigned: 401, TooLarge: 413, TooOften: 429, NotKept: 503}
    told = JsonResponse({"error": str(refusal)}, status=statuses[type(refusal)])
    if told.status_code in {429, 503}:
        told["Retry-After"] = str(getattr(refusal, "seconds", _AGAIN_SECONDS))
    return told


@shown_with(NotSigned, _refused)
@shown_with(TooLarge, _refused)
@shown_with(TooOften, _refused)
@shown_with(NotKept, _refused)
@csrf_exempt  # no browser signs in here: the signature says who it is
@open_to_all
@require_POST
def letter(request: HttpRequest, mailbox: str) -> HttpResponse:
    """POST /in/<mailbox>/: kept before it is answered; brought again, it is kept once."""
    at = moment_of(request)
    if len(request.body) > LONGEST_LETTER:
        raise TooLarge(f"A delivery may have {LONGEST_LETTER:,} bytes. Send several.")
    headers = {name.lower(): value for name, value in request.headers.items()}
    delivery = Delivery(body=request.body, headers=headers)
    admitted = admit_letter(mailbox=mailbox, delivery=delivery, at=at)
    _brake(_kept.take(mailbox))  # behind the signature: no stranger uses it up, or sees it
    return JsonResponse(
        {"kept": True, "new": keep_letter(admitted=admitted, delivery=delivery, at=at)}
    )


def _brake(seconds: int) -> None:
    if seconds:
        raise TooOften(seconds=seconds)
