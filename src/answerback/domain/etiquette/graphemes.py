"""What people see as one character: a letter with its marks, a family of emoji."""

import re
import unicodedata
from functools import cache
from typing import Final

#: Marks that Unicode does not hang on what stands before them (GCB=Other though Mc).
_ALONE: Final = frozenset(
    (
        *(0x102B, 0x102C, 0x1038, *range(0x1062, 0x1065), *range(0x1067, 0x106E), 0x1083),
        *(*range(0x1087, 0x108D), 0x108F, *range(0x109A, 0x109D), 0x1A61, 0x1A63, 0x1A64),
        *(0xAA7B, 0xAA7D, 0x11720, 0x11721),
    )
)
#: What hangs on the character before without being a mark: ZWNJ and ZWJ, vowels of Thai and
#: Lao, skin tones, and the tags of which flags are made.
_HANGING: Final = "\u200c\u200d\u0e33\u0eb3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
#: What hangs on the character after it.
_BEFORE: Final = (
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd\U000111c2\U000111c3"
    "\U0001193f\U00011941\U00011a3a\U00011a84-\U00011a89\U00011d46"
)
_FLAG: Final = "[\U0001f1e6-\U0001f1ff]"
_LEADS, _VOWELS, _TAILS = (
    "[\u1100-\u115f\ua960-\ua97c]",
    "[\u1160-\u11a7\ud7b0-\ud7c6]",
    "[\u11a8-\u11ff\ud7cb-\ud7fb]",
)
#: Syllables without a tail may take further vowels; those with one may not.
_OPEN: Final = "".join(map(chr, range(0xAC00, 0xD7A4, 28)))
_HANGUL: Final = (
    f"{_LEADS}*(?:{_VOWELS}+|[{_OPEN}]{_VOWELS}*|[\uac00-\ud7a3]){_TAILS}*|{_LEADS}+|{_TAILS}+"
)
#: Consonants of Devanagari, Bengali, Gujarati, Oriya, Telugu and Malayalam (InCB=Consonant,
#: Unicode 15.1), and the viramas that join them.
_CONSONANT: Final = (
    "[\u0915-\u0939\u0958-\u095f\u0978-\u097f\u0995-\u09a8\u09aa-\u09b0\u09b2\u09b6-\u09b9"
    "\u09dc\u09dd\u09df\u09f0\u09f1\u0a95-\u0aa8\u0aaa-\u0ab0\u0ab2\u0ab3\u0ab5-\u0ab9\u0af9"
    "\u0b15-\u0b28\u0b2a-\u0b30\u0b32\u0b33\u0b35-\u0b39\u0b5c\u0b5d\u0b5f\u0b71"
    "\u0c15-\u0c28\u0c2a-\u0c39\u0c58-\u0c5a\u0d15-\u0d3a]"
)
_JOINERS: Final = "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d"
#: Pictures that a ZWJ joins into one (Extended_Pictographic, Unicode 15).
PICTURE: Final = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u2388"
    "\u23cf\u23e9-\u23f3\u23f8-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2605"
    "\u2607-\u2612\u2614-\u2685\u2690-\u2705\u2708-\u2712\u2714\u2716\u271d\u2721\u2728\u2733"
    "\u2734\u2744\u2747\u274c\u274e\u2753-\u2755\u2757\u2763-\u2767\u2795-\u2797\u27a1\u27b0"
    "\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001f0ff\U0001f10d-\U0001f10f\U0001f12f\U0001f16c-\U0001f171\U0001f17e\U0001f17f"
    "\U0001f18e\U0001f191-\U0001f19a\U0001f1ad-\U0001f1e5\U0001f201-\U0001f20f\U0001f21a\U0001f22f"
    "\U0001f232-\U0001f23a\U0001f23c-\U0001f23f\U0001f249-\U0001f3fa\U0001f400-\U0001f53d"
    "\U0001f546-\U0001f64f\U0001f680-\U0001f6ff\U0001f774-\U0001f77f\U0001f7d5-\U0001f7ff"
    "\U0001f80c-\U0001f80f\U0001f848-\U0001f84f\U0001f85a-\U0001f85f\U0001f888-\U0001f88f"
    "\U0001f8ae-\U0001f8ff\U0001f90c-\U0001f93a\U0001f93c-\U0001f945\U0001f947-\U0001faff"
    "\U0001fc00-\U0001fffd]"
)
#: Where Unicode keeps its marks; `channels/clean.py` looks at the same blocks.
_MARK_BLOCKS: Final = (range(0x300, 0x20000), range(0xE0100, 0xE01F0))


def count_graphemes(text: str, *, conjuncts: bool = False) -> int:
    """
    Return how many characters people see.

    With `conjuncts`, consonants of Indic scripts that a virama joins are one: "ksha" in
    Devanagari.  Unicode says so since 15.1; some networks count by it, others not yet.

    Source: UAX #29, extended grapheme clusters, `conjuncts` being its GB9c, by the categories of
    this Python's `unicodedata`.
    """
    if text.isascii():
        return len(text) - text.count("\r\n")
    return sum(1 for _ in _clusters(conjuncts=conjuncts).finditer(text))


@cache
def _clusters(*, conjuncts: bool) -> re.Pattern[str]:
    hanging = f"[{_marks('M')}{_HANGING}]"
    joined = f"{PICTURE}(?:{hanging}*\u200d{PICTURE})*"
    between = f"[{_marks('Mn', 'Me', but=_JOINERS)}\u200d]*"
    joined_letters = f"{_CONSONANT}(?:{between}(?:[{_JOINERS}]{between})+{_CONSONANT})+"
    first = f"{joined_letters}|" if conjuncts else ""
    core = f"(?:{_FLAG}{{2}}|{_HANGUL}|{joined}|{first}[^{_controls()}])"
    return re.compile(f"\r\n|[{_BEFORE}]*{core}{hanging}*|[{_BEFORE}]+{hanging}*|.", re.DOTALL)


def _marks(*kinds: str, but: str = "") -> str:
    return "".join(
        chr(code)
        for block in _MARK_BLOCKS
        for code in block
        if code not in _ALONE
        and unicodedata.category(chr(code)).startswith(kinds)
        and chr(code) not in but
    )


def _controls() -> str:
    """Return the characters after and before which there is always a break."""
    format_marks = "\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u206f\ufeff\ufff0-\ufffb"
    return f"\x00-\x1f\x7f-\x9f\u2028-\u202e{format_marks}\U000e0000-\U000e001f"
