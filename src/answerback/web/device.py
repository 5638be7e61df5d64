"""
A cookie by which we know a browser again in which somebody has signed in.

It opens nothing: it only says in which bucket a wrong password is counted, so that strangers
cannot keep somebody out of their own browser (`desk/operations/sign_in_tries.py`).
"""

import secrets
from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

_SALT = "answerback.device"
_BYTES = 16
_SECONDS = 180 * 24 * 60 * 60


def device_of(request: HttpRequest, *, handle: str) -> str | None:
    """Return which known browser of this handle's owner it is; None: an unknown one."""
    told = request.COOKIES.get(_name(handle))
    if told is None:
        return None
    try:
        whose, device = signing.loads(told, salt=_SALT, max_age=_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(device) if whose == _folded(handle) else None


def know_device(request: HttpRequest, response: HttpResponse, *, handle: str) -> None:
    """Let the browser that gets this answer be known as one of the handle's owner."""
    device = device_of(request, handle=handle) or secrets.token_urlsafe(_BYTES)
    response.set_cookie(
        _name(handle),
        signing.dumps([_folded(handle), device], salt=_SALT),
        max_age=_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _name(handle: str) -> str:
    """Return the cookie's name: people who share a computer have one each."""
    prefix = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
    return f"{prefix}device-{sha256(_folded(handle).encode()).hexdigest()[:12]}"


def _folded(handle: str) -> str:
    return handle.strip().casefold()
