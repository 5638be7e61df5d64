"""CSV: quoted newlines and commas; a quote that never ends does not swallow the file."""

import csv
from collections import deque
from collections.abc import Iterator, Sequence

from answerback.channels.archive.lines import (
    BOM,
    LONGEST_RECORD,
    Line,
    not_utf8,
    readable,
    too_long,
)
from answerback.channels.archive.rows import Row
from answerback.channels.inbound import Cursor, Failure

#: Lines that one record may run over.
MOST_LINES = 100_000
#: The same two bounds after a quote that never ended, for as far as it was followed: were
#: each of those lines followed as far again, the file would be read a thousand times.
CAREFUL_LINES, CAREFUL_BYTES = 16, 1 << 16


class _RunsOn(Exception):
    """A record has grown beyond what a record may be."""


class _Feed:
    """Hands lines to csv.reader one at a time, and can take all but the first back."""

    def __init__(self, lines: Iterator[Line], *, careful_until: int) -> None:
        self._lines = lines
        self._again: deque[Line] = deque()
        self.careful_until = careful_until  #: byte up to which the narrow bounds hold
        self.taken: list[Line] = []  #: the lines of the present record
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        if self.taken and self._runs_on(line):
            self._again.appendleft(line)
            raise _RunsOn
        self.taken.append(line)
        self._size += line.length
        data = line.data.removeprefix(BOM) if line.number == 1 else line.data
        return data.decode("utf-8", "surrogateescape") + "\n"

    def _runs_on(self, line: Line) -> bool:
        first = self.taken[0]
        if first.too_long or line.too_long:
            return True
        if first.start < self.careful_until:
            return len(self.taken) >= CAREFUL_LINES or self._size + line.length > CAREFUL_BYTES
        return len(self.taken) >= MOST_LINES or self._size + line.length > LONGEST_RECORD

    def begin(self) -> None:
        """Forget the record that is done."""
        self.taken = []
        self._size = 0

    def give_back(self) -> None:
        """Keep the first line of the record; the others will be read again as rows."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


class CsvRows:
    """The rows of a CSV file, the header left out."""

    def __init__(
        self,
        lines: Iterator[Line],
        *,
        names: Sequence[str],
        delimiter: str,
        careful_until: int = 0,
    ) -> None:
        """Begin at any row; `names` is the header."""
        self._feed = _Feed(lines, careful_until=careful_until)
        self._reader = strict_reader(self._feed, delimiter=delimiter)
        self._names = list(names)

    def __iter__(self) -> Iterator[Row]:
        """Yield a row for each record that is not blank, in file order; none stops the rest."""
        feed = self._feed
        while True:
            feed.begin()
            try:
                fields = next(self._reader)
            except StopIteration:
                return
            except _RunsOn:
                yield self._failed(_endless(feed.taken))
            except csv.Error as wrong:
                yield self._failed(_not_csv(wrong, over=len(feed.taken)))
            else:
                if fields:
                    yield self._row(fields)

    def _row(self, fields: list[str]) -> Row:
        names, taken = self._names, self._feed.taken
        if taken[0].too_long:
            return self._failed(too_long(taken[0]))
        if len(fields) != len(names):
            if len(fields) < len(names) or any(fields[len(names) :]):
                return self._failed(_other_width(len(fields), len(names)))
            del fields[len(names) :]  # a comma too many at the end of each row is common
        data = taken[0].data if len(taken) == 1 else b"\n".join(line.data for line in taken)
        if taken[0].number == 1:
            data = data.removeprefix(BOM)
        try:
            raw = data.decode()
        except UnicodeDecodeError:
            return self._failed(not_utf8(data))
        if "\x00" in raw:
            raw = readable(data)
        return Row(
            line=taken[0].number,
            cursor=self._cursor(),
            raw=raw.rstrip("\r"),
            cells=dict(zip(names, fields, strict=True)),
        )

    def _failed(self, failure: Failure) -> Row:
        """Set the first line aside and go on with the next, so that a bad row costs one line."""
        feed = self._feed
        if (
            len(feed.taken) > CAREFUL_LINES
            or feed.taken[-1].end - feed.taken[0].start > CAREFUL_BYTES
        ):
            feed.careful_until = max(feed.careful_until, feed.taken[-1].end)
        feed.give_back()
        first = feed.taken[0]
        return Row(
            line=first.number,
            cursor=self._cursor(),
            raw=readable(first.data).rstrip("\r"),
            failure=failure,
        )

    def _cursor(self) -> Cursor:
        last = self._feed.taken[-1]
        place = f"{last.number + 1}:{last.end}"
        until = self._feed.careful_until
        return Cursor(f"{place}:{until}" if last.end < until else place)


def strict_reader(source: Iterator[str], *, delimiter: str) -> Iterator[list[str]]:
    """Return the standard reader, strict: a stray quote is an error, not a guess."""
    # The limit is the whole process's; it is only ever widened, and records are capped before.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_RECORD * 2))
    return csv.reader(source, delimiter=delimiter, strict=True)


def _endless(taken: Sequence[Line]) -> Failure:
    if taken[0].too_long:
        return too_long(taken[0])
    return Failure(
        reason="endless_quote",
        sentence=f"A quote opens in it and is not closed within the next {len(taken):,} lines. "
        "Close it, or double it if it belongs to the text.",
    )


def _not_csv(wrong: csv.Error, *, over: int) -> Failure:
    within = f" within {over} lines" if over > 1 else ""
    return Failure(
        reason="not_csv",
        sentence=f"Its quotes do not fit{within} ({wrong}). "
        'Put the whole cell in quotes, and write a quote inside it twice: "".',
    )


def _other_width(found: int, named: int) -> Failure:
    return Failure(
        reason="wrong_columns",
        sentence=f"It has {found} columns, and the header names {named}. "
        "Put a cell with a comma, a quote or a newline in quotes.",
    )
