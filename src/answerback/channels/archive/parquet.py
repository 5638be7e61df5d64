"""Parquet, a few rows at a time."""

import json
from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from answerback.channels.archive.rows import Row
from answerback.channels.archive.stream import Broken
from answerback.channels.inbound import Cursor

#: Rows, and bytes of them on average, that are unpacked at a time.
BATCH_ROWS, BATCH_BYTES = 1000, 4 << 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BUFFER = 1 << 16
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


class ParquetRows:
    """The rows of a Parquet file."""

    def __init__(self, path: Path) -> None:
        """
        Open the file and read its footer.

        :raises Broken: when it is no Parquet file, or cut off.
        """
        import pyarrow as pa  # noqa: PLC0415 - only a Parquet file pays for it
        import pyarrow.parquet as pq  # noqa: PLC0415 - likewise

        self._pa = pa
        try:
            # Buffered and not fetched ahead: else memory grows with the size of a row group.
            self._file = pq.ParquetFile(path, pre_buffer=False, buffer_size=_BUFFER)
        except (OSError, pa.ArrowException) as wrong:
            raise Broken("its footer cannot be read, as after a download cut off") from wrong
        self.names: list[str] = list(self._file.schema_arrow.names)
        self.total: int = self._file.metadata.num_rows
        self.done = 0  #: rows read so far

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def rows(self, *, since: int) -> Generator[Row]:
        """
        Yield the rows behind the first `since`, in file order.

        :raises Broken: where the file is spoilt.
        """
        self.done, groups = self._skip(since)
        try:
            for batch in self._file.iter_batches(batch_size=self._at_once(), row_groups=groups):
                begin = self.done
                self.done += batch.num_rows
                if self.done > since:
                    skipped = max(0, since - begin)
                    yield from self._batch(batch.slice(skipped), behind=begin + skipped)
        except (OSError, self._pa.ArrowException) as wrong:
            raise Broken(f"its pages are spoilt ({str(wrong).splitlines()[0]:.100})") from wrong

    def _skip(self, since: int) -> tuple[int, list[int]]:
        """Return how many rows lie in whole row groups before `since`, and the groups behind."""
        behind, group = 0, 0
        while group < self._file.num_row_groups:
            size = self._file.metadata.row_group(group).num_rows
            if behind + size > since:
                break
            behind, group = behind + size, group + 1
        return behind, list(range(group, self._file.num_row_groups))

    def _at_once(self) -> int:
        parts = self._file.metadata
        size: int = sum(
            parts.row_group(group).total_byte_size for group in range(parts.num_row_groups)
        )
        return max(1, min(BATCH_ROWS, BATCH_BYTES * self.total // max(1, size)))

    def _batch(self, batch: Any, *, behind: int) -> Iterator[Row]:
        columns = [self._values(column) for column in batch.columns]
        for number, values in enumerate(zip(*columns, strict=True), behind + 1):
            cells = dict(zip(self.names, values, strict=True))
            yield Row(
                line=number,
                cursor=Cursor(f"row:{number}"),
                raw=json.dumps(cells, ensure_ascii=False, default=_shown),
                cells=cells,
            )

    def _values(self, column: Any) -> list[Any]:
        types = self._pa.types
        if types.is_dictionary(column.type):
            column = column.dictionary_decode()
        kind = column.type
        if types.is_timestamp(kind):
            return [_moment(told, unit=kind.unit) for told in column.cast("int64").to_pylist()]
        if types.is_string(kind) or types.is_large_string(kind):
            try:
                return list(column.to_pylist())
            except UnicodeDecodeError:
                column = column.cast("binary" if types.is_string(kind) else "large_binary")
                kind = column.type
        if types.is_binary(kind) or types.is_large_binary(kind):
            return [_decoded(told) for told in column.to_pylist()]
        return list(column.to_pylist())


def _moment(told: int | None, *, unit: str) -> datetime | int | None:
    """Return a moment; one that no calendar holds stays a number, and will not be believed."""
    if told is None:
        return None
    try:
        return _EPOCH + timedelta(microseconds=told * 10**6 // _PER_SECOND[unit])
    except OverflowError:
        return 10**18


def _decoded(told: bytes | None) -> str | bytes | None:
    if told is None:
        return None
    try:
        return told.decode()
    except UnicodeDecodeError:
        return told


def _shown(told: object) -> str:
    if isinstance(told, bytes):
        return told.decode("utf-8", "backslashreplace")
    return told.isoformat() if isinstance(told, datetime) else str(told)
