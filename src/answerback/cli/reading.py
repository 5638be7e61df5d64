"""A file of posts as the commands read it, with a bar on a terminal."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from answerback.cli.progress import progress
from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from answerback.channels.inbound import Fetched

_SHOWN_EVERY = 1_000  #: rows between two moves of the bar


def rows_of(path: Path, *, heard_at: datetime, mapping: str | None = None) -> Iterator["Fetched"]:
    """
    Yield what a file holds, row by row, in bounded memory; rows that are no post too.

    `heard_at` is our own clock, by which a post's time is judged possible or absurd.
    The file is looked at when the first row is asked for.

    :raises Refusal: when the file cannot be read at all, or `mapping` is wrong.
    """
    from answerback.channels.archive.fetch import open_archive, parse_map

    columns = parse_map(mapping) if mapping else None
    archive = open_archive(path=path, heard_at=heard_at, mapping=columns)
    with progress(title=f"reading {path.name}", total=archive.total) as advance:
        for row, one in enumerate(archive.fetch(None)):
            if row % _SHOWN_EVERY == 0:
                advance(done=archive.done)
            yield one


def unbelieved_in_words(count: int) -> str:
    """Return the sentence that warns of times which were told and cannot be right."""
    posts = "1 post" if count == 1 else f"{count:,} posts"
    return (
        f"Careful: the times of {posts} cannot be understood, or lie before 1990 or in the "
        "future; their deadlines are reckoned from now. Write times like 2026-11-21T09:00:00Z."
    )


class Rows:
    """
    The rows of a file up to its end or to where it breaks off.

    A file that cannot be read at all is refused at once.  One that breaks off in the middle
    ends there, so that what was read can be finished; then `check` refuses.
    """

    def __init__(self, rows: Iterator["Fetched"]) -> None:
        self._first = next(rows, None)
        self._rest = rows
        self._broke_off: Refusal | None = None
        self.unbelieved = 0  #: posts whose own time was told and cannot be right

    def __iter__(self) -> Iterator["Fetched"]:
        if self._first is None:
            return
        try:
            for one in chain((self._first,), self._rest):
                self.unbelieved += one.post is not None and one.post.created_at_assumed
                yield one
        except Refusal as wrong:
            self._broke_off = wrong

    def check(self) -> None:
        """
        Do nothing when the file was read to its end.

        :raises Refusal: when it broke off, saying after which line.
        """
        if self._broke_off is not None:
            raise self._broke_off
