"""JSON Lines: one object a line."""

from collections.abc import Iterable, Iterator

from answerback.channels.archive.lines import BOM, Line, not_utf8, readable, too_long
from answerback.channels.archive.rows import Row
from answerback.channels.inbound import Cursor, Failure
from answerback.channels.strict_json import read_object
from answerback.channels.unreadable import Unreadable


def json_rows(lines: Iterable[Line]) -> Iterator[Row]:
    """Yield a row for each line that is not blank, in file order; none stops the rest."""
    for line in lines:
        data = line.data
        if line.number == 1:
            data = data.removeprefix(BOM)
        if line.too_long:
            yield _failed(line, data, too_long(line))
            continue
        try:
            text = data.decode()
        except UnicodeDecodeError:
            yield _failed(line, data, not_utf8(data))
            continue
        if not text or text.isspace():
            continue
        try:
            cells = read_object(text)
        except Unreadable as no:
            yield _failed(line, data, Failure(reason=no.reason, sentence=no.sentence))
            continue
        raw = text.rstrip("\r")
        if "\x00" in raw:
            raw = readable(data)
        yield Row(line=line.number, cursor=after(line), raw=raw, cells=cells)


def after(line: Line) -> Cursor:
    """Return the cursor behind a line: the number of the next and where it begins."""
    return Cursor(f"{line.number + 1}:{line.end}")


def _failed(line: Line, data: bytes, failure: Failure) -> Row:
    return Row(line=line.number, cursor=after(line), raw=readable(data), failure=failure)
