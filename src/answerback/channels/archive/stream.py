"""The bytes of a file, unpacked, in pieces; the same for plain and packed files."""

import bz2
import gzip
import zlib
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import IO, Any

#: How much is asked for at a time: large enough to be quick, small enough for flat memory.
PIECE = 1 << 18

_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"BZh": "bz2",
    b"PAR1": "parquet",
    b"PK\x03\x04": "zip",
    b"\xfd7zXZ\x00": "xz",
}


class Broken(Exception):
    """The bytes end too early, or make no sense, from here on."""


def packing(path: Path) -> str:
    """Return how the file is packed, by its first bytes: gzip, zstd, bz2, …, or "plain"."""
    with path.open("rb") as file:
        first = file.read(8)
    return next((name for magic, name in _MAGIC.items() if first.startswith(magic)), "plain")


class Stream:
    """A file's bytes, unpacked on the way."""

    def __init__(self, *, path: Path, packed: str) -> None:
        """Remember what to read; nothing is opened yet."""
        self._path = path
        self._packed = packed
        self.done = 0  #: bytes of the file, as it lies on disk, that were read so far
        self.short = False  #: whether it ended before the place to start from

    def pieces(self, *, start: int = 0) -> Generator[bytes]:
        """
        Yield the bytes from `start` (counted unpacked) on, in pieces of at most `PIECE`.

        All that can be unpacked before a break is yielded before the break is raised.

        :raises Broken: where a packed file is cut off or spoilt, or the disk cannot be read.
        """
        opened = {"gzip": _gzip, "bz2": _bz2, "zstd": _zstd}.get(self._packed)
        try:
            if opened is None:
                yield from self._plain(start)
                return
            with self._path.open("rb") as file:
                yield from self._unpacked(file, read=opened(file), start=start)
        except (OSError, EOFError, zlib.error) as wrong:
            raise Broken(_cause(wrong)) from wrong

    def _plain(self, start: int) -> Iterator[bytes]:
        with self._path.open("rb", buffering=0) as file:
            self.done = file.seek(start)
            while piece := file.read(PIECE):
                self.done += len(piece)
                yield piece

    def _unpacked(
        self, file: IO[bytes], *, read: Callable[[int], bytes], start: int
    ) -> Iterator[bytes]:
        behind = 0
        while piece := read(PIECE):
            self.done = file.tell()
            behind += len(piece)
            if behind - len(piece) >= start:
                yield piece
            elif behind > start:
                yield piece[start - behind :]
        self.short = behind < start


def _gzip(file: IO[bytes]) -> Callable[[int], bytes]:
    # read1 gives what it has before it complains; read would drop up to a whole piece.
    return gzip.GzipFile(fileobj=file).read1


def _bz2(file: IO[bytes]) -> Callable[[int], bytes]:
    return bz2.BZ2File(file).read1


def _zstd(file: IO[bytes]) -> Callable[[int], bytes]:
    """Return a reader that, when a piece breaks, still gives what of it can be unpacked."""
    import pyarrow as pa  # noqa: PLC0415 - only a zstd file pays for it

    def fresh() -> tuple[Any, Any]:
        packed = pa.OSFile(file.name)
        return packed, pa.CompressedInputStream(packed, "zstd")

    packed, stream = fresh()
    given, error = 0, None

    def read(size: int) -> bytes:
        nonlocal given, error
        if error is not None:
            raise error
        try:
            piece: bytes = stream.read(size)
        except OSError as wrong:
            error = wrong
            piece = _before_the_break(fresh()[1], given=given)
            if not piece:
                raise
        given += len(piece)
        file.seek(packed.tell())  # so that our own handle tells how far we are
        return piece

    return read


def _before_the_break(stream: Any, *, given: int) -> bytes:
    """Read again up to what was given, then byte by byte until it breaks."""
    rest = bytearray()
    try:
        while given > 0:
            given -= len(stream.read(min(given, PIECE)))
        while one := stream.read(1):
            rest += one
    except OSError:
        pass  # this is the break; the caller raises it after the rest was used
    return bytes(rest)


def _cause(wrong: Exception) -> str:
    if isinstance(wrong, EOFError) or "runcated" in str(wrong):
        return "the packed data ends too early, as after a download that was cut off"
    if isinstance(wrong, OSError) and wrong.strerror:
        return f"the disk says: {wrong.strerror}"
    return f"the packed data is spoilt ({wrong})"
