"""An answer as the bytes of a mail: the same bytes for every try of one reply."""

import binascii
import re
from base64 import b64encode, encodebytes
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final, Protocol
from urllib.parse import quote

from answerback.domain.records.refusal import Refusal

_RE: Final = re.compile(r"\s*(?:re|aw|sv|antw|odp|vs|ref)\s*(?:\[\d+\])?\s*:\s*", re.IGNORECASE)
_LONGEST_WORD: Final = 45  #: bytes in one encoded word (RFC 2047: 75 characters in all)
_MOST_REFERENCES: Final = 20
_PLAIN: Final = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~.,:()-]*")
_MIME: Final = re.compile(r"[a-zA-Z0-9!#$&^_.+-]{1,60}/[a-zA-Z0-9!#$&^_.+-]{1,60}")


class Unfit(Refusal):
    """What was to be written into a header is none."""


class File(Protocol):
    """A file that goes along."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def data(self) -> bytes: ...
    @property
    def alt(self) -> str: ...


def composed(
    *,
    heads: Iterable[tuple[str, str]],
    text: str,
    files: Iterable[File],
    boundary: str,
) -> bytes:
    """
    Return a mail: headers as told, the text as UTF-8, and what goes along.

    :raises Unfit: when a header holds a line break or another control character.
    """
    lines = [_header(name, value) for name, value in heads]
    lines.append("MIME-Version: 1.0")
    body = [*_PLAIN_HEADS, "", _quoted(text)]
    several = list(files)
    if several:
        mark = f"part-{boundary}"
        lines.append(f'Content-Type: multipart/mixed; boundary="{mark}"')
        lines.extend(["", f"--{mark}", *body])
        for file in several:
            lines.extend([f"--{mark}", *_file(file)])
        lines.append(f"--{mark}--")
    else:
        lines.extend(body)
    return "\r\n".join([*lines, ""]).encode("utf-8")


_PLAIN_HEADS: Final = (
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: quoted-printable",
)


def _header(name: str, value: str) -> str:
    if not value.replace("\r\n ", "").isprintable():
        raise Unfit(f"'{name}' holds a line break or a control character: nothing was sent.")
    return f"{name}: {value}"


def words(text: str) -> str:
    """Return text as a header has it: as it is, or in encoded words (RFC 2047)."""
    told = " ".join(text.split())
    if _PLAIN.fullmatch(told) and "=?" not in told and len(told) <= 900:  # noqa: PLR2004  of 998
        return told
    pieces: list[bytes] = [b""]
    for letter in told:
        code = letter.encode("utf-8", "replace")
        if len(pieces[-1]) + len(code) > _LONGEST_WORD:
            pieces.append(b"")
        pieces[-1] += code
    return "\r\n ".join(f"=?utf-8?b?{b64encode(piece).decode()}?=" for piece in pieces)


def answer_to(subject: str) -> str:
    """Return the subject of an answer: one "Re: ", however many there were."""
    told = subject
    for _ in range(20):
        found = _RE.match(told)
        if found is None:
            break
        told = told[found.end() :]
    return f"Re: {told.strip()}"[:500]


def chain(references: Iterable[str], *, answered: str | None) -> str:
    """Return a References header: the first, the last ones, and what is answered."""
    told = [one for one in dict.fromkeys(references) if one != answered]
    if len(told) > _MOST_REFERENCES:
        told = [told[0], *told[-_MOST_REFERENCES + 1 :]]
    told += [answered] if answered else []
    return "\r\n ".join(f"<{one}>" for one in told)


def date_of(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC))


def mailbox(address: str, name: str) -> str:
    """Return an address with its name as a header has it."""
    told = words(name)
    if not told:
        return f"<{address}>"
    return f"{told} <{address}>" if told.startswith("=?") else f'"{told}" <{address}>'


def _quoted(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    coded = binascii.b2a_qp(lines, istext=True).decode("ascii")
    return coded.replace("\n", "\r\n")


def _file(file: File) -> Iterable[str]:
    kind = file.kind if _MIME.fullmatch(file.kind) else "application/octet-stream"
    name = quote("".join(one for one in file.name if one.isprintable())[:100], safe="")
    yield f"Content-Type: {kind}"
    yield f"Content-Disposition: attachment; filename*=utf-8''{name}"
    if file.alt.strip():
        yield f"Content-Description: {words(file.alt)}"
    yield "Content-Transfer-Encoding: base64"
    yield ""
    yield encodebytes(file.data).decode("ascii").replace("\n", "\r\n").rstrip("\r\n")
