"""Spellings that count as the same: case, width, accents, and what a reader cannot see."""

import re
from collections.abc import Mapping
from functools import lru_cache
from unicodedata import category, normalize

#: Unseen characters inside words: soft hyphen, joiners, direction marks, variation selectors, tags.
UNSEEN = "\u00ad\u061c\u180b-\u180f\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
UNSEEN += "\ufff9-\ufffb\U000e0000-\U000e0fff"
#: One that falls away; the last only stretches an Arabic word.
UNSEEN_LETTERS = re.compile(f"[{UNSEEN}\u0640]")
_JOINER = "\u200d"
_TAGS = "\U000e0020-\U000e007f"  # they spell the flag of Scotland
_ALL_BUT_JOINERS = re.compile(f"(?!{_JOINER})[{UNSEEN}\u0640]")
_ALL_BUT_TAGS = re.compile(f"(?![{_JOINER}{_TAGS}])[{UNSEEN}\u0640]")
#: Marks a plain spelling leaves out: Latin, Greek and Cyrillic accents, Hebrew points, Arabic
#: vowels, signs over Armenian ones.  Indic, Thai and kana marks make another word and stay.
_ACCENT = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f"
    "\u055a-\u055c\u055e\u055f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20dc\u20e1\u20e5-\u20ff\ufe20-\ufe2f"
)
_ACCENTS = re.compile(f"[{_ACCENT}]")
#: UAX #15 calls 30 marks on one letter the most that real text has; putting more in order takes
#: a time that grows with the square of their number.
_STACKED = f"[{_ACCENT}\u0483-\u0489\u0e38-\u0e3a\u0e47-\u0e4e\u0eb8-\u0ebc\u0ec8-\u0ecd]"
#: A mark that a plain spelling leaves out, or that can be heaped on a letter.
ACCENTED = re.compile(_STACKED)
_HEAP = re.compile(f"({_STACKED}{{30}}){_STACKED}+")
#: Letters whose accent is no mark of its own.
_PLAIN = {
    "ø": "o",
    "ı": "i",  # noqa: RUF001 - the Turkish letter itself
    "æ": "ae",
    "œ": "oe",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ħ": "h",
}
#: The last two are the Hebrew apostrophe and the quotation mark inside a word, often typed as `"`.
_APOSTROPHES = {"’": "'", "‘": "'", "ʼ": "'", "\u05f3": "'", '"': "\u05f4"}  # noqa: RUF001 - what we fold


def fold(word: str) -> str:
    """
    Return the spelling under which a word is compared: NFKC, case folded, NFKC again.

    Apostrophes become one; what a reader cannot see falls away.
    Source: Unicode 15, section 3.13, D145-D147.
    """
    return word.lower() if word.isascii() else _folded(word)


@lru_cache(maxsize=4)  # one word is folded several times before the next
def _folded(word: str) -> str:
    seen = _seen(_HEAP.sub(r"\1", word))
    folded = normalize("NFKC", normalize("NFKC", seen).casefold())
    return _replaced(folded, _APOSTROPHES)


def composed(text: str) -> str:
    """
    Return a text as exact case and `raw:` compare it: NFC, but for marks beyond the thirtieth.

    Composing forty thousand marks on one letter would take seconds.
    """
    return text if text.isascii() else normalize("NFC", _HEAP.sub(r"\1", text))


def without_marks(folded: str) -> str:
    """Return a folded word as somebody without accents on the keyboard would type it."""
    if folded.isascii():
        return folded
    bare = _ACCENTS.sub("", normalize("NFD", folded))
    return normalize("NFKC", _replaced(bare, _PLAIN))


def _replaced(word: str, table: Mapping[str, str]) -> str:
    """Replace letters; over a long word far quicker than `str.translate`."""
    for letter, other in table.items():
        word = word.replace(letter, other)
    return word


def _seen(word: str) -> str:
    """Leave out what nobody sees, but keep a joiner before a picture, and tags behind one."""
    if not UNSEEN_LETTERS.search(word):
        return word
    unseen = _ALL_BUT_TAGS if category(word[0]) == "So" else _ALL_BUT_JOINERS
    joined = {part[:1] for part in set(word.split(_JOINER)[1:])}
    kept = "".join(filter(_is_picture, sorted(joined - {""})))
    word = re.sub(f"{_JOINER}(?![{re.escape(kept)}])" if kept else _JOINER, "", word)
    return unseen.sub("", word)


def _is_picture(letter: str) -> bool:
    return category(letter)[0] in "SP" and not normalize("NFKC", letter).isalnum()
