"""
How often somebody may try a password, so that guessing is slow and nobody is locked out.

Wrong passwords are counted by handle and browser.  A browser in which its owner has signed in
before has a bucket of its own; all others share one bucket a handle and one an address.  So a
stranger fills the strangers' bucket, and the owner's browser does not notice.

Source: OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import connection, transaction

from answerback.desk import models
from answerback.domain.records.refusal import Refusal

#: How long a wrong password counts.
WINDOW = timedelta(minutes=15)
#: Wrong passwords in that time: for one handle from one browser, or from all that are unknown.
MOST_A_HANDLE = 10
#: From one address, whatever the handle.
MOST_AN_ADDRESS = 50

_STRANGERS = "strangers"
_ADDRESSES = "addresses"
_LOCK = 0x0A0D18


class TooManyTries(Refusal):
    """Too many wrong passwords; pages show it with 429."""

    def __init__(self, *, until: datetime, at: datetime) -> None:
        self.seconds = max(1, int((until - at).total_seconds()) + 1)
        super().__init__(
            "Too many wrong passwords came from browsers that are unknown here. Try again at "
            f"{until:%H:%M:%S} UTC, sign in with a passkey, or use a browser in which you have "
            "signed in before. Whoever runs the server can type: answerback people unlock HANDLE"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """Somebody at the door with a password."""

    handle: str  #: as typed, whoever it is
    device: str | None  #: the browser, if its owner has signed in with it before
    address: str  #: where the request came from


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A try that counts as wrong until it turns out to be right."""

    numbers: tuple[int, ...]


@transaction.atomic
def begin_try(*, told: Try, at: datetime) -> Counted:
    """
    Count a try before its password is looked at, so that many at once cannot slip through.

    :raises TooManyTries: saying when the next one is possible; the password is not looked at.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    failures = models.SignInFailure.objects
    failures.filter(at__lte=at - WINDOW).delete()
    buckets = _buckets(told)
    for (handle, device), most in buckets.items():
        times = list(
            failures.filter(handle=handle, device=device)
            .order_by("-at")
            .values_list("at", flat=True)[:most]
        )
        if len(times) >= most:
            raise TooManyTries(until=times[-1] + WINDOW, at=at)
    made = [failures.create(handle=handle, device=device, at=at) for handle, device in buckets]
    return Counted(numbers=tuple(one.pk for one in made))


def forget_try(counted: Counted) -> None:
    """Take a try back that turned out to be right."""
    models.SignInFailure.objects.filter(pk__in=counted.numbers).delete()


def forget_failures(*, handle: str) -> int:
    """Let a handle be tried again from anywhere; return how many wrong passwords were counted."""
    gone, _ = models.SignInFailure.objects.filter(handle=_hashed(_folded(handle))).delete()
    return gone


def _buckets(told: Try) -> dict[tuple[str, str], int]:
    handle = _hashed(_folded(told.handle))
    if told.device is not None:
        return {(handle, _hashed(told.device)): MOST_A_HANDLE}
    return {
        (handle, _STRANGERS): MOST_A_HANDLE,
        (_ADDRESSES, _hashed(told.address)): MOST_AN_ADDRESS,
    }


def _folded(handle: str) -> str:
    return handle.strip().casefold()


def _hashed(word: str) -> str:
    """Hide what was typed: some people type their password where the name belongs."""
    return hmac.new(f"tries:{settings.SECRET_KEY}".encode(), word.encode(), sha256).hexdigest()
