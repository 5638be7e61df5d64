"""What a browser sends of a reply."""

import re
from collections.abc import Mapping
from typing import Any

from answerback.channels.clean import clean
from answerback.channels.unreadable import Unreadable
from answerback.desk.operations.save_draft import Typed
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.reply import Check
from answerback.web.refusals import AddressNotUnderstood
from answerback.web.request import DeskRequest

#: As many as a case may have.
_MOST_TAGS = 30
_NUMBER = re.compile(r"[0-9]{1,18}")
#: How a script sends an empty file field in a form that carries no files.
_NO_FILE = "[object File]"
_ALT = re.compile(r"alt-([0-9]{1,18})", re.ASCII)
_SNOOZE = re.compile(r"snooze-([0-9]{1,4})")


def typed_of(request: DeskRequest) -> Typed:
    """
    Return a draft as it was typed.

    :raises AddressNotUnderstood: when a field holds what no page of ours sends.
    """
    return Typed(
        text=text_of(request),
        version=number_of(request, "version"),
        seen=number_of(request, "seen"),
        after_send=_after_send(request),
        alts=_alts(request),
        place=number_of(request, "place"),
    )


def _alts(request: DeskRequest) -> Mapping[int, str]:
    """Return what was written of files, by their numbers."""
    told = {name: _ALT.fullmatch(name) for name in request.POST}
    return {int(found[1]): clean(request.POST[name]) for name, found in told.items() if found}


def check_attached(request: DeskRequest) -> None:
    """
    Do nothing unless a file was chosen and not attached: it would stay behind.

    :raises NotAttached: when one was.
    """
    named = request.POST.get("file", "")
    if named not in ("", _NO_FILE) or "file" in request.FILES:
        raise NotAttached(
            "A file was chosen and is not attached yet, so nothing was sent. Attach it, say what "
            "is to be seen on it, and send again; or choose none."
        )


class NotAttached(Refusal):
    """Somebody would send without the file that they chose."""


def text_of(request: DeskRequest) -> str:
    """Return the words of a reply as they may be stored."""
    try:
        return clean(request.POST.get("text", ""))
    except Unreadable as wrong:
        raise AddressNotUnderstood(
            "This text is over a megabyte long. A reply is a page of text at most."
        ) from wrong


def number_of(request: DeskRequest, name: str) -> int:
    """Return a hidden number of the form; 0 where it is absent."""
    told = request.POST.get(name) or "0"
    if _NUMBER.fullmatch(told) is None:
        raise AddressNotUnderstood(
            f"The field '{name}' holds '{told[:20]}', which is no number. Load the page again."
        )
    return int(told)


def check_of(request: DeskRequest) -> Check:
    """Return the check that a button names."""
    told = request.POST.get("check", "")
    if told not in set(Check):
        raise AddressNotUnderstood(f"There is no check '{told[:20]}'. Load the page again.")
    return Check(told)


def is_there_of(request: DeskRequest) -> bool:
    """Return what somebody saw on the network: silence is no "no", which lets it be sent again."""
    told = request.POST.get("is_there", "")
    if told not in ("yes", "no"):
        raise AddressNotUnderstood(
            "Say whether the reply is there: yes or no. Look at the conversation on the network."
        )
    return told == "yes"


def _after_send(request: DeskRequest) -> Mapping[str, Any]:
    told = request.POST.get("after", "wait")
    snooze = _SNOOZE.fullmatch(told)
    effects: dict[str, Any] = {
        "close": told == "close",
        "snooze_hours": int(snooze[1]) if snooze else 0,
        "tags": request.POST.getlist("then_tag")[:_MOST_TAGS],
        "queue": request.POST.get("then_queue", ""),
    }
    return {name: value for name, value in effects.items() if value}
