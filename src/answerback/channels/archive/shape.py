"""What a file is: how it is packed, its format, its columns; or why it cannot be read at all."""

import csv
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from answerback.channels.archive.columns import Columns, NoSuchColumn, check_columns
from answerback.channels.archive.csv_rows import CsvRows, strict_reader
from answerback.channels.archive.jsonl import json_rows
from answerback.channels.archive.lines import BOM, Line, lines
from answerback.channels.archive.parquet import ParquetRows
from answerback.channels.archive.rows import Row
from answerback.channels.archive.stream import Broken, Stream, packing
from answerback.channels.archive.times import NotATime, is_untold, read_time
from answerback.channels.inbound import ChannelDown

#: What is looked at before anything is decided.
LOOKED_AT = 1 << 18
_LOOKED_AT_ROWS = 1000
#: Times told, none of which can be read, from which on it is the column and not the row.
_ENOUGH_TIMES = 3
_DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR = re.compile(rb'"?sep=([,;\t|])"?', re.IGNORECASE)
_JSON_NAMES = (".jsonl", ".ndjson", ".json")
_CSV_NAMES = (".csv", ".tsv")
#: Share of control characters and undecodable bytes beyond which it is no text.
_RUBBISH = 0.2
_OTHER_FORMATS = {
    "zip": "is a ZIP (or Excel) file. Unpack it, or save it as CSV, and give that file",
    "xz": "is packed with xz. Unpack it first: unxz --keep",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a file is to be read."""

    format: str  #: "jsonl", "csv" or "parquet"
    packed: str  #: "plain", "gzip", "zstd", "bz2", or "parquet"
    size: int  #: bytes on disk; for Parquet rows
    columns: Columns | None  #: None: JSON, where every row may have its own
    layout: str
    names: tuple[str, ...] = ()  #: the header of a CSV file
    delimiter: str = ","
    first: str = "1:0"  #: the cursor before the first row


def look(path: Path, *, mapping: Mapping[str, str] | None) -> Shape:
    """
    Find out what a file is, from its content before its name.

    :raises ChannelDown: when it cannot be read at all, with what to do about it.
    """
    size = _check_file(path)
    packed = packing(path)
    if packed in _OTHER_FORMATS:
        raise ChannelDown(f"{path} {_OTHER_FORMATS[packed]}.")
    try:
        if packed == "parquet":
            return _parquet(path, mapping=mapping)
        head, whole = _head(path, packed=packed)
        _check_text(head, path=path)
        sample = _sample(head, whole=whole)
        if _is_json(head, path=path):
            return _json(sample, mapping=mapping, packed=packed, size=size)
        _check_header(head, path=path)
        return _csv(sample, mapping=mapping, packed=packed, size=size)
    except Broken as wrong:
        raise ChannelDown(f"{path} cannot be read: {wrong}. Fetch or pack it again.") from wrong
    except NoSuchColumn as no:
        raise ChannelDown(f"{path} cannot be read: {no}.") from no


def _check_file(path: Path) -> int:
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            kind = "a folder" if stat.S_ISDIR(about.st_mode) else "no plain file"
            raise ChannelDown(f"{path} is {kind}. Give one file of posts.")
        with path.open("rb"):
            pass
    except (OSError, ValueError) as wrong:
        why = getattr(wrong, "strerror", None) or str(wrong)
        raise ChannelDown(f"{path} cannot be opened: {why}. Check the name and its rights.") from (
            wrong
        )
    if not about.st_size:
        raise ChannelDown(f"{path} is empty. Give a file with at least a header.")
    return about.st_size


def _head(path: Path, *, packed: str) -> tuple[bytes, bool]:
    """Return the beginning of the file, and whether that is all of it."""
    head = b""
    try:
        for piece in Stream(path=path, packed=packed).pieces():
            head += piece
            if len(head) >= LOOKED_AT:
                return head, False
    except Broken:
        if not head:
            raise
        return head, False  # what can be read will be, up to the break
    return head, True


def _check_text(head: bytes, *, path: Path) -> None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ChannelDown(f"{path} is UTF-16. Convert it: iconv -f UTF-16 -t UTF-8.")
    if head.startswith(b"PAR1"):
        raise ChannelDown(f"{path} is a packed Parquet file. Parquet packs itself: unpack it.")
    text = head.removeprefix(BOM).decode("utf-8", "replace").lstrip()
    if not text:
        raise ChannelDown(f"{path} is empty but for blanks. Give a file with at least a header.")
    begins = text[:15].lower()
    if begins.startswith(("<!doctype", "<html", "<?xml")):
        raise ChannelDown(f"{path} is a web page or XML. Give CSV, JSON Lines or Parquet.")
    if begins.startswith("[") and begins[1:].lstrip().startswith(("{", "]")):
        raise ChannelDown(
            f"{path} is one JSON list. Write one object a line: jq -c '.[]' list.json > posts.jsonl"
        )


def _check_header(head: bytes, *, path: Path) -> None:
    """Refuse what is no text, by its first line: further down, one bad row is only one."""
    text = head.removeprefix(BOM).lstrip().partition(b"\n")[0].decode("utf-8", "replace")
    odd = sum(text.count(chr(code)) for code in range(0x20) if chr(code) not in "\t\n\r")
    if odd + text.count("\N{REPLACEMENT CHARACTER}") > _RUBBISH * len(text):
        raise ChannelDown(
            f"{path} is no text in UTF-8, nor a format that is known. Give CSV, JSON Lines or "
            "Parquet, plain or packed with gzip, zstd or bz2; convert other text with iconv."
        )


def _is_json(head: bytes, *, path: Path) -> bool:
    some = [line for line in head.removeprefix(BOM).split(b"\n")[:100] if line.strip()]
    objects = sum(line.lstrip().startswith(b"{") for line in some)
    named = {suffix.lower() for suffix in path.suffixes}
    if named & set(_CSV_NAMES):
        return objects == len(some)
    return objects * 2 > len(some) or (objects > 0 and bool(named & set(_JSON_NAMES)))


def _sample(head: bytes, *, whole: bool) -> Iterator[Line]:
    """Yield the lines of the beginning, without a last one that may be cut."""
    last_newline = head.rfind(b"\n")
    if not whole and last_newline >= 0:
        head = head[: last_newline + 1]
    return lines([head], start=0, number=1)


def _json(
    sample: Iterator[Line], *, mapping: Mapping[str, str] | None, packed: str, size: int
) -> Shape:
    rows = list(islice(json_rows(sample), _LOOKED_AT_ROWS))
    names = dict.fromkeys(name for row in rows for name in row.cells or ())
    layout = "columns"
    if names:  # else no row could be read: each will say why
        columns = check_columns(list(names), mapping=mapping)
        _check_clock(rows, name=columns.created_at)
        layout = columns.layout
    return Shape(format="jsonl", packed=packed, size=size, columns=None, layout=layout)


def _csv(
    sample: Iterator[Line], *, mapping: Mapping[str, str] | None, packed: str, size: int
) -> Shape:
    several = list(islice(sample, _LOOKED_AT_ROWS))
    if told := _SEPARATOR.fullmatch(several[0].data.removeprefix(BOM).strip()):
        several = several[1:]  # Excel's own line, which tells the delimiter and is no header
        delimiters: Sequence[str] = (told[1].decode(),)
    else:
        delimiters = _DELIMITERS
    refused: dict[int, NoSuchColumn] = {}
    for delimiter in delimiters:
        taken: list[Line] = []
        try:
            names = _header(several, delimiter=delimiter, taken=taken)
            columns = check_columns(names, mapping=mapping)
        except NoSuchColumn as no:
            refused.setdefault(no.columns, no)
            continue
        rows = CsvRows(iter(several[len(taken) :]), names=names, delimiter=delimiter)
        _check_clock(rows, name=columns.created_at)
        return Shape(
            format="csv",
            packed=packed,
            size=size,
            columns=columns,
            layout=columns.layout,
            names=tuple(names),
            delimiter=delimiter,
            first=f"{taken[-1].number + 1}:{taken[-1].end}",
        )
    raise refused[max(refused)]  # of the delimiter that cuts the header into the most pieces


def _check_clock(rows: Iterable[Row], *, name: str | None) -> None:
    """Refuse a file none of whose times can be read: all its posts would be taken for new."""
    cells = [row.cells[name] for row in rows if name and row.cells and name in row.cells]
    told = [cell for cell in cells if not is_untold(cell)]
    if len(told) < _ENOUGH_TIMES:
        return
    for cell in told:
        with suppress(NotATime):
            read_time(cell)
            return
    raise NoSuchColumn(
        f"none of the first {len(told)} times in its column {name!r} can be understood, such as "
        f"{told[0]!r:.40}. Write them like 2026-11-21T09:00:00Z, or say that the file has none: "
        "--map created_at="
    )


def _header(several: list[Line], *, delimiter: str, taken: list[Line]) -> list[str]:
    def feed() -> Iterator[str]:
        for line in several:
            taken.append(line)
            data = line.data.removeprefix(BOM) if line.number == 1 else line.data
            yield data.decode("utf-8", "replace") + "\n"

    try:
        return next(names for names in strict_reader(feed(), delimiter=delimiter) if any(names))
    except (StopIteration, csv.Error):
        raise NoSuchColumn("its first line is no header: its quotes do not fit") from None


def _parquet(path: Path, *, mapping: Mapping[str, str] | None) -> Shape:
    file = ParquetRows(path)
    try:
        columns = check_columns(file.names, mapping=mapping)
        with closing(file.rows(since=0)) as rows:
            _check_clock(islice(rows, _LOOKED_AT_ROWS), name=columns.created_at)
        return Shape(
            format="parquet",
            packed="parquet",
            size=file.total,
            columns=columns,
            layout=columns.layout,
            first="row:0",
        )
    finally:
        file.close()
