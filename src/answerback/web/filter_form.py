"""The filters of the inbox as fields of a form, and as words that can be taken away."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from answerback.desk.queries.access import Member
from answerback.desk.queries.case_filter import ALL_OPEN, ME, NOBODY, CaseFilter
from answerback.desk.queries.inbox_counts import InboxWords
from answerback.web.cards import KINDS
from answerback.web.case_rows import SENTIMENTS, STATES
from answerback.web.inbox_address import address_of

_SILENCES = (4, 24, 72, 168)
_DAY = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing that can be asked for."""

    value: str
    words: str | Promise
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterField:
    """One filter as a field."""

    name: str
    words: str | Promise
    anything: str | Promise  #: what its empty choice says
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One filter that holds, and the address without it."""

    words: str
    url: str


def filter_fields(
    wanted: CaseFilter, *, words: InboxWords, member: Member
) -> tuple[FilterField, ...]:
    """Return the fields, each with what can be asked for, and with what is asked for now."""
    brands = [seat.brand for seat in member.seats.values()]
    people: list[tuple[str, Any]] = [(ME, _("Me")), (NOBODY, _("Nobody"))]
    people += [(one, f"@{one}") for one in words.handles if one != member.handle]
    return (
        _field("brand", _("Brand"), _("All brands"), _same(brands), wanted.brand),
        _field("channel", _("Channel"), _("All channels"), _same(words.channels), wanted.channel),
        _field("queue", _("Queue"), _("All queues"), _same(words.queues), wanted.queue),
        _field("kind", _("Kind"), _("All kinds"), list(KINDS.items()), wanted.kind),
        _field("owner", _("Owner"), _("Anybody"), people, wanted.owner),
        _field("state", _("State"), _("Open"), list(STATES.items()), wanted.state),
        _field(
            "language", _("Language"), _("All languages"), _same(words.languages), wanted.language
        ),
        _field("sentiment", _("Mood"), _("All moods"), list(SENTIMENTS.items()), wanted.sentiment),
        _field("tag", _("Tag"), _("All tags"), _same(words.tags), wanted.tag),
        _field(
            "silent",
            _("Silent for"),
            _("Any time"),
            [(str(hours), _hours(hours)) for hours in _SILENCES],
            str(wanted.silent_hours) if wanted.silent_hours else None,
        ),
    )


def _same(told: Sequence[str]) -> list[tuple[str, Any]]:
    return [(one, one) for one in told]


def _field(
    name: str,
    words: Promise | str,
    anything: Promise | str,
    known: Sequence[tuple[str, Any]],
    chosen: str | None,
) -> FilterField:
    there = [*known]
    if chosen is not None and chosen not in {value for value, _words in known}:
        there.append((chosen, _hours(int(chosen)) if name == "silent" else chosen))
    return FilterField(
        name=name,
        words=words,
        anything=anything,
        choices=tuple(
            Choice(value=value, words=told, chosen=value == chosen) for value, told in there
        ),
    )


def _hours(hours: int) -> str:
    if hours % _DAY == 0 and hours > _DAY:
        return ngettext("%(count)d day", "%(count)d days", hours // _DAY) % {"count": hours // _DAY}
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}


def asked_words(wanted: CaseFilter) -> tuple[Asked, ...]:
    """Return each filter that holds, in words, with the address that leaves it out."""
    told: list[tuple[str, Any]] = [
        ("brand", wanted.brand),
        ("channel", wanted.channel),
        ("queue", wanted.queue),
        ("kind", KINDS.get(wanted.kind or "", wanted.kind)),
        ("owner", _owner(wanted.owner)),
        ("state", STATES.get(wanted.state or "", wanted.state)),
        ("language", wanted.language),
        ("sentiment", SENTIMENTS.get(wanted.sentiment or "", wanted.sentiment)),
        ("tag", wanted.tag),
        ("silent_hours", _silent(wanted.silent_hours)),
        ("overdue", gettext("overdue") if wanted.overdue else None),
        ("snoozed", gettext("snoozed") if wanted.snoozed else None),
    ]
    return tuple(
        Asked(words=str(words), url=address_of(_without(wanted, name)))
        for name, words in told
        if words
    )


def _without(wanted: CaseFilter, name: str) -> CaseFilter:
    nothing: dict[str, Any] = {name: getattr(ALL_OPEN, name)}
    return replace(wanted, **nothing)


def _owner(owner: str | None) -> str | None:
    return {None: None, ME: gettext("mine"), NOBODY: gettext("nobody's")}.get(owner, f"@{owner}")


def _silent(hours: int | None) -> str | None:
    return gettext("silent for %(span)s") % {"span": _hours(hours)} if hours else None
