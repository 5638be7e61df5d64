"""
Text into words: segment first, then fold each word by itself.

Folding first would turn `Orbit™` into `OrbitTM`.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NewType
from unicodedata import category

from answerback.domain.listening.folding import composed, fold, without_marks
from answerback.domain.listening.patterns import (
    AT,
    DIGITS,
    DOTS,
    FLAGS,
    HASH,
    LOW_LINES,
    PICTURES,
    QUOTES,
    TONES,
    token_pattern,
    word_pattern,
)

#: One folded spelling under which a word can be found: `orbit`, `#orbit`, `@orbit`, `😡`.
Form = NewType("Form", str)

_TONED = re.compile(f"[{TONES}]")
_TOKENS = token_pattern("")
_WORDS = re.compile(word_pattern(""))

#: Raw tokens, in order.  The first step over a text; everything else depends on a token alone.
raw_tokens = _TOKENS.findall


@dataclass(frozen=True, slots=True)
class Token:
    """
    What one raw token can be found as.

    Units: places count words.  `#BurgerKing` takes two places: `burgerking` and `#burgerking`
    lie over both, `burger` over the first, `king` over the second.
    """

    forms: tuple[tuple[Form, int, int], ...]  #: form, first place, place after the last
    cuts: tuple[tuple[int, int], ...]  #: for each place its code points within the raw token

    @property
    def width(self) -> int:
        """Units: places, also known as words."""
        return len(self.cuts)


@dataclass(frozen=True, slots=True)
class _Anatomy:
    """A raw token taken apart; `pieces`, its words by code points within it, are its places."""

    whole: str  #: the word that it is as a whole, without a sign
    pieces: list[tuple[int, int]]
    entities: tuple[Form, ...] = ()


def token(raw: str) -> Token:
    """Return what a raw token can be found as.  It depends on nothing else."""
    name = raw[1:]
    if raw[0] in "@#" and name.isascii() and name.replace("_", "a").isalnum():
        return _plain_entity(raw)  # as most tags and mentions are: the long way says the same
    if is_link(raw):
        return Token(forms=(), cuts=((0, len(raw)),))  # bare words never match inside
    found = _anatomy(raw)
    width = len(found.pieces)
    forms: dict[tuple[Form, int, int], None] = {}
    if width:
        forms.update(((form, 0, width), None) for form in found.entities)
        forms.update(((form, 0, width), None) for form in _spellings(found.whole))
    if width > 1:
        for place, (start, end) in enumerate(found.pieces):
            forms.update(((form, place, place + 1), None) for form in _spellings(raw[start:end]))
    return Token(forms=tuple(forms), cuts=_covering(found.pieces, length=len(raw)))


def _plain_entity(raw: str) -> Token:
    """Return what a tag or mention of English letters, digits and `_` can be found as."""
    lower = raw.lower()
    name = lower[1:]
    if name.isalpha() and (raw[1:] == name or raw[1:].isupper()):
        return Token(((Form(lower), 0, 1), (Form(name), 0, 1)), ((0, len(raw)),))
    pieces = [
        cut
        for part in _BETWEEN_LINES.finditer(raw, 1)
        for cut in _humps(raw, part.start(), part.end())
    ]
    if not pieces:
        return Token(forms=(), cuts=())
    width = len(pieces)
    forms = [(Form(lower), 0, width), (Form(name.strip("_")), 0, width)]
    if width > 1:
        forms += [(Form(lower[start:end]), at, at + 1) for at, (start, end) in enumerate(pieces)]
    return Token(forms=tuple(dict.fromkeys(forms)), cuts=_covering(pieces, length=len(raw)))


_BETWEEN_LINES = re.compile("[^_]+")


def word_forms(raw: str) -> set[str] | None:
    """
    Return the forms of a word that is nothing but one word; None: ask `token`.

    It says the same as `token` of letters and apostrophes, in a third of the time.
    """
    straight = raw.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    if straight.isascii() and straight.replace("'", "").isalnum() and straight[-1] != "'":
        lower = straight.lower()
        forms = {lower, lower.replace("'", "")}
        if lower.endswith("'s") and len(lower) > 2:  # noqa: PLR2004 - a word before it
            forms.add(lower[:-2].replace("'", ""))
        return forms
    if not raw.isalpha():
        return None
    folded = fold(raw)
    return {folded, without_marks(folded)} if folded.isalnum() else None


def exact_forms(raw: str) -> Iterator[tuple[str, int, int]]:
    """
    Yield what a raw token is found as in exact case: form in NFC, first place, after the last.

    An entity with its sign and without, a word with a possessive 's and without, each part.
    """
    found = _anatomy(raw)
    width = len(found.pieces)
    if is_link(raw) or not width:
        return
    if found.entities:
        yield composed(raw), 0, width
        yield composed(_bare(raw)), 0, width
    for form in _exact_spellings(found.whole):
        yield form, 0, width
    if width > 1:
        for place, (start, end) in enumerate(found.pieces):
            for form in _exact_spellings(raw[start:end]):
                yield form, place, place + 1


def _exact_spellings(word: str) -> Iterator[str]:
    yield composed(word)
    yield composed(_bare(word))


def seen_in(raw: str) -> str | None:
    """Return what of `has:` a raw token stands for: links, mentions, hashtags, …; or None."""
    if is_link(raw):
        return "links"
    if len(raw) > 1 and not _KEYCAP.fullmatch(raw):
        sign = "mentions" if raw[0] in AT else "hashtags" if raw[0] in HASH else None
        if sign or raw[0] == "$":
            return sign or "cashtags"
    return "emoji" if _PICTURE.match(raw) else None


_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
_PICTURE = re.compile(f"[{PICTURES}{FLAGS}]|.\ufe0f?\u20e3", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Layout:
    """
    The raw tokens of a text, and where each begins.

    Units: code points.
    """

    raws: Sequence[str]
    offsets: Sequence[int]

    def span(self, at: int, *, place: int, width: int) -> tuple[int, int]:
        """Return where one of the `width` places of a token lies in the text."""
        raw, offset = self.raws[at], self.offsets[at]
        if width == 1:
            return offset, offset + len(raw)  # most tokens; nothing to look up
        start, end = _remembered(raw).cuts[place]
        return offset + start, offset + end


@lru_cache(maxsize=1)  # several questions are asked of one text before the next
def layout(text: str) -> Layout:
    """Return the raw tokens of a text with their places; what they mean is not asked here."""
    found = [(one.group(), one.start()) for one in _TOKENS.finditer(text)]
    return Layout([raw for raw, _ in found], [offset for _, offset in found])


def sign_at(text: str, place: int) -> str:
    """Return the `@` or `#` of the tag or mention in which a code point stands, else nothing."""
    laid = layout(text)
    at = bisect_right(laid.offsets, place) - 1
    raw = laid.raws[at] if at >= 0 else ""
    if len(raw) < 2 or _KEYCAP.fullmatch(raw):  # noqa: PLR2004 - a sign and a letter
        return ""
    return "@" if raw[0] in AT else "#" if raw[0] in HASH else ""


def query_tokens(text: str, *, quoted: bool, wild: bool = True) -> list[tuple[str, int, int]]:
    """Return the raw tokens of a piece of a query, wildcards left in, each with its place."""
    # A "?" in quotation marks ends a question.
    pattern = _wild_tokens("" if not wild else "*" if quoted else "*?")
    return [
        (found.group(), found.start(), found.end())
        for found in pattern.finditer(text)
        if set(found.group()) & {"*", "?"} or is_link(found.group()) or token(found.group()).forms
    ]


def is_link(raw: str) -> bool:
    """Say whether a raw token is a web address."""
    start = raw[:8].lower()
    return start.startswith(("http://", "https://", "www."))


def looked_up(raw: str) -> Form:
    """
    Return the one form under which a word of a query looks for its matches.

    A word with accents looks for them; one without finds both (`cafe` finds Café, `café` does
    not find cafe), because a text's word is listed with and without.
    """
    if raw[0] in AT + HASH and not _KEYCAP.fullmatch(raw):
        return Form(fold(_bare(raw)))
    return Form(_joined(_squeezed(fold(raw.strip(LOW_LINES) or raw))))


def takes_particles(form: str) -> bool:
    """Say whether a form is Korean of two or more syllables, so that it matches as a prefix."""
    return len(form) > 1 and all("\uac00" <= letter <= "\ud7a3" for letter in form)


@cache
def _wild_tokens(wild: str) -> re.Pattern[str]:
    return token_pattern(wild)


@lru_cache(maxsize=20_000)
def _remembered(raw: str) -> Token:
    return token(raw)


def _bare(raw: str) -> str:
    """Return an entity without a possessive 's."""
    return raw[:-2] if raw[-1] in "sS" and raw[-2:-1] and raw[-2] in QUOTES else raw


def _anatomy(raw: str) -> _Anatomy:
    if len(raw) > 1 and not _KEYCAP.fullmatch(raw):
        if raw[0] in AT:
            return _mention(raw)
        if raw[0] in HASH:
            return _entity(raw, label=raw[1:], entities=(Form(fold(_bare(raw))),))
        if raw[0] == "$":
            return _Anatomy(raw[1:], [(1, len(raw))], (Form(raw.lower()),))
    pieces = list(_pieces(raw, 0))
    whole = raw.strip(LOW_LINES)
    return _Anatomy(whole, _spelled_out(pieces) if _single_letters(whole) else pieces)


def _mention(raw: str) -> _Anatomy:
    """List a mention under its whole name and under its first label: @x@host is also @x."""
    name = _bare(raw)
    label = re.split("[.@]", raw[1:], maxsplit=1)[0]
    first = Form("@" + fold(re.split("[.@]", name[1:], maxsplit=1)[0]))
    return _entity(raw, label=label, entities=(Form(fold(name)), first))


def _entity(raw: str, *, label: str, entities: tuple[Form, ...]) -> _Anatomy:
    """Take a tag or mention apart: its label as the words it is made of."""
    pieces = [
        (start + 1, end + 1)
        for word in _WORDS.finditer(label)
        for start, end in _pieces(word.group(), word.start())
    ]
    whole = label.strip(LOW_LINES)
    pieces = (
        _spelled_out(pieces)
        if _single_letters(whole)
        else [cut for start, end in pieces for cut in _humps(raw, start, end)]
    )
    return _Anatomy(whole, pieces, entities)


def _spelled_out(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the letters of U.S.A. as the one word they are."""
    return pieces and [(pieces[0][0], pieces[-1][1])]


def _pieces(word: str, offset: int) -> Iterator[tuple[int, int]]:
    """Yield where the parts of a word with `_` or a full stop inside lie; once, if it has none."""
    for part in _PARTS.finditer(word):
        if part.group().isalnum() or fold(part.group()):  # an invisible part is no word
            yield part.start() + offset, part.end() + offset


_PARTS = re.compile(f"(?:[^{LOW_LINES}{DOTS}]+|(?<=[{DIGITS}])[{DOTS}](?=[{DIGITS}]))+")


def _covering(pieces: list[tuple[int, int]], *, length: int) -> tuple[tuple[int, int], ...]:
    """Widen the first and last part to the token's ends, so that `#` and 's are shown too."""
    if not pieces:
        return ()
    starts = [0, *(start for start, _ in pieces[1:])]
    ends = [*(end for _, end in pieces[:-1]), length]
    return tuple(zip(starts, ends, strict=True))


def _spellings(word: str) -> Iterator[Form]:
    """Yield the folded forms of one word: as written, joined, possessive off; each unaccented."""
    if word.isascii() and word.isalnum():
        yield Form(word.lower())  # most words: nothing more to find
        return
    folded = fold(word)
    spelled = [_joined(folded), _joined(_squeezed(folded))]
    if folded.endswith("'s"):
        spelled.append(_joined(_squeezed(folded[:-2])))
    if _TONED.search(folded[1:]):  # a hand of any colour is found by one of none
        spelled.append(folded[0] + _TONED.sub("", folded[1:]))
    for form in spelled:
        if form:  # a lone invisible letter folds to nothing
            yield Form(form)
            yield Form(without_marks(form) or form)


def _squeezed(folded: str) -> str:
    return folded.replace("'", "")


def _joined(folded: str) -> str:
    """Write dotted single letters together: u.s.a → usa."""
    return folded.replace(".", "") if _single_letters(folded) else folded


def _single_letters(word: str) -> bool:
    """Say whether a word is letters with a full stop between each two."""
    return (
        len(word) % 2 == 1
        and len(word) > 1
        and all(mark in DOTS for mark in word[1::2])
        and word[::2].isalpha()
    )


def _humps(raw: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """
    Yield the parts of a CamelCase name: BurgerKing, NASAData, tag20, 5GRollout.

    One small letter in front stays with what follows, so that iPhone15 is iphone and 15.
    """
    if raw.isascii() and raw[start:end].isalnum():
        for part in _ASCII_HUMP.finditer(raw, start, end):
            yield part.span()
    else:
        yield from any_humps(raw, start, end)


#: What `any_humps` finds, in one pass, for letters and digits of English.
_ASCII_HUMP = re.compile(
    "(?:[a-z](?=[A-Z0-9]))?"  # the i of iPhone
    "(?:[A-Z](?:[a-z]+|(?:[A-Z](?![a-z]))*)|[0-9]+(?:[a-z]+|(?:[A-Z](?![a-z]))*))"
    "|[a-z]+"
)


def any_humps(raw: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a CamelCase name of any script, letter by letter."""
    begun = start
    before = raw[start]
    for at in range(start + 1, end):
        letter = raw[at]
        if letter > "\x7f" and category(letter) in _UNPARTED:
            continue  # a mark belongs to the letter before, and an unseen character is nothing
        following = raw[at + 1] if at + 1 < end else ""
        if _hump(before, letter, following) and not (at - begun == 1 and before.islower()):
            yield begun, at
            begun = at
        before = letter
    yield begun, end


_UNPARTED = frozenset({"Mn", "Mc", "Me", "Cf"})


def _hump(before: str, letter: str, following: str) -> bool:
    if letter.isdigit():
        return before.isalpha()
    if not letter.isupper():
        return False
    return before.islower() or (following.islower() and (before.isupper() or before.isdigit()))
