"""A mail as bytes taken apart: bounded in depth, parts and time, whatever a stranger sends."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from answerback.channels.mail.charsets import (
    from_base64,
    from_quoted,
    header_text,
    text_of_bytes,
)

#: Levels of parts within parts; real mail has up to five or so.
DEEPEST: Final = 12
MOST_PARTS: Final = 200
#: Bytes of one block of headers, lines in it, and bytes of one value: more is passed over.
_MOST_HEADERS: Final = 1 << 20
_MOST_LINES: Final = 20_000
_MOST_VALUE: Final = 64 << 10

_END_OF_HEADERS: Final = re.compile(rb"\r?\n\r?\n|\r\r")
_END_OF_LINE: Final = re.compile(rb"(--)?[ \t]*(?:\r\n|\n|\r|\Z)")
_BREAK: Final = re.compile(rb"\r\n|\n|\r")
_NAME: Final = re.compile(rb"([!-9;-~]{1,76})[ \t]*:[ \t]*(.*)", re.DOTALL)
_PARAMETER: Final = re.compile(
    r""";\s*([\w!#$%&'*+.^`|~-]{1,64})\s*=\s*(?:"((?:[^"\\]|\\.){0,2000})"|([^;\s"]{0,2000}))"""
)
_CONTINUED: Final = re.compile(r"(.+?)\*(\d{1,2})?(\*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a mail, or the whole of it."""

    headers: tuple[tuple[str, bytes], ...]  #: names in lower case, values unfolded
    body: bytes  #: still in its transfer encoding
    parts: tuple["Part", ...] = ()

    def raw(self, name: str) -> bytes:
        """Return the first value of a header; b"" when it has none."""
        return next((value for told, value in self.headers if told == name), b"")

    def several(self, name: str) -> list[bytes]:
        return [value for told, value in self.headers if told == name]

    def text(self, name: str) -> str:
        return header_text(self.raw(name))

    @property
    def kind(self) -> str:
        """Return its MIME type in lower case; text/plain where none is told (RFC 2045, 5.2)."""
        told = self.text("content-type").partition(";")[0].strip().casefold()
        return told if "/" in told else "text/plain"

    def parameter(self, header: str, name: str) -> str:
        """Return a parameter of a header, put together and decoded (RFC 2231); "" for none."""
        return _parameters(self.raw(header)).get(name, "")

    @property
    def file_name(self) -> str:
        return self.parameter("content-disposition", "filename") or self.parameter(
            "content-type", "name"
        )

    @property
    def attached(self) -> bool:
        """Say whether it is a file rather than words of the mail."""
        how = self.text("content-disposition").partition(";")[0].strip().casefold()
        return how == "attachment" or (bool(self.file_name) and self.kind != "text/plain")

    def content(self) -> bytes:
        """Return the body, its transfer encoding undone."""
        how = self.text("content-transfer-encoding").strip().casefold()
        if how == "base64":
            return from_base64(self.body)
        return from_quoted(self.body) if how == "quoted-printable" else self.body

    def words(self) -> str:
        """Return the body as text."""
        return text_of_bytes(self.content(), self.parameter("content-type", "charset"))

    def walk(self) -> Iterator["Part"]:
        """Yield itself and all within it, in order."""
        yield self
        for part in self.parts:
            yield from part.walk()


def take_apart(raw: bytes) -> Part:
    """
    Return a mail's parts.  Whatever comes is some mail: what cannot be told apart stays whole.

    Error: parts deeper than 12 levels, and those after the 200th, stay unread in their parent.
    Source: RFC 2045 and 2046; limits of our own.
    """
    return _part(raw, deep=0, left=[MOST_PARTS])


def _part(raw: bytes, *, deep: int, left: list[int]) -> Part:
    headers, body = _headers_and_body(raw)
    part = Part(headers=headers, body=body)
    if deep >= DEEPEST or left[0] <= 0:
        return part
    if part.kind == "message/rfc822":
        left[0] -= 1
        within: tuple[Part, ...] = (_part(part.content(), deep=deep + 1, left=left),)
        return Part(headers=headers, body=body, parts=within)
    boundary = part.parameter("content-type", "boundary")
    if not part.kind.startswith("multipart/") or not boundary:
        return part
    pieces = _split(body, boundary=boundary, most=left[0])
    left[0] -= len(pieces)
    parts = tuple(_part(piece, deep=deep + 1, left=left) for piece in pieces)
    return Part(headers=headers, body=body, parts=parts)


def _headers_and_body(raw: bytes) -> tuple[tuple[tuple[str, bytes], ...], bytes]:
    if raw.startswith((b"\r\n", b"\n")):  # a part without headers
        return (), raw.lstrip(b"\r\n")
    found = _END_OF_HEADERS.search(raw)
    block, body = (raw, b"") if found is None else (raw[: found.start()], raw[found.end() :])
    lines = _BREAK.split(block[:_MOST_HEADERS], _MOST_LINES)[:_MOST_LINES]
    return tuple(_unfolded(lines)), body


def _unfolded(lines: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    name, value = "", list[bytes]()
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            value.append(line.strip())
            continue
        if name:
            yield name, _bounded(b" ".join(value))
        found = _NAME.match(line)
        name = "" if found is None else found[1].decode("ascii").casefold()
        value = [] if found is None else [found[2].rstrip()]
    if name:
        yield name, _bounded(b" ".join(value))


def _bounded(value: bytes) -> bytes:
    """Keep both ends of a value that is too long: the first and the last reference count."""
    half = _MOST_VALUE // 2
    return value if len(value) <= _MOST_VALUE else value[:half] + b" " + value[-half:]


def _split(body: bytes, *, boundary: str, most: int) -> list[bytes]:
    """Cut a body at its boundary lines; what stands before the first and after the last is none."""
    line = b"--" + boundary.encode("utf-8", "surrogateescape")
    pieces: list[bytes] = []
    begun: int | None = None
    place = body.find(line)
    while place >= 0:
        end = place + len(line)
        found = _END_OF_LINE.match(body, end)
        if found is None or body[place - 1 : place] not in (b"\n", b"\r", b""):
            place = body.find(line, end)
            continue
        if begun is not None:
            pieces.append(_without_break(body[begun:place]))
        begun = found.end()
        if found[1] or len(pieces) >= most:
            return pieces
        place = body.find(line, begun)
    if begun is not None:  # never closed: what is there counts
        pieces.append(body[begun:])
    return pieces


def _without_break(piece: bytes) -> bytes:
    """Return a piece without its last line break, which belongs to the boundary behind it."""
    if piece.endswith(b"\r\n"):
        return piece[:-2]
    return piece[:-1] if piece.endswith((b"\n", b"\r")) else piece


def _parameters(raw: bytes) -> dict[str, str]:
    if b"=" not in raw:
        return {}
    told: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for name, quoted, bare in _PARAMETER.findall(text_of_bytes(raw[:8192])):
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare
        found = _CONTINUED.fullmatch(name)
        if found is None:
            told.setdefault(name.casefold(), header_text(value.encode("utf-8", "replace")))
        else:
            numbered = pieces.setdefault(found[1].casefold(), {})
            numbered[int(found[2] or 0)] = (found[3] is not None or found[2] is None, value)
    for name, numbered in pieces.items():
        told[name] = _joined(numbered)
    return told


def _joined(numbered: dict[int, tuple[bool, str]]) -> str:
    """Put a parameter together that was told in pieces (RFC 2231)."""
    charset, out = "", list[bytes]()
    for number, (encoded, value) in sorted(numbered.items()):
        rest = value
        if number == 0 and encoded and value.count("'") >= 2:  # noqa: PLR2004  charset'language'
            charset, _, rest = value.split("'", 2)
        out.append(unquote_to_bytes(rest) if encoded else rest.encode("utf-8", "replace"))
    return text_of_bytes(b"".join(out), charset)
