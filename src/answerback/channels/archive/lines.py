"""Lines of a file, with where they end, however long they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from answerback.channels.inbound import Failure

#: Bytes that one record (a line of JSON, a row of CSV) may have.  Four times the longest text:
#: room for it when every character is written as \\uXXXX, and for the other columns.
LONGEST_RECORD = 4 << 20
#: Bytes of a longer line that are kept as its raw text; the rest stays in the file.
KEPT_OF_LONGER = 1 << 16

BOM = b"\xef\xbb\xbf"


@dataclass(slots=True)
class Line:
    """One line, without its newline.  Not frozen: there are millions, and freezing costs."""

    number: int  #: 1-based
    start: int  #: bytes of the unpacked file before it
    end: int  #: bytes of the unpacked file up to and with its newline
    data: bytes  #: at most `LONGEST_RECORD`; of a longer line the beginning
    length: int  #: how long it really is

    @property
    def too_long(self) -> bool:
        """Say whether only the beginning is here."""
        return self.length > len(self.data)


def lines(pieces: Iterable[bytes], *, start: int, number: int) -> Iterator[Line]:
    """
    Cut pieces into lines, in memory that does not grow with the length of a line.

    `start` and `number` are the place of the first byte and the number of the first line.
    """
    open_line, cut, head = b"", 0, b""
    for piece in pieces:
        parts = piece.split(b"\n")
        parts[0] = open_line + parts[0]
        open_line = parts.pop()
        for part in parts:
            length = cut + len(part)
            end = start + length + 1
            if length > LONGEST_RECORD:
                yield Line(number, start, end, (head or part)[:KEPT_OF_LONGER], length)
                cut, head = 0, b""
            else:
                yield Line(number, start, end, part, length)
            start, number = end, number + 1
        if cut or len(open_line) > LONGEST_RECORD:
            head = head or open_line[:KEPT_OF_LONGER]
            cut += len(open_line)
            open_line = b""
    if open_line or cut:
        length = cut + len(open_line)
        data = (head or open_line)[:KEPT_OF_LONGER] if length > LONGEST_RECORD else open_line
        yield Line(number, start, start + length, data, length)


def readable(data: bytes) -> str:
    r"""Return bytes as text that any database holds: undecodable ones and NUL as \xNN."""
    escaped = _escape if len(data) > KEPT_OF_LONGER else _escape_few
    return escaped(data).replace("\x00", "\\x00")


def _escape_few(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def _escape(data: bytes) -> str:
    """Do the same with arrays: the standard way takes a fifth of a second for a megabyte."""
    import numpy as np  # noqa: PLC0415 - only a bad line over 64 kB pays for it

    codes = np.array([data.decode("utf-8", "surrogateescape")]).view(np.uint32)
    bad = (codes >= 0xDC80) & (codes <= 0xDCFF)  # noqa: PLR2004 - where that puts bytes
    width = np.ones(len(codes), dtype=np.int64)
    for first_of_wider in (0x80, 0x800, 0x10000):
        width += (codes >= first_of_wider) & ~bad
    bad = np.repeat(bad, width)  # from here on bytes are counted, no longer characters
    byte = np.frombuffer(data, dtype=np.uint8)
    digits = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
    # Four places for each byte: \\xNN for a bad one, else itself and three to leave out.
    places = np.empty((len(byte), 4), dtype=np.uint8)
    places[:, 0] = np.where(bad, ord("\\"), byte)
    places[:, 1] = ord("x")
    places[:, 2] = digits[byte >> 4]
    places[:, 3] = digits[byte & 0xF]
    kept = np.ones(places.shape, dtype=np.bool_)
    kept[:, 1:] = bad[:, np.newaxis]
    return places[kept].tobytes().decode()


def too_long(line: Line) -> Failure:
    """Say that a line is longer than any record may be, and where the whole of it lies."""
    return Failure(
        reason="too_long",
        sentence=f"It has {line.length:,} bytes and no newline, and a row may have "
        f"{LONGEST_RECORD:,}. Its first {KEPT_OF_LONGER:,} are kept here; all of it lies in the "
        f"file from byte {line.start:,} (unpacked). See whether its newlines were lost.",
    )


def not_utf8(data: bytes) -> Failure:
    """Say which byte is not UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError as wrong:
        return Failure(
            reason="not_utf8",
            sentence=f"Byte {wrong.start + 1} of it, 0x{data[wrong.start]:02X}, is not UTF-8. "
            "Convert the file, for example: iconv -f WINDOWS-1252 -t UTF-8.",
        )
    raise ValueError("These bytes are UTF-8.")
