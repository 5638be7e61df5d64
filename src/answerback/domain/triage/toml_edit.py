"""Change single top keys of a TOML text, and leave all else as its owner wrote it."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Final

from answerback.domain.triage.toml_lines import lines_of

Value = str | Sequence[str]

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def set_keys(text: str, *, values: Mapping[str, Value]) -> str:
    """
    Return a text in which these top keys have these values; an empty value takes its key out.

    A key that is there stays in its place; a new one follows the last top key.  Comments, tables
    and the order of everything else stay.  The text must be TOML that `tomllib` has read.
    """
    for key, value in values.items():
        text = _set(text, key=key, value=value)
    return text


def _set(text: str, *, key: str, value: Value) -> str:
    lines = text.split("\n")
    began = lines_of(text).get((key,))
    fresh = [f"{key} = {_written(value)}"] if value else []
    if began is not None:
        end = _end(lines, began=began - 1)
        return "\n".join([*lines[: began - 1], *fresh, *lines[end:]])
    place = _behind_top_keys(text, lines=lines)
    return "\n".join([*lines[:place], *fresh, *lines[place:]])


def _end(lines: Sequence[str], *, began: int) -> int:
    """Return the line behind a value: the first at which what began is whole."""
    for end in range(began + 1, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[began:end]))
        except tomllib.TOMLDecodeError:
            continue
        return end
    raise ValueError(f"no value ends that begins in line {began + 1}: the text is not TOML")


def _behind_top_keys(text: str, *, lines: Sequence[str]) -> int:
    top = tomllib.loads(text)
    starts = lines_of(text)
    keys = [
        starts[(key,)] - 1
        for key in top
        if (key,) in starts and not lines[starts[(key,)] - 1].lstrip().startswith("[")
    ]
    if keys:
        return _end(lines, began=max(keys))
    return 0 if top else len(lines) - 1  # above all tables; behind what is comments alone


def _written(value: Value) -> str:
    if isinstance(value, str):
        return _quoted(value)
    return f"[{', '.join(map(_quoted, value))}]"


def _quoted(text: str) -> str:
    """Return a text as TOML has it; several lines as one, because a form's field is a line."""
    told = text.replace("\r\n", "\n").replace("\r", "\n")
    told = told.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", told) + '"'
