"""Bytes of mail as text: whatever they claim to be, and never a crash."""

import binascii
import re
from itertools import groupby
from typing import Final

#: What a mail may call its letters.  A closed list: Python knows codecs that are no alphabets,
#: and one (punycode) whose cost grows with the square of the length.
_KNOWN: Final = re.compile(
    r"utf-?(?:7|8|16|16le|16be|32)|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?[1-9]|(?:cp|windows-)"
    r"(?:37|437|7\d\d|8\d\d|9\d\d|125\d)|koi8-[ru]|gb2312|gbk|gb18030|hz|big5(?:hkscs)?|"
    r"shift_?jis|sjis|iso-2022-(?:jp(?:-[12])?|kr)|euc-?(?:jp|kr)|ks_c_5601-1987|johab|"
    r"mac-?roman|macintosh|tis-?620",
    re.IGNORECASE,
)
#: Written for one, meant for its larger brother: what browsers do, too (WHATWG Encoding).
_MEANT: Final = {
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "macintosh": "mac-roman",
    "shift_jis": "cp932",
    "sjis": "cp932",
}
#: Charsets that a wrong label is most often put on: what is UTF-8 by its bytes is UTF-8.
_OFTEN_WRONG: Final = frozenset({"cp1252", "cp1250", "cp1251", "utf-8", "utf8"})

_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,4096})\?=")
_BETWEEN: Final = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_NO_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]")


def text_of_bytes(raw: bytes, charset: str = "") -> str:
    """
    Return bytes as text by what they claim, by what they look like, or by Windows-1252.

    Error: letters of a wrong claim may come out as others; nothing is lost that was legible.
    """
    told = charset.strip().strip("\"'").casefold()
    told = _MEANT.get(told, told)
    if not told or told in _OFTEN_WRONG or not _KNOWN.fullmatch(told):
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            told = "cp1252" if told.startswith("utf") or not _KNOWN.fullmatch(told) else told
    try:
        return raw.decode(told)
    except (UnicodeError, LookupError):
        return raw.decode(told if told != "cp1252" else "latin-1", "replace")


def header_text(raw: bytes) -> str:
    """
    Return the text of a header: encoded words read (RFC 2047), 8-bit letters as they are.

    Words of one charset that stand side by side are joined before they are read, for senders cut
    a letter in two.
    """
    told = _BETWEEN.sub(r"\1", text_of_bytes(raw))
    if "=?" not in told:
        return _one_line(told)
    out: list[str] = []
    place = 0
    for charset, same in groupby(_pieces(told), key=lambda piece: piece[0]):
        pieces = list(same)
        if charset is None:
            out.extend(text for _, text, _ in pieces)
        else:
            out.append(text_of_bytes(b"".join(data for *_, data in pieces), charset))
        place += len(pieces)
    return _one_line("".join(out))


def _pieces(told: str) -> list[tuple[str | None, str, bytes]]:
    """Cut a header into encoded words, by charset, and what stands between them."""
    pieces: list[tuple[str | None, str, bytes]] = []
    place = 0
    for found in _WORD.finditer(told):
        if found.start() > place:
            pieces.append((None, told[place : found.start()], b""))
        charset, how, data = found.groups()
        raw = data.encode("utf-8", "replace")
        word = from_base64(raw) if how in "bB" else from_quoted(raw.replace(b"_", b" "))
        pieces.append((charset.partition("*")[0].casefold(), "", word))  # RFC 2231: "utf-8*en"
        place = found.end()
    if place < len(told):
        pieces.append((None, told[place:], b""))
    return pieces


def _one_line(text: str) -> str:
    return " ".join(text.split())


def from_base64(raw: bytes) -> bytes:
    """Return what base64 holds, as far as it can be read; strangers in it are passed over."""
    letters = _NO_BASE64.sub(b"", raw)
    if len(letters) % 4 == 1:
        letters = letters[:-1]  # one letter alone holds no byte
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def from_quoted(raw: bytes) -> bytes:
    """Return what quoted-printable text holds; what is no code stays as it is."""
    return binascii.a2b_qp(raw)
