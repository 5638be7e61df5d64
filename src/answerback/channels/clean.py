"""One edge cleaner for all text that comes in, so that nothing behind it meets a surprise."""

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from answerback.channels.unreadable import Unreadable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Bytes of UTF-8.  A post up to here is kept whole; a longer one is set aside, never cut.
LONGEST_TEXT = 1 << 20
#: Characters.  Up to here a text is brought to NFC; beyond, that one step is left out, for
#: it is the only one whose cost a stranger can drive over 50 ms.
LONGEST_COMPOSED = 1 << 16
#: Combining marks that may sit on one base character.
MARKS_PER_BASE = 4

_INSTEAD = "\N{REPLACEMENT CHARACTER}"
#: C0 but tab and newline, DEL, C1, and lone surrogates.  (Carriage returns are gone by then.)
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")
#: Where Unicode 14 to 17 keeps its marks; looked up once, when the first accent is met.
_MARK_BLOCKS = (range(0x300, 0x20000), range(0xE0100, 0xE01F0))
_UTF8_MOST = 4  # bytes a character may take


def clean(text: str) -> str:
    """
    Return the text as it may be stored: whole, composed, without what a database refuses.

    In this order: size cap; carriage returns become newlines; NUL, other control characters
    (tab and newline stay) and lone surrogates each become U+FFFD; of more than four
    combining marks on one base the first four stay; NFC, up to 65,536 characters.  HTML
    entities, bidi controls, zero-width characters and look-alikes are left as they came: to
    read or show them is the business of others.  Cleaning twice changes nothing.

    Units: the size cap is 1 MiB (1,048,576 bytes) of UTF-8.
    Error: cost is linear; the worst text known takes under 50 ms.
    Source: RELIABILITY, section 3 item 11; marks as in UAX #15 (Stream-Safe), but fewer.

    :raises Unreadable: "too_long", when the text is over 1 MiB; nothing is truncated.
    """
    if len(text) > LONGEST_COMPOSED:
        return _clean_long(text)
    if text.isascii() and text.isprintable():
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # All that is unwanted is unprintable; to ask that first is ten times as quick.
    if not text.replace("\n", "").isprintable():
        text = _UNWANTED.sub(_INSTEAD, text)
    if text.isascii():
        return text
    if _marks().isdisjoint("".join(_BEYOND_ASCII.findall(text))):
        return unicodedata.normalize("NFC", text)
    # Composing takes a few marks apart into two, so the cap must hold after it as well.
    return _cap_marks(unicodedata.normalize("NFC", _cap_marks(text)))


def _cap_marks(text: str) -> str:
    marks = _marks()
    if sum(map(marks.__contains__, text)) <= MARKS_PER_BASE:
        return text
    kept, run = [], 0
    for character in text:
        run = run + 1 if character in marks else 0
        if run <= MARKS_PER_BASE:
            kept.append(character)
    return "".join(kept)


def _clean_long(text: str) -> str:
    """Do the same with arrays: a pattern that matches half a million times is too slow."""
    if len(text) * _UTF8_MOST > LONGEST_TEXT:
        size = len(text.encode("utf-8", "surrogatepass"))
        if size > LONGEST_TEXT:
            raise Unreadable(
                reason="too_long",
                sentence=f"The text has {size:,} bytes, and a post may have {LONGEST_TEXT:,}. "
                "Nothing is cut: split it, or leave it out.",
            )
    if text.isascii() and text.isprintable():
        return text
    import numpy as np  # noqa: PLC0415 - only a text over 64 kB pays for it

    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    codes = np.array([text]).view(np.uint32)  # quicker than to encode, where there are surrogates
    codes[_unwanted_table()[codes]] = ord(_INSTEAD)
    is_mark = _mark_table()[codes]
    if is_mark.any():
        place = np.arange(len(codes))
        base = np.maximum.accumulate(np.where(is_mark, -1, place))
        codes = codes[place - base <= MARKS_PER_BASE]
    return codes.astype("<u4").tobytes().decode("utf-32-le")


@cache
def _marks() -> frozenset[str]:
    return frozenset(
        mark
        for block in _MARK_BLOCKS
        for mark in map(chr, block)
        if unicodedata.combining(mark) or unicodedata.category(mark) in {"Mn", "Me"}
    )


@cache
def _mark_table() -> "NDArray[np.bool_]":
    import numpy as np  # noqa: PLC0415 - only a text over 64 kB pays for it

    table = np.zeros(0x110000, dtype=np.bool_)
    table[[ord(mark) for mark in _marks()]] = True
    return table


@cache
def _unwanted_table() -> "NDArray[np.bool_]":
    import numpy as np  # noqa: PLC0415 - only a text over 64 kB pays for it

    table = np.zeros(0x110000, dtype=np.bool_)
    for first, behind in ((0x00, 0x09), (0x0B, 0x20), (0x7F, 0xA0), (0xD800, 0xE000)):
        table[first:behind] = True
    return table
