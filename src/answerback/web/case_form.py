"""What the small forms of a case's page say."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from django.utils import timezone

from answerback.web.refusals import AddressNotUnderstood
from answerback.web.request import DeskRequest

Word = TypeVar("Word", bound=StrEnum)


def word_in(request: DeskRequest, name: str, *, among: type[Word]) -> Word:
    """
    Return a closed word of a form.

    :raises AddressNotUnderstood: naming the words there are.
    """
    told = request.POST.get(name, "")
    if told not in set(among):
        raise AddressNotUnderstood(
            f"The form's '{name}' is {told[:40]!r}. Choose one of: {', '.join(among)}."
        )
    return among(told)


def moment_in(request: DeskRequest, name: str) -> datetime:
    """
    Return a moment of a form; one without a zone is in that of the page, the reader's.

    :raises AddressNotUnderstood: when it is none.
    """
    told = request.POST.get(name, "")
    try:
        moment = datetime.fromisoformat(told)
        zone = moment.tzinfo or timezone.get_current_timezone()
        return moment.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise AddressNotUnderstood(
            f"{told[:40]!r} is no moment. Choose one, for example 2026-11-21 09:00."
        ) from wrong


def ticked(request: DeskRequest, name: str) -> bool:
    """Tell whether a form has a tick there."""
    return request.POST.get(name, "") not in {"", "0", "off"}
