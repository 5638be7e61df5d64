"""`answerback query`: check a listening query, or match many against a file."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.dialect import dialect_of
from answerback.cli.matching import ENGINES, FORMATS, Where, match_rows, say
from answerback.cli.output import safe, say_json, say_safely
from answerback.cli.query_index import index
from answerback.cli.query_report import frequencies_of, report, try_, warnings_of
from answerback.cli.writing import check_outputs
from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from answerback.domain.listening.query import Dialect
    from answerback.domain.listening.syntax import Problem, Query

_PATH = click.Path(path_type=Path)


class QueriesUnreadable(Refusal):
    """The file of queries cannot be used as it is."""


@click.group("query")
def command() -> None:
    """Check a listening query, or match many against a file of posts."""


command.add_command(index)
command.add_command(report)
command.add_command(try_)


@command.command("check", context_settings={"ignore_unknown_options": True})
@click.argument("query")
@click.option("--dialect", help="Whose query it is, where the same words mean something else.")
@click.option("--on", type=_PATH, help="An index: warn of what is too broad or unseen in it.")
@click.option("--json", "json", is_flag=True, help="Say it in JSON.")
def check(*, query: str, dialect: str | None, on: Path | None, json: bool) -> None:
    """
    Say how QUERY is understood, and what is odd about it; exit 2 if it cannot be.

    Put the query in single quotes, so that the shell leaves it alone.
    """
    from answerback.domain.listening.query import QueryError, normalised, parse

    spoken = dialect_of(dialect)
    try:
        understood = parse(query, dialect=spoken)
    except QueryError as wrong:
        if not json:
            raise
        say_json({"ok": False, "query": query, "error": _told(wrong.problem)})
        sys.exit(2)
    plain = normalised(understood)
    warnings = warnings_of(understood, frequencies=frequencies_of(on))
    if json:
        warned = [_told(warning) for warning in warnings]
        say_json({"ok": True, "query": query, "normalised": plain, "warnings": warned})
        return
    click.echo(safe(plain))
    for warning in warnings:
        say_safely(str(warning))


@command.command("match")
@click.argument("queries", metavar="QUERIES.tsv", type=_PATH)
@click.argument("archive", metavar="INPUT", type=_PATH)
@click.option("--out", type=_PATH, help="Write the pairs here; without it, to standard output.")
@click.option("--map", "mapping", help="Which column holds what: text=body,created_at=ts.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="Default: parquet or arrow if --out ends so, else tsv.",
)
@click.option("--dialect", help="Whose queries they are, as in `query check`.")
@click.option("--explain", is_flag=True, help="Say with each pair which words made it.")
@click.option("--engine", type=click.Choice(ENGINES), default="auto", help="Which one matches.")
@click.option("--processes", type=click.IntRange(1, 64), help="Default: one for each core.")
@click.option("--json", "json", is_flag=True, help="Say the summary in JSON.")
def match(*, queries: Path, archive: Path, json: bool, **told: Any) -> None:
    """
    Match each query in QUERIES.tsv against each post in INPUT.

    QUERIES.tsv has a line for each query: its id, a tab, the query; lines that begin with # are
    comments.  Each match is one line: the query's id, a tab, the post's id, in the order of INPUT.
    """
    from answerback.cli.reading import Rows, rows_of
    from answerback.domain.listening.match import Engine
    from answerback.project.clock import now

    check_outputs({"--out": told["out"]}, inputs=(queries, archive))
    where = Where(out=told["out"], format=told["form"], explain=told["explain"])
    dialect = dialect_of(told["dialect"])
    named = read_queries(queries, dialect=dialect)
    # A file that cannot be read is told here, before anything is written.
    rows = Rows(rows_of(archive, heard_at=now(), mapping=told["mapping"]))
    tally = match_rows(
        rows,
        named=named,
        dialect=dialect,
        where=where,
        engine=Engine(told["engine"]),
        processes=told["processes"],
    )
    say(tally, out=where.out, json=json)
    rows.check()


def read_queries(path: Path, *, dialect: "Dialect | None" = None) -> list[tuple[str, "Query"]]:
    """
    Read a file of queries: id, tab, query.

    :raises QueriesUnreadable: naming the line, for a file or a line that cannot be used.
    """
    from answerback.domain.listening.query import Dialect, QueryError, parse

    spoken = dialect or Dialect.ANSWERBACK
    named: dict[str, Query] = {}
    for number, line in enumerate(_text_of(path).split("\n"), start=1):
        name, tab, query = line.strip("\r").partition("\t")
        if not line.strip() or line.startswith("#"):
            continue
        where = f"Line {number} of {path}"
        if not tab or not name.strip():
            raise QueriesUnreadable(f"{where} is no query. Write its id, a tab, and the query.")
        if name.strip() in named:
            raise QueriesUnreadable(
                f"{where} has the id '{name.strip()}' again. Give each query its own."
            )
        try:
            named[name.strip()] = parse(query, dialect=spoken)
        except QueryError as wrong:
            raise QueriesUnreadable(f"{where} cannot be understood:\n{wrong}") from wrong
    if not named:
        raise QueriesUnreadable(f"{path} holds no query. Write an id, a tab, and a query a line.")
    return list(named.items())


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as wrong:
        raise QueriesUnreadable(
            f"{path} cannot be read: {wrong.strerror}. Name a file of queries."
        ) from wrong
    except UnicodeDecodeError as wrong:
        raise QueriesUnreadable(
            f"{path} is not UTF-8 at byte {wrong.start}. Save it as UTF-8 and try again."
        ) from wrong


def _told(problem: "Problem") -> dict[str, Any]:
    return {**asdict(problem), "shown": str(problem)}
