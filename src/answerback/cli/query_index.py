"""`answerback query index`: tokenise posts once, so that queries can be replayed while typing."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from answerback.cli.output import say_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from answerback.cli.reading import Rows
    from answerback.firehose.tokenised.index import Ledger
    from answerback.firehose.tokenised.segment import Entry

_PATH = click.Path(path_type=Path)


@click.command("index")
@click.argument("archives", metavar="INPUT...", type=_PATH, nargs=-1, required=True)
@click.option("--out", "folder", type=_PATH, required=True, help="The index: a folder.")
@click.option("--map", "mapping", help="Which column holds what: text=body,created_at=ts.")
@click.option("--json", "json", is_flag=True, help="Say the summary in JSON.")
def index(*, archives: tuple[Path, ...], folder: Path, mapping: str | None, json: bool) -> None:
    """
    Tokenise the posts in INPUT... into a folder that `query report` and `query try` ask.

    Posts that are there already are not added again: stop it anywhere and type the same again,
    or add another file later.
    """
    from answerback.firehose.tokenised.index import Index, take_in

    began = time.perf_counter()
    for path in archives:  # one that cannot be read is told here, before anything is written
        _rows(path, mapping)  # and let go: its bar ends with it
    read: list[Rows] = []
    became = take_in(folder, _entries(archives, mapping, read=read))
    there = Index(folder)
    there.check()
    if json:
        told = {**asdict(became), "balances": became.balances, "posts": there.posts}
        say_json({**told, "out": str(folder)})
    else:
        click.echo(_in_words(became, there.posts, seconds=time.perf_counter() - began), err=True)
    for rows in read:
        rows.check()


def _rows(path: Path, mapping: str | None) -> "Rows":
    from answerback.cli.reading import Rows, rows_of
    from answerback.project.clock import now

    return Rows(rows_of(path, heard_at=now(), mapping=mapping))


def _entries(
    archives: "Sequence[Path]", mapping: str | None, *, read: "list[Rows]"
) -> "Iterator[Entry | None]":
    """Yield what the files hold, one after the other: two bars at a time cannot be drawn."""
    from answerback.firehose.tokenised.entries import entries_of

    for path in archives:
        read.append(_rows(path, mapping))
        yield from entries_of(iter(read[-1]))


def _in_words(became: "Ledger", posts: int, *, seconds: float) -> str:
    return (
        f"{became.posts_in:,} posts in = {became.indexed:,} indexed + {became.duplicate:,} "
        f"duplicate + {became.older:,} older versions + {became.unreadable:,} unreadable. "
        f"{posts:,} posts can be asked. {seconds:.1f} s, {became.posts_in / seconds:,.0f} posts/s."
    )
