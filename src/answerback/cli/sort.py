"""`answerback sort`: a file of posts in, one JSON line for each row out."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.output import as_json, say_json
from answerback.cli.tables import table_format, table_to
from answerback.cli.writing import check_outputs, lines_to
from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from answerback.channels.inbound import Fetched
    from answerback.domain.records.operating_point import OperatingPoint
    from answerback.firehose.batch import SortedBatch

_PATH = click.Path(path_type=Path)


@dataclass(kw_only=True)
class Tally:
    """What became of the rows."""

    rows: int = 0
    heard: int = 0
    respond: int = 0
    copies: int = 0  #: rows that say again what an earlier one says
    copied: int = 0  #: the posts that they repeat
    discarded: Counter[str] = field(default_factory=Counter)  #: by reason, unreadable included

    def add(self, done: "SortedBatch") -> None:
        """Count one more batch."""
        self.rows += done.rows
        self.heard += done.heard
        self.respond += done.respond
        self.copies += done.copies
        self.copied += done.copied
        self.discarded += done.discarded


@click.command("sort")
@click.argument("archive", metavar="INPUT", type=_PATH)
@click.option("--brand", type=_PATH, help="BRAND.toml; without it every post counts as heard.")
@click.option("--policy", type=_PATH, help="POLICY.toml; without it, the house's own.")
@click.option("--out", type=_PATH, help="Write the lines here; without it, to standard output.")
@click.option("--map", "mapping", help="Which column holds what: text=body,created_at=ts.")
@click.option("--set-aside", type=_PATH, help="Write rows that could not be read here.")
@click.option("--threshold", type=float, help="Set aside what is less relevant than this.")
@click.option("--at", help="Pretend it is this moment: 2026-11-21T09:00+00:00.")
@click.option("--processes", type=click.IntRange(1, 64), help="Default: one for each core.")
@click.option("--json", "json", is_flag=True, help="Say the summary in JSON.")
def command(**told: Any) -> None:
    """
    Sort the posts in INPUT: one JSON line for each row, in the order of the file.

    INPUT is CSV, JSONL or Parquet, plain or compressed.  No database is touched.
    """
    from answerback.cli.reading import Rows, rows_of, unbelieved_in_words
    from answerback.firehose.batch import sort_stream
    from answerback.project import clock, wiring

    inputs = (told["archive"], told["brand"], told["policy"])
    check_outputs({"--out": told["out"], "--set-aside": told["set_aside"]}, inputs=inputs)
    at = clock.moment(told["at"])
    brand = wiring.load_brand(told["brand"]) if told["brand"] else None
    policy = wiring.load_policy(told["policy"])
    point = _point(told["threshold"], brand=told["brand"])
    build = partial(wiring.stages, brand=brand, policy=policy, at=at, point=point)
    build()  # a wrong query or a damaged weight is told before the first row is read
    rows = Rows(rows_of(told["archive"], heard_at=clock.now(), mapping=told["mapping"]))
    processes = told["processes"] or os.cpu_count() or 1
    tally, began = Tally(), time.perf_counter()
    with _written(told["out"]) as write, kept_rows(rows, path=told["set_aside"]) as stream:
        for done in sort_stream(stream, build=build, processes=processes):
            write(done.lines)
            tally.add(done)
    _say(tally, out=told["out"], seconds=time.perf_counter() - began, json=told["json"])
    if rows.unbelieved:
        click.echo(unbelieved_in_words(rows.unbelieved), err=True)
    rows.check()


def _point(threshold: float | None, *, brand: Path | None) -> "OperatingPoint | None":
    if threshold is None:
        return None
    if brand is None:
        raise Refusal(
            "--threshold sets aside what is not about a brand. Name it too: --brand BRAND.toml."
        )
    from answerback.domain.records.operating_point import OperatingPoint

    return OperatingPoint(threshold=threshold)


@contextmanager
def _written(out: Path | None) -> Iterator[Callable[[Sequence[str]], None]]:
    """Lend a function that writes lines, or rows of a table where the file is so named."""
    form = table_format(out)
    if out is None or form is None:
        with lines_to(out) as lines:
            yield lambda some: lines.writelines(f"{line}\n" for line in some)
        return
    from answerback.firehose.arrow_sort import SORTED, verdicts_of

    with table_to(out, form=form, schema=SORTED) as table:
        yield lambda some: table(verdicts_of(some))


@contextmanager
def kept_rows(rows: Iterable["Fetched"], *, path: Path | None) -> Iterator[Iterable["Fetched"]]:
    """Write down what cannot be read, if a file for it is named, while the rows go by."""
    if path is None:
        yield rows
        return
    from answerback.channels.archive.set_aside import set_aside_line

    with lines_to(path) as aside:

        def kept() -> Iterator["Fetched"]:
            for one in rows:
                if (no := one.failure) is not None:
                    line = set_aside_line(
                        line=one.line, reason=no.reason, sentence=no.sentence, raw=one.raw
                    )
                    aside.write(f"{line}\n")
                yield one

        yield kept()


def _say(tally: Tally, *, out: Path | None, seconds: float, json: bool) -> None:
    told = {
        "rows": tally.rows,
        "heard": tally.heard,
        "respond": tally.respond,
        "copies": tally.copies,
        "copied": tally.copied,
        "discarded": dict(sorted(tally.discarded.items())),
        "seconds": round(seconds, 2),
        "posts_per_second": round(tally.rows / seconds) if seconds else None,
        "out": str(out) if out else None,
    }
    if json and out is not None:
        say_json(told)
    elif json:
        click.echo(as_json(told), err=True)  # standard output holds the lines
    else:
        click.echo(_in_words(tally, out=out, seconds=seconds), err=True)


def _in_words(tally: Tally, *, out: Path | None, seconds: float) -> str:
    aside = ", ".join(f"{reason} {count:,}" for reason, count in sorted(tally.discarded.items()))
    where = f" Lines: {out}." if out else ""
    return (
        f"{tally.rows:,} rows: {tally.heard:,} heard, {tally.respond:,} of them need a response; "
        f"set aside {sum(tally.discarded.values()):,}{f' ({aside})' if aside else ''}. "
        f"{_copies_in_words(tally)}"
        f"{seconds:.1f} s, {tally.rows / seconds:,.0f} posts/s.{where}"
    )


def _copies_in_words(tally: Tally) -> str:
    if not tally.copies:
        return ""
    rows = "1 row is a copy" if tally.copies == 1 else f"{tally.copies:,} rows are copies"
    return f"{rows} of {tally.copied:,} {'post' if tally.copied == 1 else 'posts'}. "
