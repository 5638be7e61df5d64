"""A file of posts as the commands read it: a bar on a terminal, unreadable rows set aside."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from answerback.cli.progress import progress
from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from answerback.channels.inbound import Fetched


class SameFile(Refusal):
    """The file to write is the one being read."""


_SHOWN_EVERY = 1_000  #: rows between two moves of the bar


def rows_of(
    path: Path, *, heard_at: datetime, mapping: str | None = None, set_aside: Path | None = None
) -> Iterator["Fetched"]:
    """
    Yield what a file holds, row by row, in bounded memory.

    `heard_at` is our own clock, by which a post's time is judged possible or absurd.
    The file is looked at when the first row is asked for.  Rows that cannot be read are
    yielded too, and written to `set_aside` if that is named.

    :raises Refusal: when the file cannot be read at all, or `mapping` is wrong.
    """
    from answerback.channels.archive.fetch import open_archive, parse_map, write_set_aside

    columns = parse_map(mapping) if mapping else None
    archive = open_archive(path=path, heard_at=heard_at, mapping=columns)
    if set_aside is not None and set_aside.exists():
        if set_aside.samefile(path):
            raise SameFile(f"--set-aside {set_aside} is the INPUT itself. Name another file.")
        set_aside.unlink()  # what an earlier run set aside would stand twice
    with progress(title=f"reading {path.name}", total=archive.total) as advance:
        for row, one in enumerate(archive.fetch(None)):
            if row % _SHOWN_EVERY == 0:
                advance(done=archive.done)
            if set_aside is not None and one.failure is not None:
                write_set_aside(path=set_aside, fetched=[one])
            yield one
