"""Parquet, a few rows at a time."""

import json
from collections.abc import Generator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from answerback.channels.archive.arrow_cells import values_of
from answerback.channels.archive.rows import Row
from answerback.channels.archive.stream import Broken
from answerback.channels.inbound import Cursor

#: Rows, and bytes of them on average, that are unpacked at a time.
BATCH_ROWS, BATCH_BYTES = 1000, 4 << 20
_BUFFER = 1 << 16


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
        columns = [values_of(column) for column in batch.columns]
        for number, values in enumerate(zip(*columns, strict=True), behind + 1):
            cells = dict(zip(self.names, values, strict=True))
            yield Row(
                line=number,
                cursor=Cursor(f"row:{number}"),
                raw=json.dumps(cells, ensure_ascii=False, default=_shown),
                cells=cells,
            )


def _shown(told: object) -> str:
    if isinstance(told, bytes):
        return told.decode("utf-8", "backslashreplace")
    return told.isoformat() if isinstance(told, datetime) else str(told)
