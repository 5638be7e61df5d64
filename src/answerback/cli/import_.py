"""`answerback import`: a file of posts into the database, once."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.output import say_json
from answerback.cli.progress import progress
from answerback.cli.reading import unbelieved_in_words
from answerback.cli.writing import check_outputs, lines_to

if TYPE_CHECKING:
    from answerback.desk.queries.ledger import SourceLedger
    from answerback.project.importing import Outcome, Watch
    from answerback.project.start import Opened

_PATH = click.Path(path_type=Path)


@click.command("import")
@click.argument("archive", metavar="INPUT", type=_PATH)
@click.option("--brand", type=_PATH, required=True, help="BRAND.toml: whom to listen for.")
@click.option("--policy", type=_PATH, help="POLICY.toml; without it, the house's own.")
@click.option("--data", type=_PATH, help="Folder of the database; or set ANSWERBACK_HOME.")
@click.option("--map", "mapping", help="Which column holds what: text=body,created_at=ts.")
@click.option("--set-aside", type=_PATH, help="Write rows that could not be read here.")
@click.option("--at", help="Pretend it is this moment: 2026-11-21T09:00+00:00.")
@click.option("--json", "json", is_flag=True, help="Say the summary in JSON.")
def command(**told: Any) -> None:
    """
    Take the posts in INPUT into the database, once, and open cases for what needs a person.

    INPUT is CSV, JSONL or Parquet, plain or compressed.  Stop it whenever you like and
    type the same again: it goes on where it stopped.  Importing a file twice is harmless.
    """
    from answerback.project import clock, wiring
    from answerback.project.embedded import database_in
    from answerback.project.start import desk

    inputs = (told["archive"], told["brand"], told["policy"], database_in(told["data"]))
    check_outputs({"--set-aside": told["set_aside"]}, inputs=inputs)
    # What is wrong with these is told before a database is made.
    at = clock.moment(told["at"])
    wiring.load_brand(told["brand"])
    wiring.load_policy(told["policy"])
    with desk(told["data"], create=True) as at_desk:
        from answerback.desk.queries.ledger import ledger
        from answerback.project.importing import import_posts, prepare

        job = prepare(
            path=told["archive"],
            brand=told["brand"],
            policy=told["policy"],
            mapping=told["mapping"],
            at=at,
            heard_at=clock.now(),
        )
        with _bars(told["archive"].name) as watch:
            outcome = import_posts(job, watch=watch)
        (source,) = ledger(source_id=outcome.source.source_id)
        if told["set_aside"] is not None:
            _write_set_aside(told["set_aside"], source_id=source.source_id)
        _say(outcome, source=source, at_desk=at_desk, json=told["json"])
    if outcome.broke_off is not None:
        raise outcome.broke_off


@contextmanager
def _bars(name: str) -> Iterator["Watch"]:
    """Show a bar for reading, then one for sorting."""
    with ExitStack() as stack:
        bars: dict[str, Any] = {}

        def watch(phase: str, done: int, total: int) -> None:
            if phase not in bars:
                stack.close()
                bars[phase] = stack.enter_context(progress(title=f"{phase} {name}", total=total))
            bars[phase](done=done)

        yield watch


def _write_set_aside(path: Path, *, source_id: int) -> None:
    from answerback.channels.archive.set_aside import set_aside_line
    from answerback.desk.queries.failed_rows import failed_rows

    with lines_to(path) as file:
        for row in failed_rows(source_id=source_id):
            line = set_aside_line(
                line=row.line, reason=row.reason, sentence=row.sentence, raw=row.raw
            )
            file.write(f"{line}\n")


def _say(outcome: "Outcome", *, source: "SourceLedger", at_desk: "Opened", json: bool) -> None:
    from answerback.desk.queries.inbox import inbox

    counts, opened = outcome.counts, inbox(at=source.opened_at, brand=source.brand, limit=1).open
    if json:
        names = (
            "fetched",
            "stored",
            "duplicate",
            "discarded",
            "failed",
            "heard_anew",
            "planned_anew",
            "above_the_point",
            "below_the_point",
        )
        acts = ("times_unbelieved", "sorted", "cases_opened", "answers_seen", "cases_closed")
        say_json(
            {
                "source": source.source,
                "brand": source.brand,
                "data": str(at_desk.folder),
                "resumed": outcome.source.resumed,
                **{name: counts[name] for name in (*names, *acts)},
                "discarded_by": source.discarded_by,
                "failed_by": source.failed_by,
                "cases_open": opened,
                "balances": source.balances,
                "problems": source.problems,
            }
        )
        return
    for line in in_words(outcome, source=source, opened=opened):
        click.echo(line)
    click.echo(f"Next: answerback inbox{at_desk.option}")


def in_words(outcome: "Outcome", *, source: "SourceLedger", opened: int) -> Iterator[str]:
    counts = outcome.counts
    if outcome.source.resumed:
        yield "An earlier import of this file was interrupted; it was continued where it stopped."
    yield (
        f"{source.source} for {source.brand}: {counts['fetched']:,} fetched = "
        f"{counts['stored']:,} stored + {counts['duplicate']:,} duplicate + "
        f"{counts['discarded']:,} discarded + {counts['failed']:,} failed."
    )
    for what, by in (("Discarded", source.discarded_by), ("Failed", source.failed_by)):
        if by:
            yield f"{what} in this file: {_counted(by)}."
    if counts["times_unbelieved"]:
        yield unbelieved_in_words(counts["times_unbelieved"])
    if counts["heard_anew"] or counts["planned_anew"]:
        yield (
            "The brand file or the policy changed: "
            f"{_some(counts['heard_anew'], 'earlier post is', 'earlier posts are')} heard "
            f"otherwise, {counts['planned_anew']:,} planned otherwise. Cases that somebody owns "
            "and answered ones were not planned anew."
        )
    if counts["above_the_point"] or counts["below_the_point"]:
        yield (
            "Another operating point was chosen: "
            f"{_some(counts['below_the_point'], 'earlier post is', 'earlier posts are')} set "
            f"aside now, {counts['above_the_point']:,} heard again."
        )
    answered = _some(counts["answers_seen"], "post was", "posts were")
    yield (
        f"{_some(counts['cases_opened'], 'case', 'cases')} opened; {answered} answered on the "
        f"network already. {_some(opened, 'case waits', 'cases wait')} for an answer."
    )
    for problem in source.problems:
        yield f"The ledger does not balance: {problem}. Please report this."


def _counted(by: Any) -> str:
    return ", ".join(f"{reason} {count:,}" for reason, count in by.items())


def _some(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
