"""`answerback query report` and `query try`: replay a query on stored posts."""

import sys
import time
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from answerback.cli.clause_words import document, say_report
from answerback.cli.dialect import dialect_of
from answerback.cli.output import as_json, say_json, say_safely
from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from answerback.domain.listening.clauses import ClauseReport
    from answerback.domain.listening.frequencies import Frequencies
    from answerback.domain.listening.query import Dialect
    from answerback.domain.listening.syntax import Problem, Query
    from answerback.firehose.tokenised.index import Index

_PATH = click.Path(path_type=Path)
_DIALECT = "Whose query it is, as in `query check`."
_ON = "An index (query index), or a file of posts; without it, the stored posts."


class NothingToReport(Refusal):
    """No query was told, or two, or a brand file's in a dialect."""


@click.command("report", context_settings={"ignore_unknown_options": True})
@click.argument("query", required=False)
@click.option("--on", type=_PATH, help=_ON)
@click.option("--brand", type=_PATH, help="Report the query of this BRAND.toml.")
@click.option("--dialect", help=_DIALECT)
@click.option("--examples", type=click.IntRange(0, 100), default=5, help="A clause; default 5.")
@click.option("--map", "mapping", help="Which column holds what, when --on is a file.")
@click.option("--data", type=_PATH, help="Folder of the database; or set ANSWERBACK_HOME.")
@click.option("--json", "json", is_flag=True, help="Say it in JSON.")
def report(  # noqa: PLR0913 - one argument an option
    *,
    query: str | None,
    on: Path | None,
    brand: Path | None,
    dialect: str | None,
    examples: int,
    mapping: str | None,
    data: Path | None,
    json: bool,
) -> None:
    """
    Replay QUERY on stored posts: what each alternative brings, what each NOT removes.

    Also how the matches grow with the distance of each NEAR, how many to expect a day, and
    spellings that are seen one letter away.  Put the query in single quotes.
    """
    from answerback.domain.listening.query import parse

    if brand is not None and dialect is not None:
        raise NothingToReport("A brand file's query is in our own words. Leave out --dialect.")
    asked = parse(_query(query, brand), dialect=dialect_of(dialect))
    with posts_to_ask(on, mapping=mapping, data=data) as index:
        told, warnings = replayed(asked, index, examples=examples)
        if json:
            say_json(document(told, warnings=warnings))
        else:
            say_report(told, warnings=warnings)


@click.command("try")
@click.option("--on", type=_PATH, help=_ON)
@click.option("--dialect", help=_DIALECT)
@click.option("--examples", type=click.IntRange(0, 100), default=1, help="A clause; default 1.")
@click.option("--map", "mapping", help="Which column holds what, when --on is a file.")
@click.option("--data", type=_PATH, help="Folder of the database; or set ANSWERBACK_HOME.")
@click.option("--json", "json", is_flag=True, help="Say each answer in JSON, on one line.")
def try_(
    *,
    on: Path | None,
    dialect: str | None,
    examples: int,
    mapping: str | None,
    data: Path | None,
    json: bool,
) -> None:
    """
    Type one query after the other: each line of standard input is answered at once.

    A query that cannot be understood is told with a mark under the character, and you go on.
    End with Ctrl-D.
    """
    spoken = dialect_of(dialect)
    with posts_to_ask(on, mapping=mapping, data=data) as index:
        if sys.stdin.isatty():
            click.echo(f"{index.posts:,} posts. Type a query; end with Ctrl-D.", err=True)
        for line in sys.stdin:
            if line.strip():
                _answer(line.rstrip("\r\n"), index, dialect=spoken, examples=examples, json=json)


def _answer(line: str, index: "Index", *, dialect: "Dialect", examples: int, json: bool) -> None:
    from answerback.domain.listening.places import TooManyPlaces
    from answerback.domain.listening.query import QueryError, parse

    began = time.perf_counter()
    try:
        told, warnings = replayed(parse(line, dialect=dialect), index, examples=examples)
    except (QueryError, TooManyPlaces) as wrong:
        if json:
            problem = asdict(wrong.problem) if isinstance(wrong, QueryError) else {}
            error = {**problem, "shown": str(wrong)}
            click.echo(as_json({"ok": False, "query": line, "error": error}))
        else:
            say_safely(str(wrong))
        return
    milliseconds = 1000 * (time.perf_counter() - began)
    if json:
        answer = {"ok": True, **document(told, warnings=warnings)}
        click.echo(as_json({**answer, "milliseconds": round(milliseconds, 1)}))
        return
    say_report(told, warnings=warnings)
    click.echo(f"{milliseconds:.0f} ms.")


def replayed(
    query: "Query", index: "Index", *, examples: int
) -> "tuple[ClauseReport, list[Problem]]":
    """Return the report, and what is odd about the query by itself and among these posts."""
    from answerback.domain.listening.clauses import report as replay

    told = replay(query, shelves=index.segments, examples=examples, spread=index.spread)
    return told, warnings_of(query, frequencies=index)


def frequencies_of(on: Path | None) -> "Frequencies":
    """Return how often words turn up in an index, or, without one, in public posts."""
    if on is None:
        from answerback.weights.frequencies import load_frequencies

        return load_frequencies()
    from answerback.firehose.tokenised.index import Index

    return Index(on)


def warnings_of(query: "Query", *, frequencies: "Frequencies") -> "list[Problem]":
    """Return what is odd about a query by itself, and in the light of counted posts."""
    from answerback.domain.listening.oddities import stream_warnings

    broad = stream_warnings(query.text, query.root, frequencies=frequencies)
    return sorted((*query.warnings, *broad), key=lambda one: (one.line, one.column))


@contextmanager
def posts_to_ask(on: Path | None, *, mapping: str | None, data: Path | None) -> "Iterator[Index]":
    """
    Open the posts that a query is replayed on: an index, a file, or what the database holds.

    A file is tokenised into a folder that is thrown away afterwards.

    :raises Refusal: when there is no such index, file or database, or it cannot be used.
    """
    from answerback.firehose.tokenised.index import Index

    if on is None:
        from answerback.project.start import desk

        with desk(data, create=False) as opened:
            from answerback.project.stored_index import index_of_stored

            yield index_of_stored(opened.folder)
    elif on.is_file():
        with TemporaryDirectory(prefix="answerback-") as folder:
            yield _tokenised(on, mapping=mapping, folder=Path(folder))
    else:
        yield Index(on)


def _tokenised(path: Path, *, mapping: str | None, folder: Path) -> "Index":
    from answerback.cli.reading import Rows, rows_of
    from answerback.firehose.tokenised.entries import entries_of
    from answerback.firehose.tokenised.index import Index, take_in
    from answerback.project.clock import now

    rows = Rows(rows_of(path, heard_at=now(), mapping=mapping))
    take_in(folder, entries_of(iter(rows)))
    rows.check()
    return Index(folder)


def _query(query: str | None, brand: Path | None) -> str:
    if (query is None) == (brand is None):
        raise NothingToReport("Tell either a query or --brand BRAND.toml.")
    if brand is None:
        return str(query)
    from answerback.project.wiring import load_brand

    loaded = load_brand(brand)
    if not loaded.query.strip():
        raise NothingToReport(f"{brand} has no query to report: it listens by handle alone.")
    return loaded.query
