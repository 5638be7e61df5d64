"""Keep what came, as it came, in little room."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from answerback.channels.inbound import Fetched

#: Fastest: about a third of the size for a twentieth of the time that the best would take.
_LEVEL = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One thing as it came."""

    line: int | None
    cursor: str
    raw: str


def pack(batch: Sequence[Fetched | RawRow]) -> bytes:
    """Return the raw text of a batch, compressed; `unpack` gives it back exactly."""
    rows = [(one.line, one.cursor, one.raw) for one in batch]
    return zlib.compress(json.dumps(rows).encode("ascii"), _LEVEL)


def unpack(packed: bytes) -> list[RawRow]:
    """Return what `pack` was given."""
    rows = json.loads(zlib.decompress(packed))
    return [RawRow(line=line, cursor=cursor, raw=raw) for line, cursor, raw in rows]


def printable(raw: str) -> str:
    """Return text that every database takes: NUL and lone surrogates are written out."""
    whole = raw.encode("utf-8", "backslashreplace").decode("utf-8")
    return whole.replace("\x00", "\\x00")
