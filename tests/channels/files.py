"""Write files of posts as others would, for the tests."""

import bz2
import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from answerback.channels.archive.fetch import open_archive
from answerback.channels.inbound import Cursor, Failure, Fetched
from answerback.domain.records.post import Post

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

TEXT_FORMATS = ("jsonl", "csv", "tsv")
PACKINGS = ("", ".gz", ".zst", ".bz2")
#: Every format, with every packing it can have.
KINDS = (*(f"{form}{pack}" for form in TEXT_FORMATS for pack in PACKINGS), "parquet")

Cells = Mapping[str, object]


def write_rows(path: Path, rows: Sequence[Cells]) -> Path:
    """Write rows in the format and packing that the name asks for."""
    form, _, pack = path.name.partition(".")[2].partition(".")
    if form == "parquet":
        pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), path)
        return path
    return write_bytes(path, as_text(form, rows).encode(), pack=pack)


def as_text(form: str, rows: Sequence[Cells]) -> str:
    """Return rows as JSON Lines, CSV or TSV."""
    if form == "jsonl":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    sheet = io.StringIO(newline="")
    # With its own newlines the writer would leave a carriage return in a cell unquoted.
    writer = csv.DictWriter(sheet, list(rows[0]), delimiter="\t" if form == "tsv" else ",")
    writer.writeheader()
    writer.writerows(rows)
    return sheet.getvalue()


def write_bytes(path: Path, data: bytes, *, pack: str = "") -> Path:
    """Write bytes, packed as told: "gz", "zst", "bz2" or not at all."""
    if pack == "zst":
        with pa.CompressedOutputStream(str(path), "zstd") as out:
            out.write(data)
        return path
    if pack == "gz":
        data = gzip.compress(data)
    if pack == "bz2":
        data = bz2.compress(data)
    path.write_bytes(data)
    return path


def fetch_all(
    path: Path, *, mapping: Mapping[str, str] | None = None, since: Cursor | None = None
) -> list[Fetched]:
    """Read a whole file, heard at noon."""
    return list(open_archive(path=path, heard_at=NOON, mapping=mapping).fetch(since))


def posts(path: Path, *, mapping: Mapping[str, str] | None = None) -> list[Post]:
    """Read a file in which no row may fail."""
    fetched = fetch_all(path, mapping=mapping)
    assert [one.failure for one in fetched if one.failure] == []
    return [one.post for one in fetched if one.post]


def outline(fetched: Sequence[Fetched]) -> list[tuple[int | None, str]]:
    """Return for each row its line and its text, or the reason why it has none."""
    return [(one.line, one.post.text if one.post else reason(one)) for one in fetched]


def reason(one: Fetched) -> str:
    """Return the closed word for a failure, marked so that no text looks like it."""
    return f"!{failure(one).reason}"


def failure(one: Fetched) -> Failure:
    """Return why a row failed; a test that asks for it expects that it did."""
    assert one.failure is not None
    return one.failure
