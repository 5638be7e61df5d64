"""The fields of an account, as its network asks for them; what a browser sends of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from answerback.channels.account_fields import FieldRefused, fields_of, way_told
from answerback.channels.field_checks import word_of
from answerback.channels.live import Caps, Field, Network, networks
from answerback.channels.ways import WAY
from answerback.domain.records.refusal import Refusal
from answerback.web.refusals import AddressNotUnderstood
from answerback.web.request import DeskRequest

#: Before the name of each field of a network, so that none is taken for one of ours.
SETTING: Final = "set-"
_LONGEST: Final = 10_000
_REHEARSAL: Final = "fake"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field, as a page shows it.  A secret has no value, whatever was typed."""

    name: str
    label: str
    help: str
    value: str = ""
    secret: bool = False
    many: bool = False
    needed: bool = False
    there: bool = False  #: a secret that is sealed already
    fault: str = ""  #: a sentence
    choices: tuple[tuple[str, str], ...] = ()  #: the words it may be, and as they are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A network that an account can be set up on."""

    channel: str
    title: str
    can: tuple[str | Promise, ...]
    unproven: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WayShown:
    """A way to sign in, as the page shows it on which one chooses."""

    name: str
    title: str
    help: str
    chosen: bool
    unproven: str
    person: bool  #: a person signs in at the provider afterwards


def offered() -> dict[str, type[Network]]:
    """
    Return the networks that pages let one set up, by name.

    The network for rehearsals writes into a folder of this machine, so whoever runs the server
    sets it up, or says that all is a rehearsal.
    """
    return {
        name: kind for name, kind in networks().items() if name != _REHEARSAL or settings.REHEARSAL
    }


def offered_kind(channel: str) -> type[Network]:
    """
    Return a network that pages let one set up.

    :raises AddressNotUnderstood: when there is none of that name.
    """
    kind = offered().get(channel)
    if kind is None:
        raise AddressNotUnderstood(
            "There is no such channel. Choose one on the page Manage, Channels."
        )
    return kind


def ways_shown(kind: type[Network], *, values: Mapping[str, str]) -> list[WayShown]:
    """
    Return the ways to sign in on a network; none where there is but one.

    :raises AddressNotUnderstood: when the one that is chosen is none of them.
    """
    chosen = way_told(kind, values)
    if kind.ways and chosen is None:
        raise AddressNotUnderstood("There is no such way to sign in. Choose one on the page.")
    return [
        WayShown(
            name=way.name,
            title=gettext(way.title),
            help=gettext(way.help),
            chosen=way is chosen,
            unproven=gettext(way.unproven) if way.unproven else "",
            person=way.brings != "",
        )
        for way in kind.ways
    ]


def values_by(
    kind: type[Network], *, saved: Mapping[str, str], chosen: str, typed: Mapping[str, str]
) -> dict[str, str]:
    """Return what stands in an account's fields; another way to sign in has its own servers."""
    if not chosen or chosen == saved.get(WAY):
        return {**saved, **typed}
    way = way_told(kind, {WAY: chosen})
    presets = {} if way is None else way.presets
    return {**saved, **presets, **typed, WAY: chosen}


def setting_fields(
    kind: type[Network], *, values: Mapping[str, str], refusal: Refusal | None = None
) -> list[FormField]:
    """
    Return the fields of the settings, with what is in them and what is wrong with one.

    The way to sign in is no field among them: it is chosen before, and decides which there are.
    """
    return [
        FormField(
            name=f"{SETTING}{field.name}",
            label=gettext(field.label),
            help=_help(field),
            value=_value(field, values.get(field.name, field.default)),
            choices=tuple((one, _choice(one)) for one in field.choices),
            many=field.many,
            needed=field.required and not field.default,
            fault=_fault(field, refusal),
        )
        for field in fields_of(kind, values)
        if not field.secret and field.name != WAY
    ]


def secret_fields(
    kind: type[Network],
    *,
    values: Mapping[str, str],
    there: Collection[str] = (),
    anew: bool = True,
    refusal: Refusal | None = None,
) -> list[FormField]:
    """Return the fields of the secrets, always empty; `anew`: all that are needed must be told."""
    return [
        FormField(
            name=f"{SETTING}{field.name}",
            label=gettext(field.label),
            help=_help(field),
            secret=True,
            needed=field.required and anew,
            there=field.name in there,
            fault=_fault(field, refusal),
        )
        for field in fields_of(kind, values)
        if field.secret
    ]


def typed_fields(request: DeskRequest, kind: type[Network], *, secret: bool) -> dict[str, str]:
    """Return what was typed into the fields of settings, or of secrets, by their names."""
    return {
        field.name: _typed(request, field)
        for field in kind.fields
        if field.secret is secret and f"{SETTING}{field.name}" in request.POST
    }


def kind_shown(kind: type[Network]) -> Kind:
    """Return a network for the page on which one chooses."""
    return Kind(
        channel=kind.name,
        title=gettext(kind.title),
        can=tuple(word for word, can in _abilities(kind.caps) if can),
        unproven=gettext(kind.caps.unproven) if kind.caps.unproven else "",
    )


def _typed(request: DeskRequest, field: Field) -> str:
    """Return a field's value; what is longer than any is cut, and refused as too long."""
    return request.POST.get(f"{SETTING}{field.name}", "")[: _LONGEST + 1]


def _help(field: Field) -> str:
    told = gettext(field.help) if field.help else ""
    if field.many and "comma" not in field.help:
        several = gettext("Several with commas between.")
        told = f"{told} {several}".strip()
    return told


def _value(field: Field, told: str) -> str:
    """Return what a field shows: of a choice the word it stands for, however it was written."""
    if not field.choices:
        return told
    return (word_of(field.choices, told) or told) if told else field.choices[0]


def _choice(word: str) -> str:
    return {"yes": gettext("yes"), "no": gettext("no")}.get(word, word)


def _fault(field: Field, refusal: Refusal | None) -> str:
    is_here = isinstance(refusal, FieldRefused) and refusal.field == field.name
    return str(refusal) if is_here else ""


def _abilities(caps: Caps) -> tuple[tuple[str | Promise, bool], ...]:
    return (
        (pgettext_lazy("a channel", "hears"), caps.hears),
        (pgettext_lazy("a channel", "speaks"), caps.speaks),
        (pgettext_lazy("a channel", "streams"), caps.pushes),
        (pgettext_lazy("a channel", "posts are brought to it"), caps.letters),
        (pgettext_lazy("a channel", "tells of edits"), caps.edits),
        (pgettext_lazy("a channel", "tells of deletions"), caps.deletions),
        (pgettext_lazy("a channel", "whole threads"), caps.contexts),
        (pgettext_lazy("a channel", "pictures"), caps.media),
    )
