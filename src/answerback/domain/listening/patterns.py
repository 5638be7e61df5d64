"""
What counts as a letter, and the patterns that cut a text into raw tokens.

The cuts follow UAX #29 with choices that docs/reference/query-language.md lists; every pattern
runs in one pass, without backtracking into what it took.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from unicodedata import category

from answerback.domain.listening.folding import UNSEEN

# Each name in capitals is the inside of a [class].
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN += "\U00020000-\U0003ffff"
IDEOGRAPHS = re.compile(f"[{_HAN}]")
_HIRAGANA = "\u3041-\u3096\u309d-\u309f"
_KATAKANA = "\u3031-\u3035\u30a0-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_KATAKANA += "\u32d0-\u32fe\u3300-\u3357"  # in a circle or a square
_HANGUL = "\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc"
#: Thai, Lao, Burmese, Khmer and their neighbours' letters: written without spaces, so each
#: cluster is a word.
_SPACELESS = (
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf"
)
_SPACELESS += (
    "\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\u1061\u1065\u1066\u106e-\u1070\u1075-\u1081"
)
_SPACELESS += "\u108e\u1780-\u17b3\u17d7\u17dc\u1950-\u196d\u1970-\u1974\u1980-\u19ab\u19b0-\u19c9"
_SPACELESS += (
    "\u1a20-\u1a54\u1aa7\ua9e0-\ua9e4\ua9e6-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa76\uaa7a\uaa7e-\uaaaf"
)
_SPACELESS += "\uaab1\uaab5\uaab6\uaab9-\uaabd\uaac0\uaac2\uaadb-\uaadd"
_SPACING_VOWELS = "\u0e33\u0eb3"  # letters by category, but they sit on the letter before
_CIRCLED = "\u24b6-\u24e9\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189"
#: Letters beyond the basic plane, without music, mathematics' operators and pictographs.
_ASTRAL = "\U00010000-\U0001cfff\U0001d400-\U0001d7ff\U0001df00-\U0001efff\U0001fbf0-\U0001fbf9"
_OWN_RULES = re.compile(f"[{_HAN}{_HIRAGANA}{_KATAKANA}{_HANGUL}{_SPACELESS}]")

QUOTES = "'’‘＇ʼ"  # noqa: RUF001 - each of them stands for an apostrophe in posts
TONES = "\U0001f3fb-\U0001f3ff"
FLAGS = "\U0001f1e6-\U0001f1ff"  #: two of them are a flag
PICTURES = (
    "\u203c\u2049\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf\u23e9-\u23f3\u23f8-\u23fa"
    "\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c"
    "\u2b50\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f0ff\U0001f18e\U0001f191-\U0001f19a"
    "\U0001f201-\U0001f5ff\U0001f600-\U0001f64f\U0001f680-\U0001faff"
)


def _spelled(kinds: frozenset[str]) -> str:
    """Return the basic plane's characters of these categories as ranges for a [class]."""
    spans: list[list[int]] = []
    for code in range(0x10000):
        letter = chr(code)
        if category(letter) not in kinds or _OWN_RULES.match(letter) or letter in _NO_LETTERS:
            continue
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "".join(f"\\u{low:04x}-\\u{high:04x}" for low, high in spans)


#: Letters by category that people write for an apostrophe; and a space that nobody sees.
_NO_LETTERS = f"{QUOTES}\u200b"
_LETTERS = _spelled(frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl"})) + _CIRCLED + _ASTRAL
LOW_LINES = "_＿"  # noqa: RUF001 - the second is as wide as a Chinese letter
AT, HASH = "@＠", "#＃"  # noqa: RUF001 - likewise
DIGITS = _spelled(frozenset({"Nd"}))
#: What belongs to the letter before.  The last are signs over Armenian vowels.
_MARKS = _spelled(frozenset({"Mn", "Mc", "Me", "Cf"})) + UNSEEN + "\u055a-\u055c\u055e\u055f"
_STARTS = f"{_LETTERS}{DIGITS}{LOW_LINES}"
_ANY = f"{_STARTS}{_HAN}{_HIRAGANA}{_KATAKANA}{_HANGUL}{_SPACELESS}"

DOTS = ".․﹒．"  # noqa: RUF001 - likewise for a full stop
_HEBREW = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u05d0-\u05ea\u05ef-\u05f2\ufb1d-\ufb4f"
_AFTER_LETTER = (
    f"{QUOTES}{DOTS}\u00b7\u0387\u2027\u05f3\u05f4"  # and middle dots, geresh, gershayim
)
_AFTER_DIGIT = f"{QUOTES}{DOTS},，٬٫"  # noqa: RUF001 - decimal and thousands signs of several scripts
_URL_END = (
    f'\\s<>"…“”„«»{PICTURES}{FLAGS}{_HAN}{_HIRAGANA}{_KATAKANA}{_HANGUL}\u3000-\u303f\ufe30-\uff65'
)
_POSSESSIVE = f"(?:[{QUOTES}][sS](?![{_ANY}]))?"

#: The sets that the patterns are built from, for a scanner that is no pattern.
CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "letter": _LETTERS,
        "digit": DIGITS,
        "low line": LOW_LINES,
        "mark": _MARKS,
        "ideograph": _HAN + _HIRAGANA,
        "katakana": _KATAKANA,
        "hangul": _HANGUL,
        "cluster": _SPACELESS,
        "vowel": _SPACING_VOWELS,
        "hebrew": _HEBREW,
        "picture": PICTURES,
        "tail": _MARKS + TONES,
        "flag": FLAGS,
        "link end": _URL_END,
        "joins letters": _AFTER_LETTER,
        "joins digits": _AFTER_DIGIT,
        "quote": QUOTES,
        "at": AT,
        "hash": HASH,
    }
)


def word_pattern(wild: str) -> str:
    """Return the pattern of words and pictures; `wild` holds the wildcards that may be in one."""
    more = f"{_MARKS}{wild}"
    # A joiner holds letters together, or digits, but never a letter and a digit.
    joined = (
        f'(?:(?=[{_AFTER_LETTER}{_AFTER_DIGIT}"])'  # seldom so, and quickly seen
        f"(?:(?<![{DIGITS}{LOW_LINES}])[{_AFTER_LETTER}][{_MARKS}]*(?![{DIGITS}{LOW_LINES}])"
        f"|(?<=[{DIGITS}])[{_AFTER_DIGIT}][{_MARKS}]*(?=[{DIGITS}])"
        f'|(?<=[{_HEBREW}])"(?=[{_HEBREW}]))[{_STARTS}][{_STARTS}{more}]*)*'
    )
    tail = f"[{CLASSES['tail']}]*"
    return (
        "[0-9#*]\ufe0f?\u20e3"  # keycaps, before the digit becomes a word
        f"|[{_STARTS}][{_STARTS}{more}]*{joined}"
        f"|[{_HAN}{_HIRAGANA}][{more}]*"
        f"|[{_KATAKANA}][{_KATAKANA}{more}]*"
        f"|[{_HANGUL}][{_HANGUL}{more}]*"
        f"|[{_SPACELESS}][{more}{_SPACING_VOWELS}]*"
        f"|[{FLAGS}][{_MARKS}]*(?:[{FLAGS}][{_MARKS}]*)?"
        f"|[{PICTURES}]{tail}(?:(?<=\u200d)[{PICTURES}]{tail})*"
    )


def token_pattern(wild: str) -> re.Pattern[str]:
    """Return the pattern of everything that takes a place: links, entities, words, pictures."""
    name = f"A-Za-z0-9_{wild}"
    return re.compile(
        f"(?<![A-Za-z0-9_])(?:[hH][tT][tT][pP][sS]?://|[wW][wW][wW]\\.)[^{_URL_END}]+"
        f"|(?<![A-Za-z0-9_])[{AT}](?:[A-Za-z0-9_][{name}]*(?:-[A-Za-z0-9_-]+(?=[.][A-Za-z0-9]))?(?:[.@][A-Za-z0-9_-]+)*"
        f"|[{_ANY}][{_ANY}{_MARKS}{wild}]*){_POSSESSIVE}"
        f"|(?<![A-Za-z0-9_&/])[{HASH}](?!\ufe0f?\u20e3)[{_ANY}][{_ANY}{_MARKS}{wild}]*{_POSSESSIVE}"
        f"|(?<![A-Za-z0-9_])[$][A-Za-z]{{1,6}}(?![A-Za-z0-9_])"
        f"|{word_pattern(wild)}"
    )
