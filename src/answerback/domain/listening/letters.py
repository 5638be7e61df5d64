"""Letters that fold alike wherever they stand, so that a word of them folds letter by letter."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple
from unicodedata import category, combining, decomposition, is_normalized, normalize

from answerback.domain.listening.folding import ACCENTED, UNSEEN_LETTERS, fold, without_marks
from answerback.domain.listening.patterns import IDEOGRAPHS, QUOTES

_VIRAMA = 9  #: the combining class of signs that take a letter's vowel away
_INERT = frozenset({0, _VIRAMA})  #: combining classes of what changes no order among its like
_LATER_JAMO = range(0x1160, 0x1200)  #: vowels and ends of a syllable, which join what is before
_KINDS = frozenset("LMN")  #: letters, marks, numbers
_JOIN_WORDS = "_.,-@#$'"  #: what may stand in a token of English letters, and folds to itself
_APART = "-"  #: nothing joins it, or trades places across it


class Alone(NamedTuple):
    """
    What a letter adds to a word, wherever it stands.

    Where it does not settle, and stands behind one that unsettles, it may join that one, or
    trade places with a mark of it: then the word has to be folded as a whole.
    """

    folded: str
    bare: str  #: the same without marks
    settles: bool = True
    unsettles: bool = False


def folded_alone(letters: Sequence[str]) -> list[Alone | None]:
    """
    Return what each letter adds to a folded word.

    None: that depends on what stands beside it, or few enough are seen not to think about it.
    """
    some = [letter for letter in letters if _may_fold_alone(letter)]
    folded = _of_each(fold(_APART.join(some)))
    bare = _of_each(without_marks(_APART.join(folded)))
    cased = _of_each(normalize("NFKC", _APART.join(some)).casefold())
    known = dict(zip(some, map(_alone, some, cased, folded, bare), strict=True))
    return [known[letter] if letter in known else _plain(letter) for letter in letters]


def _of_each(joined: str) -> list[str]:
    return joined.split(_APART) if joined else []


def _plain(letter: str) -> Alone | None:
    if "\u3400" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3":
        return Alone(letter, letter)  # ideographs and Hangul; as the long way would say
    if letter in QUOTES:
        return Alone("'", "'")
    if letter.isascii() and (letter.isalnum() or letter in _JOIN_WORDS):
        return Alone(letter.lower(), letter.lower())
    return None


def _may_fold_alone(letter: str) -> bool:
    return (
        not letter.isascii()
        and category(letter)[0] in _KINDS
        and _plain(letter) is None
        and not (UNSEEN_LETTERS.match(letter) or ACCENTED.match(letter))
        and (letter <= "\uffff" or IDEOGRAPHS.match(letter) is not None)
    )


def _alone(letter: str, cased: str, folded: str, bare: str) -> Alone | None:
    if letter == cased == folded == bare and not decomposition(letter):
        if "\u1160" <= letter <= "\u11ff" or combining(letter) not in _INERT:
            return None
        if letter in _firsts() or letter in _seconds() or combining(letter):
            settles = not combining(letter) and letter not in _seconds()
            return Alone(folded, bare, settles=settles, unsettles=letter in _firsts())
        return Alone(folded, bare)  # most letters
    stages = (letter, cased, folded, bare)
    if not is_normalized("NFC", letter) or not all(map(_keeps_apart, stages)):
        return None
    if not {category(one)[0] for one in folded + bare} <= _KINDS:
        return None
    return Alone(folded, bare, unsettles=any(map(_unsettles, stages)))


def _keeps_apart(letters: str) -> bool:
    """Say whether letters never join, or trade places with, whatever stands before them."""
    first = normalize("NFKD", letters)[:1]
    return bool(
        first
        and combining(first) == 0
        and first not in _seconds()
        and ord(first) not in _LATER_JAMO
    )


def _unsettles(letters: str) -> bool:
    lasts = {letters[-1], normalize("NFKC", letters)[-1], normalize("NFKD", letters)[-1]}
    return any(last in _firsts() or combining(last) not in _INERT for last in lasts)


@cache
def _joining() -> list[tuple[str, str]]:
    """Return each letter of the basic plane, with the sign, that may make another together."""
    written = map(decomposition, map(chr, range(0x10000)))
    parts = [one.split() for one in written if one]
    return [
        (chr(int(both[0], 16)), chr(int(both[1], 16)))
        for both in parts
        if len(both) == 2 and not both[0].startswith("<")  # noqa: PLR2004 - a letter and a sign
    ]


@cache
def _firsts() -> frozenset[str]:
    """Return the letters that a sign may join which otherwise folds alone."""
    return frozenset(first for first, second in _joining() if combining(second) in _INERT)


@cache
def _seconds() -> frozenset[str]:
    return frozenset(second for _, second in _joining())
