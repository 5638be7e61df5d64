"""Many strings in two arrays: their bytes, and where each begins."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from answerback.firehose.tokenised.files import Arrays

_HOW = ("utf-8", "surrogatepass")  # half a character is kept as it came


def packed(name: str, strings: Iterable[bytes]) -> dict[str, NDArray[Any]]:
    """Return strings as arrays to write."""
    some = list(strings)
    at = np.zeros(len(some) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, some), dtype=np.int64, count=len(some)), out=at[1:])
    return {
        f"{name}.at": at,
        f"{name}.bytes": np.frombuffer(b"".join(some), dtype=np.uint8),
    }


def encoded(text: str) -> bytes:
    return text.encode(*_HOW)


class Strings(Sequence[str]):
    """Strings as they lie in a file.  Sorted ones can be searched, in order of code points."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        """Look at the strings of that name."""
        self._arrays, self._name = arrays, f"{name}.bytes"
        self.at: NDArray[np.int64] = arrays[f"{name}.at"]

    def __len__(self) -> int:
        return len(self.at) - 1

    def __getitem__(self, row: Any) -> Any:
        return self.raw(row).decode(*_HOW)

    def raw(self, row: int) -> bytes:
        return self._arrays.slice(self._name, int(self.at[row]), int(self.at[row + 1]))

    def __iter__(self) -> Iterator[str]:
        return (self[row] for row in range(len(self)))

    def find(self, text: str) -> int | None:
        """Return the row of a string among sorted ones."""
        asked = encoded(text)
        row = self._first_not_before(asked)
        return row if row < len(self) and self.raw(row) == asked else None

    def beginning_with(self, text: str) -> range:
        """Return the rows of the sorted strings that begin so."""
        asked = encoded(text)
        return range(self._first_not_before(asked), self._first_not_before(asked + b"\xff"))

    def _first_not_before(self, asked: bytes) -> int:
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.raw(middle) < asked:
                low = middle + 1
            else:
                high = middle
        return low

    def buffers(self) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        return self.at, self._arrays[self._name]
