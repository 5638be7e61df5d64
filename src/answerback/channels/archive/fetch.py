"""Files of posts on disk, as a channel."""

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from answerback.channels.archive.columns import Columns, find_columns, parse_map
from answerback.channels.archive.csv_rows import CsvRows
from answerback.channels.archive.jsonl import json_rows
from answerback.channels.archive.lines import lines
from answerback.channels.archive.parquet import ParquetRows
from answerback.channels.archive.rows import Frame, Row, posts_of
from answerback.channels.archive.set_aside import fingerprint, set_aside_line
from answerback.channels.archive.shape import Shape, look
from answerback.channels.archive.stream import Broken, Stream
from answerback.channels.archive.times import SLACK
from answerback.channels.clean import clean
from answerback.channels.inbound import ChannelDown, Cursor, Failure, Fetched
from answerback.channels.unreadable import Unreadable

__all__ = ["Archive", "fingerprint", "open_archive", "parse_map", "set_aside_line"]

_CURSOR = re.compile(r"(\d{1,18}):(\d{1,18})(?::(\d{1,18}))?|row:(\d{1,18})", re.ASCII)
_MOST_PLANS = 1000


class Archive:
    """A file of posts: CSV, JSON Lines or Parquet, plain or packed."""

    name = "archive"

    def __init__(
        self,
        *,
        path: Path,
        heard_at: datetime,
        mapping: Mapping[str, str] | None = None,
        source: str | None = None,
        channel: str | None = None,
    ) -> None:
        """
        Remember what to read; nothing is opened yet (see `open_archive`).

        `source` is "archive:" and the file's name if not told.  `channel`, the network the
        posts were said on, is what each row says, if not told; "archive" where it says nothing,
        and "twitter" in the file known to be from there.
        """
        if heard_at.tzinfo is None:
            raise ValueError(f"heard_at={heard_at.isoformat()} needs a zone.")
        self._path = Path(path)
        self._mapping = dict(mapping) if mapping else None
        self._shape: Shape | None = None
        self._progress: Stream | ParquetRows | None = None
        self._fixed: Columns | None = None  # of a file with a header; JSON rows have plans
        self._plans: dict[tuple[str, ...], Columns] = {}
        #: Posts fetched so far whose own time was told and cannot be right.
        self.unbelieved = 0
        self.source = source or clean(f"archive:{self._path.name}")
        self._frame = Frame(
            channel=channel, source=self.source, heard_at=heard_at, latest=heard_at + SLACK
        )

    @property
    def shape(self) -> Shape:
        """
        What the file is; found out at the first question.

        :raises ChannelDown: when it cannot be read at all.
        """
        if self._shape is None:
            self._shape = look(self._path, mapping=self._mapping)
        return self._shape

    @property
    def unit(self) -> str:
        """What `total` and `done` count: "bytes" of the file on disk, or "rows"."""
        return "rows" if self.shape.format == "parquet" else "bytes"

    @property
    def total(self) -> int:
        """How much there is to read."""
        return self.shape.size

    @property
    def done(self) -> int:
        """How much the present fetch has read: cheap to ask, for a progress bar."""
        return self._progress.done if self._progress else 0

    def fetch(self, since: Cursor | None) -> Iterator[Fetched]:
        """
        Yield each post, and each row that cannot be one, in file order, in flat memory.

        A row that tells of two posts gives the first the cursor before the row: a crash
        between them repeats the first, and skips nothing.

        :raises ChannelDown: when the file cannot be read at all, or not beyond some row; what
            came before was yielded, and its cursors hold.
        """
        shape = self.shape
        self._fixed = shape.columns
        before = Cursor(since if since is not None else shape.first)
        line = 0
        try:
            with closing(self._rows(shape, before)) as rows:
                for row in rows:
                    line = row.line
                    yield from self._fetched(row, before=before)
                    before = row.cursor
        except (Broken, OSError) as wrong:
            what, where = ("row", line) if shape.format == "parquet" else ("line", line)
            raise ChannelDown(
                f"{self._path} breaks off after {what} {where}: {wrong}. All rows up to there were "
                "read. Fetch the file again and import it again: nothing is taken twice."
            ) from wrong

    def _rows(self, shape: Shape, since: Cursor) -> Generator[Row]:
        place = _CURSOR.fullmatch(since)
        if place is None or (place[4] is not None) != (shape.format == "parquet"):
            raise self._foreign(since)
        if shape.format == "parquet":
            return self._parquet_rows(int(place[4]), since=since)
        return self._text_rows(shape, since=since, place=place)

    def _parquet_rows(self, behind: int, *, since: Cursor) -> Generator[Row]:
        file = self._progress = ParquetRows(self._path)
        with closing(file):
            if behind > file.total:
                raise self._foreign(since)
            yield from file.rows(since=behind)

    def _text_rows(self, shape: Shape, *, since: Cursor, place: re.Match[str]) -> Generator[Row]:
        number, start = int(place[1]), int(place[2])
        stream = self._progress = Stream(path=self._path, packed=shape.packed)
        if shape.packed == "plain" and start > shape.size:
            raise self._foreign(since)
        with closing(stream.pieces(start=start)) as pieces:
            found = lines(pieces, start=start, number=number)
            if shape.format == "jsonl":
                yield from json_rows(found)
            else:
                yield from CsvRows(
                    found,
                    names=shape.names,
                    delimiter=shape.delimiter,
                    careful_until=int(place[3] or 0),
                )
        if stream.short:
            raise self._foreign(since)

    def _fetched(self, row: Row, *, before: Cursor) -> list[Fetched]:
        if row.failure is not None:
            return [self._set_aside(row, row.failure)]
        try:
            posts = posts_of(row, columns=self._columns(row), frame=self._frame)
        except Unreadable as no:
            return [self._set_aside(row, Failure(reason=no.reason, sentence=no.sentence))]
        self.unbelieved += sum(post.created_at_assumed for post in posts)
        last = len(posts) - 1
        return [
            Fetched(
                cursor=row.cursor if place == last else before,
                raw=row.raw,
                line=row.line,
                post=post,
            )
            for place, post in enumerate(posts)
        ]

    def _set_aside(self, row: Row, failure: Failure) -> Fetched:
        what = "Row" if self.shape.format == "parquet" else "Line"
        told = Failure(
            reason=failure.reason,
            sentence=f"{what} {row.line} of {self._path.name}: {failure.sentence}",
        )
        return Fetched(cursor=row.cursor, raw=row.raw, line=row.line, failure=told)

    def _columns(self, row: Row) -> Columns:
        """Return which cell holds what; in JSON each row may have its own names."""
        columns = self._fixed
        if columns is not None:
            return columns
        names = tuple(row.cells or ())
        columns = self._plans.get(names)
        if columns is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()  # a stranger can name keys as he likes, for ever
            columns = self._plans[names] = find_columns(names, mapping=self._mapping)
        return columns

    def _foreign(self, since: Cursor) -> ChannelDown:
        return ChannelDown(
            f"{self._path} has no place {since!r:.60}, where the last reading stopped: it is "
            "shorter now, or another file. Read it from the beginning: nothing is taken twice."
        )


def open_archive(
    *,
    path: Path,
    heard_at: datetime,
    mapping: Mapping[str, str] | None = None,
    source: str | None = None,
    channel: str | None = None,
) -> Archive:
    """
    Return a file of posts that was looked at and can be read, at least at its beginning.

    :raises ChannelDown: when it cannot be read at all: missing, a folder, no right to, empty,
        of no known format, spoilt, without a column of text, or with a wrong `mapping`.
    """
    archive = Archive(path=path, heard_at=heard_at, mapping=mapping, source=source, channel=channel)
    _ = archive.shape
    return archive
