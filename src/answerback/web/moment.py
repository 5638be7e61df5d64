"""Which moment a page is about."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

#: Set by the server for `--at`.  No browser can: what it sends begins with HTTP_.
PRETENDED_AT = "answerback.at"


def moment_of(request: HttpRequest) -> datetime:
    """Return this moment, or the one that `answerback serve --at` pretends."""
    pretended: datetime | None = request.META.get(PRETENDED_AT)
    return timezone.now() if pretended is None else pretended
