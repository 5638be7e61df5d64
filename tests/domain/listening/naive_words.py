"""
Texts cut into words letter by letter, and the forms under which each word is found.

The half of the naive reading that knows about scripts.  It follows the description of the
language, shares no code with the product, and looks at one letter after another.
"""

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

SIGNS = {"#": "#", "@": "@", "$": "$", "＃": "#", "＠": "@", "＄": "$"}  # noqa: RUF001 - typed so
APOSTROPHES = "'’＇ʼ"  # noqa: RUF001 - people type any
VARIATION, JOINER, KEYCAP = "\ufe0f", "\u200d", "\u20e3"
#: Every apostrophe, and the Hebrew geresh, is one; a quotation mark in a word is gershayim.
_STRAIGHT = {**dict.fromkeys(map(ord, APOSTROPHES + "\u05f3"), "'"), ord('"'): "\u05f4"}
ARMENIAN = (0x55B, 0x55C, 0x55E)  #: marks over a vowel, written behind it
DOTS = ".．"  # noqa: RUF001 - typed so
LONGEST_CASHTAG = 6  #: letters
TATWEEL = 0x640  #: stretches an Arabic word, and is no letter of it
_RUNS = {"letter", "digit", "line", "hangul", "kata", "wild"}  #: kinds that grow into a word
_LABEL = _RUNS | {"han", "hira", "cluster"}  #: kinds that a tag may be made of
_SPELLED = {"ø": "o", "\u0131": "i", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
_SCRIPTS = {
    "han": ("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "IDEOGRAPHIC ITERATION"),
    "hira": ("HIRAGANA",),
    "kata": ("KATAKANA", "HALFWIDTH KATAKANA"),
    "hangul": ("HANGUL",),
    "cluster": ("THAI", "LAO", "KHMER", "MYANMAR"),
}
_NO_PICTURES = {"COPYRIGHT SIGN", "REGISTERED SIGN", "TRADE MARK SIGN", "DEGREE SIGN"}
_AFTER_LINK = ".,;:!?)]'\""


class Seen(NamedTuple):
    """One token: how many places it takes, and each form with its first place and the next."""

    width: int
    folded: tuple[tuple[str, int, int], ...]
    exact: tuple[tuple[str, int, int], ...]


@lru_cache(maxsize=100_000)
def kind_of(letter: str) -> str:
    """Say what a letter is to the cutter; "gap" for what stands in no word."""
    code, name = ord(letter), unicodedata.name(letter, "")
    category = unicodedata.category(letter)
    if letter in APOSTROPHES:
        return "gap"
    if letter in "_＿":  # noqa: RUF001 - typed so
        return "line"
    if 0x1F1E6 <= code <= 0x1F1FF:
        return "flag"
    unseen = category == "Cf" and code != 0x200B
    if category[0] == "M" or unseen or 0x1F3FB <= code <= 0x1F3FF or code in ARMENIAN:
        return "mark"
    if category == "Nd":
        return "digit"
    return _script(name, category)


def _script(name: str, category: str) -> str:
    for kind, starts in _SCRIPTS.items():
        if name.startswith(starts) and category[0] == "L":
            return kind
    if category == "So":  # Ⓐ and 🄰 are letters, 🅰 is a picture
        undressed = unicodedata.normalize("NFKC", unicodedata.lookup(name)) if name else ""
        if undressed.isalpha():
            japanese = kind_of(undressed[0]) == "kata"  # ㌔ is キロ; ㎏ is no word
            return "kata" if japanese else "letter" if len(undressed) == 1 else "gap"
        return "gap" if name in _NO_PICTURES else "emoji"
    return "letter" if category[0] == "L" or category == "Nl" or "GERESH" in name[-6:] else "gap"


def cut(text: str, *, wild: str = "") -> list[str]:
    """Cut a text into tokens; letters in `wild` count as letters."""
    tokens: list[str] = []
    at = 0
    while at < len(text):
        end = _end(text, at, wild)
        if end > at:
            tokens.append(text[at:end])
        at = max(end, at + 1)
    return tokens


def _kind(text: str, at: int, wild: str) -> str:
    if not 0 <= at < len(text):
        return "gap"
    return "wild" if text[at] in wild else kind_of(text[at])


def _end(text: str, at: int, wild: str) -> int:
    before = text[at - 1 : at]
    glued = before.isascii() and (before.isalnum() or before == "_")
    if not glued and is_link(text[at : at + 8]):
        return _link_end(text, at)
    if text[at] in SIGNS and not glued and _may_be_label(text, at, wild):
        return _entity_end(text, at, wild)
    return _plain_end(text, at, wild)


def _plain_end(text: str, at: int, wild: str) -> int:
    kind = _kind(text, at, wild)
    if text[at] in "0123456789#*" and KEYCAP in text[at + 1 : at + 3].replace(VARIATION, "")[:1]:
        return text.index(KEYCAP, at) + 1
    if kind == "flag":
        half = _marked(text, at + 1)
        return _marked(text, half + 1) if _kind(text, half, "") == "flag" else half
    if kind == "emoji":
        return _emoji_end(text, at)
    if kind in {"han", "hira", "cluster"}:
        return _marked(text, at + 1, more="\u0e33\u0eb3" if kind == "cluster" else "")
    return _word_end(text, at, wild) if kind in _RUNS else at


def is_link(token: str) -> bool:
    """Say whether a token is a web address."""
    return token.lower().startswith(("http://", "https://", "www."))


def _link_end(text: str, at: int) -> int:
    end = _while(text, at, lambda letter: not (letter.isspace() or _ends_link(letter)))
    while text[end - 1] in _AFTER_LINK:
        end -= 1
    return end


def _ends_link(letter: str) -> bool:
    """Say whether people write on with this letter after a link, without a blank."""
    wide = 0x3000 <= ord(letter) <= 0x303F or 0xFE30 <= ord(letter) <= 0xFF65
    east = kind_of(letter) in {"han", "hira", "kata", "hangul", "emoji", "flag"}
    return wide or east or letter in '<>"…“”„«»'


def _may_be_label(text: str, at: int, wild: str) -> bool:
    sign, after = SIGNS[text[at]], _kind(text, at + 1, wild)
    if sign == "#" and text[at - 1 : at] in {"/", "&"}:
        return False  # a place in an address, or a letter spelled as &#39;
    if sign == "$":
        end = _while(text, at + 1, lambda letter: letter.isascii() and letter.isalpha())
        if not 1 <= end - at - 1 <= LONGEST_CASHTAG:
            return False
        return not (_word_at(text, end) and text[end].isascii())
    return after in _LABEL - {"wild"}


def _while(text: str, at: int, goes_on: Callable[[str], bool]) -> int:
    while at < len(text) and goes_on(text[at]):
        at += 1
    return at


def _word_at(text: str, at: int) -> bool:
    return at < len(text) and (text[at].isalnum() or text[at] == "_")


def _entity_end(text: str, at: int, wild: str) -> int:
    sign = SIGNS[text[at]]
    if sign == "$":
        end = _while(text, at + 1, lambda one: (one.isascii() and one.isalpha()) or one in wild)
    elif sign == "@" and text[at + 1].isascii():
        end = _mention_end(text, at + 1, wild)
    else:
        end = at + 1
        while _kind(text, end, wild) in _LABEL | {"mark"}:
            end += 1
    possessive = text[end : end + 1] in {*APOSTROPHES} and text[end + 1 : end + 2] in {"s", "S"}
    return end + 2 if possessive and _kind(text, end + 2, wild) not in _LABEL else end


def _mention_end(text: str, at: int, wild: str) -> int:
    """Go on over name, name.host and name@host; a dash stands only where there is a host."""

    def ascii_word(letter: str) -> bool:
        return letter.isascii() and (letter.isalnum() or letter in {"_", *wild})

    name = _while(text, at, ascii_word)
    end = _while(text, at, lambda one: ascii_word(one) or one == "-")
    if text[end : end + 1] != "." or not ascii_word(text[end + 1 : end + 2] or " "):
        end = name
    while text[end : end + 1] in {".", "@"} and ascii_word(text[end + 1 : end + 2] or " "):
        end = _while(text, end + 1, lambda one: ascii_word(one) or one == "-")
    return end


def _emoji_end(text: str, at: int) -> int:
    end = _marked(text, at + 1)
    while text[end - 1] == JOINER and _kind(text, end, "") == "emoji":
        end = _marked(text, end + 1)
    return end


def _marked(text: str, end: int, *, more: str = "") -> int:
    while _kind(text, end, "") == "mark" or (end < len(text) and text[end] in more):
        end += 1
    return end


def _word_end(text: str, at: int, wild: str) -> int:
    end, last = at + 1, _kind(text, at, wild)
    while end < len(text):
        here = _kind(text, end, wild)
        beyond = _marked(text, end + 1)
        over = _kind(text, beyond, wild)
        if here == "mark":
            end += 1
        elif _joins(last, here):
            end, last = end + 1, here
        elif _joins_over(text[end], last, over) or _hebrew_quote(text, end):
            end, last = beyond + 1, over
        else:
            break
    return end


def _joins(one: str, other: str) -> bool:
    if not {one, other} <= _RUNS:
        return False
    if {one, other} & {"line", "wild"}:
        return True
    return one == other or {one, other} == {"letter", "digit"}


def _joins_over(sign: str, one: str, other: str) -> bool:
    letters = {one, other} <= {"letter", "wild"}
    digits = one == other == "digit"
    return (letters and sign in APOSTROPHES + DOTS) or (digits and sign in DOTS + ",;'")


def _hebrew_quote(text: str, at: int) -> bool:
    """Say whether a quotation mark stands between Hebrew letters: it makes an acronym of them."""
    beside = (text[at - 1 : at], text[at + 1 : at + 2])
    return text[at] in {'"', "\u05f4"} and all("\u05d0" <= letter <= "\u05ea" for letter in beside)


@lru_cache(maxsize=200_000)
def seen(raw: str) -> Seen:
    """Return the places and forms of one token of a text."""
    if is_link(raw):
        return Seen(1, (), ())
    entities, label = _entity(raw)
    if not label.strip("_＿"):  # noqa: RUF001 - typed so
        return Seen(0, (), ())  # a line between words is no word
    whole, parts = _parts(label, tag=bool(entities) and SIGNS[raw[0]] != "$")
    width = len(parts)
    over = [(whole, 0, width)]
    if width > 1:
        over += [(part, at, at + 1) for at, part in enumerate(parts)]
    folded = [(form, 0, width) for form in entities]
    folded += [(form, s, e) for part, s, e in over for form in _forms(part)]
    exact = [(_nfc(form), 0, width) for form in {raw, _unowned(raw)} if entities]
    exact += [(_nfc(form), s, e) for part, s, e in over for form in {part, _unowned(part)}]
    return Seen(width, tuple(dict.fromkeys(folded)), tuple(dict.fromkeys(exact)))


def query_words(term: str, *, wild: str = "*?") -> list[str]:
    """Return the words that a term looks for in a row; wildcards are kept as typed."""
    found = []
    for raw in cut(term, wild=wild):
        entities, label = _entity(raw)
        form = fold(_unowned(raw)) if entities else fold(_undotted(label.strip("_＿")))  # noqa: RUF001
        found.append(form.replace("'", ""))
    return found


def exact_words(term: str) -> list[str]:
    """Return the words of a term in {braces}."""
    return [_nfc(raw) for raw in cut(term)]


def _entity(raw: str) -> tuple[list[str], str]:
    """Return the forms of a tag or mention as such, and the name in it."""
    if raw[0] not in SIGNS or len(raw) == 1 or raw[1] in VARIATION + KEYCAP:
        return [], raw
    sign, owned = SIGNS[raw[0]], _unowned(raw[1:])
    own = owned.replace("@", ".").split(".")[0] if sign == "@" else owned  # without its server
    forms = [fold(sign + owned), fold(sign + own)]
    return forms, raw[1:] if own == owned else own


def _parts(label: str, *, tag: bool) -> tuple[str, list[str]]:
    """Return the whole of a token without what hangs outside, and the words inside it."""
    whole = label.strip("_＿") or label  # noqa: RUF001 - typed so
    parts = [part for part in whole.replace("＿", "_").split("_") if part]  # noqa: RUF001
    if tag:
        parts = [humped for part in parts for token in cut(part) for humped in _camel(token)]
    elif _undotted(whole) == whole:
        parts = [dotted for part in parts for dotted in _undot(part)]
    return whole, parts or [whole]


def _undot(word: str) -> list[str]:
    """Cut at the full stops between letters; those between digits stay."""
    parts = [""]
    for at, letter in enumerate(word):
        if letter in DOTS and word[at - 1 : at] and not word[at + 1 : at + 2].isdigit():
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _undotted(word: str) -> str:
    """Return U.S.A as USA, and any other word as it is."""
    letters = unicodedata.normalize("NFC", word).replace("．", ".").split(".")  # noqa: RUF001
    single = len(letters) > 1 and all(len(one) == 1 and one.isalpha() for one in letters)
    return "".join(letters) if single else word


def _camel(name: str) -> list[str]:
    """Cut iPhone15 into iPhone 15, NASAData into NASA Data, 5GRollout into 5G Rollout."""
    parts: list[str] = []
    bases = [letter for letter in name if kind_of(letter) != "mark"]
    at = 0
    for letter in name:
        if kind_of(letter) == "mark":
            parts[-1] += letter
            continue
        if not at or _hump(bases, at, len(parts[-1])):
            parts.append("")
        parts[-1] += letter
        at += 1
    return parts


def _hump(bases: list[str], at: int, length: int) -> bool:
    before, here, after = bases[at - 1], bases[at], [*bases, ""][at + 1]
    if here.isdigit():
        return not before.isdigit() and before not in APOSTROPHES
    if not here.isupper():
        return False
    lone = before.islower() and length == 1  # the i of iPhone
    return (before.islower() and not lone) or (not before.islower() and after.islower())


@lru_cache(maxsize=200_000)
def _forms(word: str) -> tuple[str, ...]:
    folded = fold(_undotted(word))
    owned = fold(_unowned(word))
    spelled = {folded, folded.replace("'", ""), owned, owned.replace("'", "")}
    spelled |= {_toneless(form) for form in spelled}
    return tuple(sorted({form for one in spelled for form in (one, plain(one)) if form}))


def _unowned(word: str) -> str:
    owned = len(word) > 2 and word[-2] in APOSTROPHES and word[-1] in "sS"
    return word[:-2] if owned else word


def _toneless(word: str) -> str:
    return "".join(letter for letter in word if not 0x1F3FB <= ord(letter) <= 0x1F3FF)


def fold(word: str) -> str:
    """Return a word without what people vary without thinking: case, width, invisible letters."""
    wide = unicodedata.normalize("NFKC", word).casefold()
    picture = any(kind_of(letter) in {"emoji", "flag"} for letter in word)
    kept = [
        letter
        for letter in unicodedata.normalize("NFKC", wide).translate(_STRAIGHT)
        if not _unseen(letter, picture=picture)
    ]
    return unicodedata.normalize("NFC", "".join(kept)).rstrip(JOINER)


def _unseen(letter: str, *, picture: bool) -> bool:
    code = ord(letter)
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return True
    return code == TATWEEL or (unicodedata.category(letter) == "Cf" and not picture)


def plain(folded: str) -> str:
    """Return a folded word without its accents."""
    kept = [letter for letter in unicodedata.normalize("NFD", folded) if not _accent(ord(letter))]
    return unicodedata.normalize("NFC", "".join(_SPELLED.get(letter, letter) for letter in kept))


def _accent(code: int) -> bool:
    if code in ARMENIAN:
        return True
    return 0x300 <= code <= 0x36F or 0x591 <= code <= 0x5C7 or 0x64B <= code <= 0x65F


def _nfc(word: str) -> str:
    return unicodedata.normalize("NFC", word)
