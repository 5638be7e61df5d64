"""What a person types of an account: settings on the command line, secrets never there."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from answerback.channels.live import Network

_MOST_BYTES = 1 << 20


def settings_typed(kind: "type[Network]", told: Sequence[str]) -> dict[str, str]:
    """
    Return what `--set name=value` said.

    :raises Refusal: when one has no `=`, or names a secret.
    """
    secret = {field.name for field in kind.fields if field.secret}
    found: dict[str, str] = {}
    for one in told:
        name, equals, value = one.partition("=")
        name = name.strip()
        if name in secret:
            raise Refusal(
                f"'{name}' is a secret, and a command line is read by others and kept in your "
                "shell's history. Leave it out: it is asked for, or read with --secrets-from "
                "FILE. Make a new one there if this one is real."
            )
        if not equals:
            raise Refusal(f"--set {name[:40]!r} has no value. Write it like --set name=value.")
        found[name] = value
    return found


def signs_in_later(
    kind: "type[Network]", *, settings: Mapping[str, str], there: Mapping[str, str]
) -> bool:
    """Say whether a person signs in at the provider, and did not bring what that gives."""
    from answerback.channels.account_fields import way_told

    way = way_told(kind, settings)
    return way is not None and way.brings != "" and not there.get(way.brings)


def secrets_typed(
    kind: "type[Network]", *, settings: Mapping[str, str], source: str | None, all_of_them: bool
) -> dict[str, str]:
    """
    Return an account's secrets, read from a file or standard input, or asked for without echo.

    `all_of_them`: those that are needed are asked for until they are told.

    :raises Refusal: when nobody sits at a terminal and none were given otherwise.
    """
    from answerback.channels.account_fields import fields_of

    fields = [field for field in fields_of(kind, settings) if field.secret]
    if not fields:
        return {}
    if source is not None:
        return _read(source)
    if not at_terminal():
        if all_of_them and not any(field.required for field in fields):
            return {}
        names = ", ".join(field.name for field in fields)
        raise Refusal(
            f"{kind.title} needs secrets ({names}), and there is no terminal to ask at. Give them "
            "as lines of name=value with --secrets-from FILE, or - for standard input."
        )
    found = {}
    for field in fields:
        needed = field.required and all_of_them
        if field.help:
            click.echo(field.help, err=True)
        label = field.label if needed else f"{field.label} (Enter: none)"
        default = None if needed else ""
        value: str = click.prompt(
            label, hide_input=True, default=default, show_default=False, err=True
        )
        if value:
            found[field.name] = value
    return found


def at_terminal() -> bool:
    """Say whether a person can be asked."""
    return sys.stdin.isatty()


def _read(source: str) -> dict[str, str]:
    where = "standard input" if source == "-" else source
    try:
        if source == "-":
            text = sys.stdin.read(_MOST_BYTES)
        else:
            with Path(source).open(encoding="utf-8") as file:
                text = file.read(_MOST_BYTES)
    except (OSError, UnicodeDecodeError) as wrong:
        why = wrong.strerror if isinstance(wrong, OSError) else "it is no UTF-8 text"
        raise Refusal(f"The secrets cannot be read from {where}: {why}.") from None
    return _secrets_in(text, where=where)


def _secrets_in(text: str, *, where: str) -> dict[str, str]:
    """Return what lines of name=value say, or one JSON object; no sentence repeats a value."""
    if text.lstrip().startswith("{"):
        return _secrets_in_json(text, where=where)
    found = {}
    lines = (line.strip() for line in text.split("\n"))
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise Refusal(f"Line {number} of {where} is no name=value.")
        found[name.strip()] = value.strip()
    return found


def _secrets_in_json(text: str, *, where: str) -> dict[str, str]:
    try:
        told = json.loads(text)
    except ValueError:
        raise Refusal(f"What {where} holds begins like JSON and is none.") from None
    if not isinstance(told, Mapping) or not all(isinstance(one, str) for one in told.values()):
        raise Refusal(f'{where} must hold one JSON object of texts: {{"name": "value"}}.')
    return dict(told)
