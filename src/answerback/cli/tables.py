"""Write Parquet and Arrow files, whole or not there, in groups of a sensible size."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from answerback.cli.writing import bytes_to

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = ("parquet", "arrow")
#: Rows gathered before they are written: a file of small groups is slow to read.
_GROUP = 50_000


def table_format(path: Path | None) -> str | None:
    """Return "parquet" or "arrow" where a file is so named; None for any other, or for none."""
    suffix = path.suffix.removeprefix(".").lower() if path else ""
    return suffix if suffix in TABLES else None


@contextmanager
def table_to(
    path: Path, *, form: str, schema: "pa.Schema"
) -> Iterator[Callable[["pa.RecordBatch"], None]]:
    """
    Lend a function that writes record batches of a schema to a file in one of `TABLES`.

    :raises CannotWrite: when the file cannot be opened, or the disk is full.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    opened = pq.ParquetWriter if form == "parquet" else pa.ipc.new_file
    group: list[pa.RecordBatch] = []
    with bytes_to(path) as file, opened(file, schema) as table:

        def flush() -> None:
            table.write_table(pa.Table.from_batches(group, schema).combine_chunks())
            group.clear()

        def write(some: "pa.RecordBatch") -> None:
            group.append(some)
            if sum(one.num_rows for one in group) >= _GROUP:
                flush()

        yield write
        flush()
