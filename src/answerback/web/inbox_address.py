"""A filter of the inbox as an address, and back: what can be seen can be shared."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from answerback.desk.queries.case_filter import CaseFilter
from answerback.web.refusals import AddressNotUnderstood

#: Words, named alike in the address and in the filter.
_WORDS = (
    *("brand", "channel", "kind", "queue", "owner"),
    *("state", "language", "sentiment", "tag"),
)
_FLAGS = ("overdue", "snoozed")
#: A year: longer silences are the archive's business.
_MOST_HOURS = 8784


def filter_of(told: Mapping[str, str]) -> CaseFilter:
    """
    Return what an address, or a saved view, asks for.

    :raises AddressNotUnderstood: when a number of hours is none, or a flag is not "1".
    """
    asked: dict[str, Any] = {name: told.get(name) or None for name in _WORDS}
    asked |= {name: _flag(name, told.get(name)) for name in _FLAGS}
    return CaseFilter(**asked, silent_hours=_hours(told.get("silent")))


def filter_in_words(wanted: CaseFilter) -> dict[str, str]:
    """Return a filter as names and values of an address; `filter_of` reads it back."""
    told = {name: getattr(wanted, name) for name in _WORDS}
    told["silent"] = wanted.silent_hours
    told |= {name: "1" for name in _FLAGS if getattr(wanted, name)}
    return {name: str(value) for name, value in told.items() if value}


def address_of(wanted: CaseFilter, **more: str | None) -> str:
    """Return the part of an address after the path, "?" included; "?" alone asks for nothing."""
    told = {**filter_in_words(wanted), **{name: value for name, value in more.items() if value}}
    return "?" + urlencode(told)


def _hours(told: str | None) -> int | None:
    if not told:
        return None
    if re.fullmatch("[0-9]{1,4}", told) is None or not 0 < int(told) <= _MOST_HOURS:
        raise AddressNotUnderstood(
            f"'silent={told[:20]}' is no number of hours. Write 1 to {_MOST_HOURS}, "
            "for example silent=24."
        )
    return int(told)


def _flag(name: str, told: str | None) -> bool:
    if told in (None, "", "1"):
        return told == "1"
    raise AddressNotUnderstood(
        f"'{name}={told[:20]}' is not understood. Write {name}=1, or leave it out."
    )
