"""`answerback ledger`: where every fetched post went."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.output import Cell, on_terminal, say_json, say_table, table

if TYPE_CHECKING:
    from answerback.desk.queries.ledger import SourceLedger

_PATH = click.Path(path_type=Path)
_PARTS = ("fetched", "stored", "duplicate", "discarded", "failed")
_COLUMNS = ("source", "brand", *_PARTS, "balances", "read to the end", "why set aside")
_DRAWN = ("source, brand", "where the rows went", "balances", "why set aside\n(each row once)")
_STYLES: dict[str, dict[str, Any]] = {
    "source, brand": {"overflow": "fold"},
    **{column: {"no_wrap": True} for column in _DRAWN[1:]},
}


@click.command("ledger")
@click.option("--data", type=_PATH, help="Folder of the database; or set ANSWERBACK_HOME.")
@click.option("--json", "json", is_flag=True, help="Say it in JSON.")
def command(**told: Any) -> None:
    """
    Show, for each source, fetched = stored + duplicate + discarded + failed.

    Exits 1 when a source does not balance, or the posts it tells of are not there.

    The parts count every reading of a row; the reasons why rows were set aside count each row
    once, however often it was imported, with the reason that holds now.
    """
    from answerback.project.start import desk

    with desk(told["data"], create=False):
        from answerback.desk.queries.ledger import ledger

        sources = ledger()
    if told["json"]:
        say_json({"sources": [{**asdict(one), "balances": one.balances} for one in sources]})
    else:
        _say(sources)
    if not all(source.balances for source in sources):
        sys.exit(1)


def _say(sources: list["SourceLedger"]) -> None:
    if not sources:
        click.echo("Nothing was imported yet. Type: answerback import POSTS --brand BRAND.toml")
        return
    if on_terminal():
        draw(sources)
    else:
        say_table(title="Ledger", columns=_COLUMNS, rows=[_row(one) for one in sources])
    for source in sources:
        for problem in source.problems:
            click.echo(
                f"{source.source} does not balance: {problem}. Please report this.", err=True
            )


def draw(sources: Iterable["SourceLedger"]) -> None:
    """Draw the ledger for a person: each source on a few short lines, for 80 columns."""
    from rich.console import Console

    rows = (_stacked(one) for one in sources)
    Console().print(table(title="Ledger", columns=_DRAWN, rows=rows, styles=_STYLES))


def _stacked(source: "SourceLedger") -> tuple[Cell, ...]:
    return (
        (source.source, source.brand),
        (
            f"{source.fetched:,} fetched",
            f"= {source.stored:,} stored + {source.duplicate:,} duplicate",
            f"+ {source.discarded:,} discarded + {source.failed:,} failed",
            _read(source),
        ),
        "yes" if source.balances else "NO",
        (*(f"{reason} {count:,}" for reason, count in _reasons(source).items()),) or "none",
    )


def _row(source: "SourceLedger") -> tuple[str, ...]:
    parts = {part: getattr(source, part) for part in _PARTS}
    return (
        source.source,
        source.brand,
        *(str(count) for count in parts.values()),
        "yes" if source.balances else "NO",
        "yes" if source.finished_at else "no: import it again to go on",
        ", ".join(f"{reason} {count}" for reason, count in _reasons(source).items()),
    )


def _reasons(source: "SourceLedger") -> Mapping[str, int]:
    return {**source.discarded_by, **source.failed_by}


def _read(source: "SourceLedger") -> str:
    """Say whether the source was read to its end; if not, what to do."""
    return "read to the end" if source.finished_at else "unfinished: import it again"
