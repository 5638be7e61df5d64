"""How commands speak: tables and colours on a terminal, plain tab-separated lines when piped."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Union

import click

#: C0 controls but tab and newline, DEL, C1, and the bidi embeddings, overrides and isolates:
#: a stranger's text must not move the cursor, recolour the screen or turn a line around.
_UNSAFE = {
    **dict.fromkeys(
        (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
        "\N{REPLACEMENT CHARACTER}",
    ),
    ord("\t"): " ",
    ord("\n"): " ",
    ord("\r"): " ",
}


def safe(text: str) -> str:
    """Return somebody's text on one line, without anything a terminal would obey."""
    return text.translate(_UNSAFE)


def say_safely(lines: str) -> None:
    """Print lines of ours that hold somebody's words, each without what a terminal would obey."""
    click.echo("\n".join(safe(line) for line in lines.split("\n")))


def first_words(text: str, *, width: int = 60) -> str:
    """Return the beginning of a text, at most `width` characters, on one safe line."""
    line = " ".join(safe(text).split())
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def as_json(value: object, *, indent: int | None = None) -> str:
    """Return strict JSON: no NaN, times as ISO 8601, durations in seconds."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain, indent=indent)


def say_json(value: object) -> None:
    """Print one JSON document."""
    click.echo(as_json(value, indent=2))


def on_terminal() -> bool:
    """Say whether a person is looking at standard output."""
    return sys.stdout.isatty()


def say_table(
    *,
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    styles: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """
    Print a table: drawn on a terminal, a header and tab-separated lines when piped.

    `styles` maps a column to rich's `add_column` options (justify, no_wrap, ratio, …).
    """
    if not on_terminal():
        click.echo("\t".join(columns))
        for row in rows:
            click.echo("\t".join(safe(cell) for cell in row))
        return
    from rich.console import Console

    Console().print(table(title=title, columns=columns, rows=rows, styles=styles))


if TYPE_CHECKING:
    from rich.text import Text

#: A cell of a drawn table: one line; several under each other, the first one bold; or our own
#: words with a colour.
Cell = Union[str, Sequence[str], "Text"]


def table(
    *,
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    styles: Mapping[str, Mapping[str, Any]] | None = None,
) -> Any:
    """Return a rich table whose title and cells are data, never markup."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    named = Text(safe(title), style="table.title")
    drawn = Table(title=named, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        drawn.add_column(column, **(styles or {}).get(column, {}))
    for row in rows:
        drawn.add_row(*(_drawn(cell) for cell in row))
    return drawn


def _drawn(cell: Cell) -> Any:
    from rich.text import Text

    if isinstance(cell, Text):
        return cell
    if isinstance(cell, str):
        return Text(safe(cell))
    first, *others = (safe(line) for line in cell)
    return Text("\n").join([Text(first, style="bold"), *(Text(one, style="dim") for one in others)])
