"""A file of named arrays: whole or not there, checked, and read without being loaded."""

import json
import mmap
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from answerback.domain.records.refusal import Refusal

_MAGIC = b"ABCOLUMN"
_VERSION = 1
_ALIGNED = 64  #: bytes; the arrays begin at multiples of this
_HEAD = len(_MAGIC) + 16
_SMALL = 1 << 26  #: bytes that are checked at a time


class Damaged(Refusal):
    """A file of the index is not as it was written."""


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], about: Mapping[str, Any]) -> None:
    """
    Write arrays to a file: under another name first, flushed to the disk, then renamed.

    So a file of this name is whole, however the machine ends.
    """
    placed: dict[str, tuple[str, int, int, int]] = {}
    at = 0
    flat = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    for name, array in flat.items():
        at += -at % _ALIGNED
        placed[name] = (array.dtype.str, at, len(array), _checksum(array))
        at += array.nbytes
    head = json.dumps({"arrays": placed, "about": about}).encode()
    head += b" " * (-(_HEAD + len(head)) % _ALIGNED)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with part.open("wb") as out:
        out.write(_MAGIC + _number(_VERSION) + _number(len(head)) + _number(crc32(head), 8) + head)
        begin = out.tell()
        for name, array in flat.items():
            out.write(b"\0" * (begin + placed[name][1] - out.tell()))
            out.write(_bytes(array))
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)


class Arrays:
    """The arrays of one file, mapped into memory: read when touched, shared between processes."""

    def __init__(self, path: Path) -> None:
        """
        Map a file.

        :raises Damaged: when it is not there, is another kind of file, or has not its full length.
        """
        self.path = path
        head = self._head()
        self.about: dict[str, Any] = head["about"]
        self._placed: dict[str, tuple[str, int, int, int]] = head["arrays"]
        last = max((self._end(name) for name in self._placed), default=self._begin)
        if len(self._map) < last:
            raise self._damaged("it is cut off")

    def _head(self) -> dict[str, Any]:
        try:
            with self.path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as wrong:  # mmap calls an empty file a ValueError
            raise self._damaged(str(getattr(wrong, "strerror", None) or "it is empty")) from wrong
        top = self._map[:_HEAD]
        length = int.from_bytes(top[12:16], "little")
        text = self._map[_HEAD : _HEAD + length]
        self._begin = _HEAD + length
        if (
            top[:8] != _MAGIC
            or top[8:12] != _number(_VERSION)
            or top[16:] != _number(crc32(text), 8)
        ):
            raise self._damaged("its head is not as it was written")
        head: dict[str, Any] = json.loads(text)
        return head

    def __contains__(self, name: str) -> bool:
        return name in self._placed

    def __getitem__(self, name: str) -> NDArray[Any]:
        kind, at, length, _ = self._placed[name]
        return np.frombuffer(self._map, dtype=kind, count=length, offset=self._begin + at)

    def names(self) -> list[str]:
        return list(self._placed)

    def slice(self, name: str, start: int, end: int) -> bytes:
        """Return some bytes of an array of bytes."""
        at = self._begin + self._placed[name][1]
        return self._map[at + start : at + end]

    def check(self) -> None:
        """
        Read everything, and compare it with what was written.

        :raises Damaged: naming the file.
        """
        for name, (_, _, _, checksum) in self._placed.items():
            if _checksum(self[name]) != checksum:
                raise self._damaged(f"its part '{name}' is not as it was written")

    def _end(self, name: str) -> int:
        kind, at, length, _ = self._placed[name]
        return self._begin + at + length * np.dtype(kind).itemsize

    def _damaged(self, why: str) -> Damaged:
        return Damaged(
            f"The index file {self.path} is damaged: {why}. Delete the folder and index the "
            "posts again."
        )


def _checksum(array: NDArray[Any]) -> int:
    checksum = 0
    data = _bytes(array)
    for at in range(0, len(data), _SMALL):
        checksum = crc32(data[at : at + _SMALL], checksum)
    return checksum


def _bytes(array: NDArray[Any]) -> memoryview:
    return array.view(np.uint8).data


def _number(number: int, size: int = 4) -> bytes:
    return number.to_bytes(size, "little")
