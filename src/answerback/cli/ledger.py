"""`answerback ledger`: where every fetched post went."""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.output import say_json, say_table

if TYPE_CHECKING:
    from answerback.desk.queries.ledger import SourceLedger

_PATH = click.Path(path_type=Path)
_PARTS = ("fetched", "stored", "duplicate", "discarded", "failed")
_COLUMNS = ("source", "brand", *_PARTS, "balances", "read to the end", "why set aside")
_STYLES: dict[str, dict[str, Any]] = {
    **{part: {"justify": "right"} for part in _PARTS},
    "why set aside": {"ratio": 1},
}


@click.command("ledger")
@click.option("--data", type=_PATH, help="Folder of the database; or set ANSWERBACK_HOME.")
@click.option("--json", "json", is_flag=True, help="Say it in JSON.")
def command(**told: Any) -> None:
    """
    Show, for each source, fetched = stored + duplicate + discarded + failed.

    Exits 1 when a source does not balance, or the posts it tells of are not there.
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
    say_table(title="Ledger", columns=_COLUMNS, rows=[_row(one) for one in sources], styles=_STYLES)
    for source in sources:
        for problem in source.problems:
            click.echo(
                f"{source.source} does not balance: {problem}. Please report this.", err=True
            )


def _row(source: "SourceLedger") -> tuple[str, ...]:
    parts = {part: getattr(source, part) for part in _PARTS}
    finished = source.finished_at is not None
    return (
        source.source,
        source.brand,
        *(str(count) for count in parts.values()),
        "yes" if source.balances else "NO",
        "yes" if finished else "no: import it again to go on",
        _why({**source.discarded_by, **source.failed_by}),
    )


def _why(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in counts.items())
