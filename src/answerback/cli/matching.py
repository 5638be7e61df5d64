"""What `answerback query match` does: posts to batches, batches to pairs, pairs to a file."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.output import as_json, safe, say_json
from answerback.cli.tables import TABLES, table_format, table_to
from answerback.cli.writing import CannotWrite, lines_to

if TYPE_CHECKING:
    import pyarrow as pa

    from answerback.cli.reading import Rows
    from answerback.domain.listening.match import Engine
    from answerback.domain.listening.query import Dialect
    from answerback.domain.listening.syntax import Query

#: Posts matched at a time.
BATCH = 10_000
#: Batches for which other processes are worth their start: each reads all queries anew.
_WORTH = 11
ENGINES = ("auto", "python", "fast")
FORMATS = ("tsv", "jsonl", *TABLES)

#: Writes the pairs of one batch.
Write = Callable[["pa.RecordBatch"], None]


@dataclass(kw_only=True)
class Tally:
    """What was matched, and how."""

    queries: int
    posts: int = 0
    failed: int = 0  #: rows that are no post
    pairs: int = 0
    engine: str
    seconds: float = 0.0
    posts_per_second: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where the pairs go, and how they are written."""

    out: Path | None  #: None: standard output
    format: (
        str | None
    )  #: one of `FORMATS`; None: Parquet or Arrow where `out` is so named, else TSV
    explain: bool

    def pairs(self, names: Sequence[str]) -> AbstractContextManager[Write]:
        """Lend a function that writes pairs; `names` are the queries' ids by their rows."""
        form = self.format or table_format(self.out) or "tsv"
        if form in TABLES:
            if self.out is None:
                raise CannotWrite(f"--format {form} is no text. Name a file for it: --out FILE.")
            return _tables(self.out, names=names, form=form, explain=self.explain)
        line = _json_line if form == "jsonl" else _plain_line
        return _lines(self.out, names=names, line=line)


def match_rows(
    rows: "Rows",
    *,
    named: Sequence[tuple[str, "Query"]],
    dialect: "Dialect",
    where: Where,
    engine: "Engine",
    processes: int | None,
) -> Tally:
    """
    Match every row that is a post, write the pairs in the order of the rows, and count.

    `processes`: None: one for each core, when there are enough posts.
    """
    from answerback.domain.listening.facts import fields_asked
    from answerback.domain.listening.fields import Field
    from answerback.firehose.arrow_stage import Asked, batch_of, match_batches, matching
    from answerback.firehose.batch import in_batches
    from answerback.project.wiring import languages

    queries = [query for _, query in named]
    fields = fields_asked(queries)
    tally = Tally(queries=len(named), engine=ran(engine))

    def batches() -> Iterator["pa.RecordBatch"]:
        for some in in_batches(rows, size=BATCH):
            posts = [one.post for one in some if one.post is not None]
            tally.posts += len(posts)
            tally.failed += len(some) - len(posts)
            yield batch_of(posts, fields=fields)

    language = languages if Field.LANG in fields else None
    build = partial(
        matching,
        asked=Asked(queries, dialect),
        engine=engine,
        language=language,
        explain=where.explain,
    )
    began = time.perf_counter()
    with where.pairs([name for name, _ in named]) as write:
        for found in match_batches(
            batches(),
            build=build,
            processes=processes or os.cpu_count() or 1,
            worth=2 if processes else _WORTH,
        ):
            tally.pairs += found.num_rows
            write(found)
    seconds = time.perf_counter() - began
    tally.seconds, tally.posts_per_second = round(seconds, 2), round(tally.posts / seconds)
    return tally


def ran(engine: "Engine") -> str:
    """
    Return the name of the engine that runs when this one is asked for.

    :raises Refusal: when it is not built here.
    """
    from answerback.domain.listening.match import Engine, PythonMatcher, compile_queries

    plain = isinstance(compile_queries([], engine=engine), PythonMatcher)
    return Engine.PYTHON if plain else Engine.FAST


def say(tally: Tally, *, out: Path | None, json: bool) -> None:
    """Say the summary: on standard error where standard output holds the pairs."""
    if json and out is not None:
        say_json(asdict(tally))
    elif json:
        click.echo(as_json(asdict(tally)), err=True)
    else:
        rows = "row" if tally.failed == 1 else "rows"
        aside = f" ({tally.failed:,} unreadable {rows} beside them)" if tally.failed else ""
        click.echo(
            f"{tally.queries:,} queries, {tally.posts:,} posts{aside}: {tally.pairs:,} pairs"
            + (f" in {out}" if out else "")
            + f"\nengine {tally.engine}: {tally.seconds:.1f} s, {tally.posts_per_second:,} posts/s",
            err=True,
        )


@contextmanager
def _lines(
    out: Path | None, *, names: Sequence[str], line: Callable[[str, dict[str, Any]], str]
) -> Iterator[Write]:
    with lines_to(out) as lines:

        def write(found: "pa.RecordBatch") -> None:
            lines.writelines(line(names[pair["query"]], pair) for pair in found.to_pylist())

        yield write


def _plain_line(name: str, pair: dict[str, Any]) -> str:
    """Return the ids; with an explanation also its places, as `5-8,12-16`."""
    line = f"{name}\t{safe(pair['id'])}"
    if "spans" in pair:
        line += "\t" + ",".join(f"{one['start']}-{one['end']}" for one in pair["spans"])
    return line + "\n"


def _json_line(name: str, pair: dict[str, Any]) -> str:
    told: dict[str, Any] = {"query": name, "post": pair["id"]}
    if "spans" in pair:
        told["spans"] = [[one["start"], one["end"]] for one in pair["spans"]]
        told["words"] = pair["words"]
    return as_json(told) + "\n"


@contextmanager
def _tables(out: Path, *, names: Sequence[str], form: str, explain: bool) -> Iterator[Write]:
    import pyarrow as pa

    from answerback.firehose.arrow_stage import EXPLAINED

    spoken = pa.array(names, pa.string())
    more = ("spans", "words") if explain else ()
    told = [(name, EXPLAINED.field(name).type) for name in more]
    schema = pa.schema([("query", pa.string()), ("post", pa.string()), *told])
    with table_to(out, form=form, schema=schema) as table:

        def write(found: pa.RecordBatch) -> None:
            ids = [spoken.take(found.column("query")), found.column("id")]
            table(pa.record_batch([*ids, *map(found.column, more)], schema=schema))

        yield write
