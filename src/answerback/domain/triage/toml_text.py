"""TOML that remembers where each key stands, so that a refusal can name the line."""

import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from typing import Any, Final

from answerback.domain.records.refusal import Refusal
from answerback.domain.triage.toml_lines import Lines, Path, lines_of

_DURATION: Final = re.compile(r"(?:(\d{1,4})d)?\s*(?:(\d{1,5})h)?\s*(?:(\d{1,6})m)?")
_LONGEST: Final = timedelta(days=366)


class TomlRefused(Refusal):
    """A file says something that we do not understand; the sentence says where and what may."""

    def __init__(self, sentence: str, *, line: int = 1, key: str = "") -> None:
        """Keep the line, from 1, and the key, for an editor or a form that wants to go there."""
        super().__init__(sentence)
        self.line = line
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a TOML file, whose readers refuse what may not stand there."""

    file: str  #: as the reader of a refusal knows it
    path: Path  #: the keys that lead here
    values: dict[str, Any]  #: as tomllib gave them
    lines: Lines  #: of the whole file

    def refusal(self, key: str | None, sentence: str, *, item: int | None = None) -> TomlRefused:
        """Return the refusal of a key (or of its n-th item), to be raised by the caller."""
        path = self.path if key is None else (*self.path, key)
        line = self._line(path if item is None else (*path, item))
        dotted = ".".join(part for part in path if isinstance(part, str))
        place = f"{self.file}, line {line}" + (f", key '{dotted}'" if dotted else "")
        return TomlRefused(f"{place}: {sentence}", line=line, key=dotted)

    def line(self, key: str) -> int:
        """Return the line of a key, from 1; of the table when the key is not there."""
        return self._line((*self.path, key))

    def _line(self, path: Path) -> int:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def allow(self, keys: Collection[str]) -> None:
        """
        Do nothing when all keys are among these.

        :raises TomlRefused: naming the first unknown key and the nearest known one.
        """
        for key in self.values:
            if key not in keys:
                near = nearest(key, keys)
                raise self.refusal(
                    key, f"there is no such key.{near} Known here: {', '.join(keys)}."
                )

    def text(self, key: str, default: str | None = None) -> str:
        """
        Return a text that says something.

        :raises TomlRefused: when it is missing without a default, empty, or no text.
        """
        if key not in self.values and default is not None:
            return default
        return self._said(self._required(key), key=key)

    def texts(self, key: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """
        Return a list of texts, each of which says something.

        :raises TomlRefused: when it is no list, or an item is no text or is empty.
        """
        value = self.values.get(key, list(default))
        if not isinstance(value, list):
            raise self.refusal(
                key, f'{_shown(value)} is not a list. Write it like ["one", "another"].'
            )
        return tuple(self._said(part, key=key, item=at) for at, part in enumerate(value))

    def yes_or_no(self, key: str, *, default: bool) -> bool:
        """
        Return a true or false.

        :raises TomlRefused: when it is neither.
        """
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.refusal(key, f"{_shown(value)} is neither true nor false. Write one, bare.")
        return value

    def number(self, key: str, default: float | None = None, *, most: float = 1.0) -> float:
        """
        Return a number from 0 to `most`.

        :raises TomlRefused: when it is missing without a default, no number, or out of range.
        """
        value = self._required(key) if default is None else self.values.get(key, default)
        told = isinstance(value, int | float) and not isinstance(value, bool)
        if not told or not 0 <= value <= most:  # a NaN is not between them either
            raise self.refusal(
                key, f"{_shown(value)} does not do. Write a number from 0 to {most:g}, like 0.5."
            )
        return float(value)

    def choice(self, key: str, options: Collection[str], default: str | None = None) -> str:
        """
        Return one of the options.

        :raises TomlRefused: when it is missing without a default, or none of them.
        """
        value = self.text(key, default)
        if value not in options:
            raise self.refusal(
                key,
                f"{_shown(value)} is not one of them.{nearest(value, options)} "
                f"It may be: {', '.join(options)}.",
            )
        return value

    def duration(self, key: str, default: timedelta | None = None) -> timedelta:
        """
        Return a length of time such as "30m", "2h", "1h 30m" or "1d" (24 hours).

        :raises TomlRefused: when it is missing without a default, unreadable, or not positive.
        """
        if key not in self.values and default is not None:
            return default
        value = self._required(key)
        told = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
        days, hours, minutes = (int(part or 0) for part in told.groups()) if told else (0, 0, 0)
        length = timedelta(days=days, hours=hours, minutes=minutes)
        if not timedelta() < length <= _LONGEST:
            raise self.refusal(
                key,
                f"{_shown(value)} is not a length of time. Write a text of days, hours and "
                'minutes above zero and up to "366d": "30m", "2h", "1h 30m" or "1d", which is '
                "24 hours.",
            )
        return length

    def table(self, key: str) -> "Table":
        """
        Return the table under a key; an empty one where there is none.

        :raises TomlRefused: when something else stands there.
        """
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.refusal(
                key, f"{_shown(value)} is not a table. Write [{key}] and its keys below it."
            )
        return self._under((*self.path, key), value)

    def tables(self, key: str) -> list["Table"]:
        """
        Return the tables of a list of tables; none where there is no such key.

        :raises TomlRefused: when something else stands there.
        """
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
            raise self.refusal(
                key,
                f"this is not a list of tables. Write [[{key}]], with double brackets, above each.",
            )
        return [self._under((*self.path, key, at), part) for at, part in enumerate(value)]

    def _under(self, path: Path, values: dict[str, Any]) -> "Table":
        return Table(file=self.file, path=path, values=values, lines=self.lines)

    def _required(self, key: str) -> Any:
        if key not in self.values:
            where = ".".join(part for part in self.path if isinstance(part, str))
            place = f"under [{where}]" if where else "at the top of the file"
            raise self.refusal(key, f"this key is missing. Write it {place}.")
        return self.values[key]

    def _said(self, value: Any, *, key: str, item: int | None = None) -> str:
        if not isinstance(value, str):
            raise self.refusal(
                key, f'{_shown(value)} is not a text. Write it in quotes: "like this".', item=item
            )
        if not value.strip():
            raise self.refusal(key, "this text is empty. Write something, or leave the key out.")
        return value.strip()


def read_toml(*, text: str, file: str) -> Table:
    """
    Read a whole TOML text.

    :raises TomlRefused: when it is no TOML, with the line and what the reader expected.
    """
    text = text.removeprefix("\ufeff")  # some editors put this mark before the first letter
    try:
        values = tomllib.loads(text)
        lines = lines_of(text)
    except RecursionError as wrong:
        raise TomlRefused(
            f"{file}, line 1: this nests too deeply to be read. Use plain tables and lists."
        ) from wrong
    except ValueError as wrong:
        raise _not_toml(str(wrong), text=text, file=file) from wrong
    return Table(file=file, path=(), values=values, lines=lines)


def nearest(word: str, known: Collection[str]) -> str:
    """Return ' Did you mean …?' for the known word nearest to this one, or nothing."""
    close = get_close_matches(word.casefold(), [name.casefold() for name in known], n=1)
    if not close:
        return ""
    found = next(name for name in known if name.casefold() == close[0])
    return f" Did you mean '{found}'?"


def _not_toml(said: str, *, text: str, file: str) -> TomlRefused:
    told = re.search(r"at line (\d+), column (\d+)", said)
    line = int(told[1]) if told else text.count("\n") + 1
    column = f", column {told[2]}" if told else ""
    what = said.split(" (at ", maxsplit=1)[0].rstrip(".")
    return TomlRefused(
        f"{file}, line {line}{column}: this is not TOML: {what}. Texts stand in quotes, "
        'lists in [ ], and a key is written like: name = "value".',
        line=line,
    )


def _shown(value: Any) -> str:
    shown = repr(value) if not isinstance(value, bool) else str(value).lower()
    return shown if len(shown) <= 60 else f"{shown[:57]}…"  # noqa: PLR2004 - one line of a terminal
