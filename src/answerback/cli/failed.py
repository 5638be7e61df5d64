"""`answerback failed`: what could not be read, and reading it again."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from answerback.cli.output import say_json, say_table

if TYPE_CHECKING:
    from answerback.desk.queries.failed_rows import FailedLine

_PATH = click.Path(path_type=Path)
_DATA = "Folder of the database; or set ANSWERBACK_HOME."
_MOST: Final = 200
_RAW: Final = 80  #: letters of what came, in the table


@click.group("failed")
def command() -> None:
    """List what could not be read, and read it again with the code of today."""


@command.command("list")
@click.option("--source", type=int, help="Of this source alone, by its number.")
@click.option("--reason", help="Of this reason alone, such as not_json.")
@click.option("--after", type=int, default=0, help="From behind the row of this number on.")
@click.option("--data", type=_PATH, help=_DATA)
@click.option("--json", "json", is_flag=True, help="Say it in JSON, with all that came.")
def list_(**told: Any) -> None:
    """Show rows that could not be read: their number, source, reason and what is wrong."""
    from answerback.project.start import desk

    with desk(told["data"], create=False):
        from answerback.desk.queries.failed_rows import all_brands, failed_page

        page = failed_page(
            brand_ids=all_brands(),
            source_id=told["source"],
            reason=told["reason"],
            after=told["after"],
            limit=_MOST,
        )
    if told["json"]:
        say_json({"rows": [_in_json(one) for one in page.lines], "more_after": page.more})
        return
    say_table(
        title="Could not be read",
        columns=("row", "source", "name", "reason", "read again", "what is wrong", "as it came"),
        rows=[
            (
                str(one.row_id),
                str(one.source_id),
                one.source,
                one.row.reason,
                _again(one),
                one.row.sentence,
                one.row.raw[:_RAW],
            )
            for one in page.lines
        ],
    )
    if page.more is not None:
        click.echo(f"There are more: --after {page.more}")


@command.command("again")
@click.option("--row", type=int, help="This row, by its number in `answerback failed list`.")
@click.option("--source", type=int, help="All rows of this source.")
@click.option("--reason", help="All rows of this reason, such as not_json.")
@click.option("--all", "all_", is_flag=True, help="All rows there are.")
@click.option("--data", type=_PATH, help=_DATA)
@click.option("--json", "json", is_flag=True, help="Say it in JSON.")
def again(**told: Any) -> None:
    """
    Read rows that failed again with today's code, now; store what can be read.

    What still cannot be read stays, with what is wrong with it now; then it exits 1.  Nothing is
    taken twice, however often it is read.
    """
    from answerback.project import clock
    from answerback.project.start import desk

    named = [told[name] is not None for name in ("row", "source", "reason")]
    if not any(named) and not told["all_"]:
        raise click.UsageError("Say which: --row NUMBER, --source NUMBER, --reason WORD or --all.")
    if any(named) and told["all_"]:
        raise click.UsageError("--all means all rows; leave the other options out.")
    at = clock.now()
    with desk(told["data"], create=False, signs=True):
        from answerback.desk.operations.ask_again import Which, ask_again
        from answerback.desk.queries.failed_rows import all_brands
        from answerback.project.reading_again import read_waiting, together

        which = Which(row_id=told["row"], source_id=told["source"], reason=told["reason"])
        ask_again(brand_ids=all_brands(), which=which, by=None, at=at)
        found = together(read_waiting(at=at))
    if told["json"]:
        say_json(
            {
                "rows": found.rows,
                "stored": found.stored,
                "duplicate": found.duplicate,
                "discarded": found.discarded,
                "failing": found.failing,
            }
        )
    else:
        click.echo(
            f"{found.rows:,} rows were read again: {found.stored:,} stored, {found.duplicate:,} "
            f"we had, {found.discarded:,} discarded; {found.failing:,} still cannot be read."
        )
    if found.failing:
        raise click.exceptions.Exit(1)


def _again(one: "FailedLine") -> str:
    if one.waits:
        return "waits for it"
    if not one.can:
        return "no"
    return f"in vain, {one.tried_at:%Y-%m-%dT%H:%MZ}" if one.tried_at else "can be"


def _in_json(one: "FailedLine") -> dict[str, object]:
    return {
        "row": one.row_id,
        "brand": one.brand,
        "source": one.source_id,
        "name": one.source,
        "line": one.row.line,
        "reason": one.row.reason,
        "sentence": one.row.sentence,
        "can_be_read_again": one.can,
        "waits": one.waits,
        "tried_at": one.tried_at,
        "raw": one.row.raw,
    }
