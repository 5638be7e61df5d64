"""`answerback query`: check a listening query, or match many against a file."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.output import as_json, safe, say_json
from answerback.cli.writing import check_outputs, lines_to
from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from answerback.channels.inbound import Fetched
    from answerback.domain.listening.query import Dialect
    from answerback.domain.listening.syntax import Problem, Query

BATCH = 1_000  #: posts matched at a time
_PATH = click.Path(path_type=Path)


class QueriesUnreadable(Refusal):
    """The file of queries cannot be used as it is."""


class NoSuchDialect(Refusal):
    """A query is said to be in a dialect that is not known."""


@dataclass(kw_only=True)
class Tally:
    """What was matched."""

    queries: int
    posts: int = 0
    failed: int = 0  #: rows that are no post
    pairs: int = 0


@click.group("query")
def command() -> None:
    """Check a listening query, or match many against a file of posts."""


@command.command("check", context_settings={"ignore_unknown_options": True})
@click.argument("query")
@click.option("--dialect", help="Whose query it is, where the same words mean something else.")
@click.option("--json", "json", is_flag=True, help="Say it in JSON.")
def check(*, query: str, dialect: str | None, json: bool) -> None:
    """
    Say how QUERY is understood, and what is odd about it; exit 2 if it cannot be.

    Put the query in single quotes, so that the shell leaves it alone.
    """
    from answerback.domain.listening.oddities import stream_warnings
    from answerback.domain.listening.query import QueryError, normalised, parse
    from answerback.weights.frequencies import load_frequencies

    spoken = dialect_of(dialect)
    try:
        understood = parse(query, dialect=spoken)
    except QueryError as wrong:
        if not json:
            raise
        say_json({"ok": False, "query": query, "error": _told(wrong.problem)})
        sys.exit(2)
    plain = normalised(understood)
    broad = stream_warnings(query, understood.root, frequencies=load_frequencies())
    warnings = sorted((*understood.warnings, *broad), key=lambda one: (one.line, one.column))
    if json:
        warned = [_told(warning) for warning in warnings]
        say_json({"ok": True, "query": query, "normalised": plain, "warnings": warned})
        return
    click.echo(safe(plain))
    for warning in warnings:
        click.echo(str(warning))


def dialect_of(name: str | None) -> "Dialect":
    """
    Return the dialect of a name; ours without one.

    :raises NoSuchDialect: naming those that there are.
    """
    from answerback.domain.listening.query import Dialect

    if name is None:
        return Dialect.ANSWERBACK
    try:
        return Dialect(name.lower())
    except ValueError:
        there = ", ".join(Dialect)
        raise NoSuchDialect(f"There is no dialect '{name}'. There are: {there}.") from None


@command.command("match")
@click.argument("queries", metavar="QUERIES.tsv", type=_PATH)
@click.argument("archive", metavar="INPUT", type=_PATH)
@click.option("--out", type=_PATH, help="Write the pairs here; without it, to standard output.")
@click.option("--map", "mapping", help="Which column holds what: text=body,created_at=ts.")
@click.option("--json", "json", is_flag=True, help="Say the summary in JSON.")
def match(
    *, queries: Path, archive: Path, out: Path | None, mapping: str | None, json: bool
) -> None:
    """
    Match each query in QUERIES.tsv against each post in INPUT.

    QUERIES.tsv has a line for each query: its id, a tab, the query; lines that begin with # are
    comments.  Each match is one line: the query's id, a tab, the post's id, in the order of INPUT.
    """
    from answerback.cli.reading import Rows, rows_of
    from answerback.domain.listening.match import compile_queries
    from answerback.project.clock import now

    check_outputs({"--out": out}, inputs=(queries, archive))
    named = read_queries(queries)
    matcher = compile_queries([query for _, query in named])
    tally = Tally(queries=len(named))
    # A file that cannot be read is told here, before anything is written.
    rows = Rows(rows_of(archive, heard_at=now(), mapping=mapping))
    walk = iter(rows)
    with lines_to(out) as lines:
        while some := list(islice(walk, BATCH)):
            posts = _posts(some, tally)
            for row, query in matcher.match([text for _, text in posts]):
                lines.write(f"{named[query][0]}\t{safe(posts[row][0])}\n")
                tally.pairs += 1
    _say(tally, out=out, json=json)
    rows.check()


def read_queries(path: Path) -> list[tuple[str, "Query"]]:
    """
    Read a file of queries: id, tab, query.

    :raises QueriesUnreadable: naming the line, for a file or a line that cannot be used.
    """
    from answerback.domain.listening.query import QueryError, parse

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
            named[name.strip()] = parse(query)
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


def _posts(batch: Sequence["Fetched"], tally: Tally) -> list[tuple[str, str]]:
    """Return the id and text of each post, counting those and the rows that are none."""
    posts = [(one.post.external_id, one.post.text) for one in batch if one.post is not None]
    tally.posts += len(posts)
    tally.failed += len(batch) - len(posts)
    return posts


def _say(tally: Tally, *, out: Path | None, json: bool) -> None:
    if json and out is not None:
        say_json(asdict(tally))
    elif json:
        click.echo(as_json(asdict(tally)), err=True)  # standard output holds the pairs
    else:
        rows = "row" if tally.failed == 1 else "rows"
        aside = f" ({tally.failed:,} unreadable {rows} beside them)" if tally.failed else ""
        click.echo(
            f"{tally.queries:,} queries, {tally.posts:,} posts{aside}: {tally.pairs:,} pairs"
            + (f" in {out}" if out else ""),
            err=True,
        )


def _told(problem: "Problem") -> dict[str, Any]:
    return {**asdict(problem), "shown": str(problem)}
