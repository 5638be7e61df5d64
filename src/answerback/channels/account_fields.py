"""What a person tells to set an account up, held against the fields of its network."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from answerback.channels.field_checks import holds_login, word_of
from answerback.channels.live import Field, Network
from answerback.channels.ways import WAY, Way
from answerback.domain.records.refusal import Refusal

LONGEST_SETTING: Final = 2_000
LONGEST_SECRET: Final = 10_000
_DELETE: Final = 0x7F


class FieldRefused(Refusal):
    """A field of an account cannot be as it was told."""

    def __init__(self, sentence: str, *, field: str) -> None:
        super().__init__(sentence)
        self.field = field  #: its name, so that a form can say it there


def way_told(network: type[Network], settings: Mapping[str, str]) -> Way | None:
    """
    Return the way in which an account signs in, the first where none is told.

    None: its network has but one, or has none of that name.
    """
    told = settings.get(WAY, "").strip()
    ways = {way.name: way for way in network.ways}
    return ways.get(told) if told else next(iter(network.ways), None)


def fields_of(network: type[Network], settings: Mapping[str, str]) -> tuple[Field, ...]:
    """Return what is asked for with these settings: by the way to sign in, with its presets."""
    way = way_told(network, settings)
    if way is None:
        return network.fields
    return tuple(
        replace(field, default=way.presets.get(field.name, field.default))
        for field in network.fields
        if not field.ways or way.name in field.ways
    )


def settings_changed(
    network: type[Network], *, before: Mapping[str, str], told: Mapping[str, str]
) -> dict[str, str]:
    """
    Return an account's settings after somebody told some of them anew, as `settings_told`.

    Whoever chooses another way to sign in chooses its servers with it, unless they name others.

    :raises FieldRefused: as `settings_told`.
    """
    changed = {**before, **told}
    way = way_told(network, changed)
    if way is not None and way != way_told(network, before):
        changed = {
            name: value
            for name, value in changed.items()
            if name in told or name not in way.presets
        }
    return settings_told(network, changed)


def settings_told(network: type[Network], told: Mapping[str, str]) -> dict[str, str]:
    """
    Return an account's settings as they are kept: known, trimmed, without empty ones.

    What the way to sign in does not ask for is left out.

    :raises FieldRefused: for a name that is none, a secret among them, one that is missing, or
        one that holds what no setting may.
    """
    _check_way(network, told)
    known = {field.name: field for field in network.fields}
    fields = {field.name: field for field in fields_of(network, told) if not field.secret}
    kept: dict[str, str] = {}
    for name, value in told.items():
        _check_known(name, fields=known, network=network, secret=False)
        label = known[name].label
        if len(value) > LONGEST_SETTING:
            raise FieldRefused(
                f"'{label}' has {len(value):,} characters; it may have {LONGEST_SETTING:,}.",
                field=name,
            )
        if any(ord(sign) < ord(" ") or ord(sign) == _DELETE for sign in value.strip()):
            raise FieldRefused(f"'{label}' holds a sign that cannot be typed.", field=name)
        if value.strip() and name in fields:
            kept[name] = _fitting(fields[name], value.strip())
    for field in fields.values():
        if field.name not in kept:
            if field.default:
                kept[field.name] = field.default
            elif field.required:
                raise FieldRefused(
                    f"'{field.label}' is needed. {field.help}".strip(), field=field.name
                )
    return kept


def _fitting(field: Field, told: str) -> str:
    """
    Return a setting as it is kept.

    :raises FieldRefused: when it is none of the words it may be, holds a password, or its
        network finds something wrong with it.
    """
    if field.choices:
        word = word_of(field.choices, told)
        if word is None:
            there = ", ".join(field.choices)
            raise FieldRefused(
                f"'{field.label}' cannot be '{told[:40]}'. It may be: {there}.", field=field.name
            )
        return word
    values = [one.strip() for one in told.split(",")] if field.many else [told]
    for value in filter(None, values):
        if holds_login(value):
            raise FieldRefused(
                f"'{field.label}' holds a password, and settings are shown to others. Take what "
                "stands before the @ away, and make a new password there if this one is real.",
                field=field.name,
            )
        if wrong := field.wrong(value):
            raise FieldRefused(f"'{field.label}': {wrong}", field=field.name)
    return told


def _check_way(network: type[Network], told: Mapping[str, str]) -> None:
    if network.ways and way_told(network, told) is None:
        there = ", ".join(way.name for way in network.ways)
        raise FieldRefused(
            f"'{told[WAY].strip()[:40]}' is no way to sign in. There are: {there}.", field=WAY
        )


def secrets_told(network: type[Network], told: Mapping[str, str]) -> dict[str, str]:
    """
    Return secrets as they are sealed: known, and without what copying puts around them.

    No sentence repeats one.

    :raises FieldRefused: for a name that is no secret's, or one that cannot be a secret.
    """
    fields = {field.name: field for field in network.fields}
    kept: dict[str, str] = {}
    for name, value in told.items():
        _check_known(name, fields=fields, network=network, secret=True)
        if len(value) > LONGEST_SECRET:
            raise FieldRefused(
                f"'{fields[name].label}' has {len(value):,} characters; it may have "
                f"{LONGEST_SECRET:,}.",
                field=name,
            )
        if "\0" in value:
            raise FieldRefused(
                f"'{fields[name].label}' holds a sign that cannot be typed.", field=name
            )
        kept[name] = value.strip()
        if kept[name] and (wrong := fields[name].wrong(kept[name])):
            raise FieldRefused(f"'{fields[name].label}': {wrong}", field=name)
    return kept


def check_secrets_there(
    network: type[Network], there: Iterable[str], *, settings: Mapping[str, str]
) -> None:
    """
    Do nothing when every secret that is needed with these settings is among these names.

    :raises FieldRefused: naming the first that is not.
    """
    names = set(there)
    for field in fields_of(network, settings):
        if field.secret and field.required and field.name not in names:
            raise FieldRefused(f"'{field.label}' is needed. {field.help}".strip(), field=field.name)


def _check_known(
    name: str, *, fields: Mapping[str, Field], network: type[Network], secret: bool
) -> None:
    field = fields.get(name)
    if field is None or (field.secret and not secret) or (secret and not field.secret):
        kind = "secret" if secret else "setting"
        there = ", ".join(one.name for one in fields.values() if one.secret is secret) or "none"
        why = ""
        if field is not None and not secret:
            why = " That one is a secret: it is asked for, and never told among settings."
        raise FieldRefused(
            f"{network.title} has no {kind} '{name[:40]}'.{why} It has: {there}.", field=name
        )
