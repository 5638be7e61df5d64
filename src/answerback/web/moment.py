"""Which moment a page is about."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

#: Set by tests for one request.  No browser can: what it sends begins with HTTP_.
PRETENDED_AT = "answerback.at"


def moment_of(request: HttpRequest) -> datetime:
    """Return this moment, or the one that `answerback serve --at` pretends."""
    return _pretended_at(request) or timezone.now()


def is_pretended(request: HttpRequest) -> bool:
    """Tell whether pages are as if it were another moment; they say so."""
    return _pretended_at(request) is not None


def _pretended_at(request: HttpRequest) -> datetime | None:
    told: datetime | None = request.META.get(PRETENDED_AT)
    return told if told is not None else settings.PRETENDED_AT
