"""Letters that fold alike wherever they stand, so that a word of them folds letter by letter."""

from functools import cache
from unicodedata import category, combining, decomposition, is_normalized, normalize

from answerback.domain.listening.folding import ACCENTED, UNSEEN_LETTERS, fold, without_marks
from answerback.domain.listening.patterns import IDEOGRAPHS, QUOTES

_VIRAMA = 9  #: the combining class of signs that take a letter's vowel away; they change no order
_LATER_JAMO = range(0x1160, 0x1200)  #: vowels and ends of a syllable, which join what is before
_KINDS = frozenset("LMN")  #: letters, marks, numbers
_JOIN_WORDS = "_.,-@#$'"  #: what may stand in a token of English letters, and folds to itself


def folded_alone(letter: str) -> tuple[str, str] | None:
    """
    Return what a letter adds to a folded word, and to one without marks, wherever it stands.

    None: that depends on what stands beside it, or nobody asked for its like so far.
    """
    if letter.isascii():
        return (letter.lower(),) * 2 if letter.isalnum() or letter in _JOIN_WORDS else None
    if letter in QUOTES:
        return "'", "'"
    if category(letter)[0] not in _KINDS or UNSEEN_LETTERS.match(letter) or ACCENTED.match(letter):
        return None
    if letter > "\uffff" and not IDEOGRAPHS.match(letter):
        return None  # too few are seen to think about them
    if "\uac00" <= letter <= "\ud7a3":
        return letter, letter  # syllables; as the long way would say
    folded = fold(letter)
    bare = without_marks(folded)
    stages = (letter, normalize("NFKC", letter).casefold(), folded, bare)
    alone = is_normalized("NFC", letter) and all(map(_keeps_apart, stages))
    return (folded, bare) if alone and _kinds(folded + bare) <= _KINDS else None


def ends_in_mark(letter: str) -> bool:
    """Say whether a virama behind this letter might change places with a mark of it."""
    stages = (letter, fold(letter))
    return any(combining(normalize("NFKD", stage)[-1]) not in (0, _VIRAMA) for stage in stages)


def is_virama(letter: str) -> bool:
    """Say whether a letter takes the vowel of the one before away."""
    return combining(letter) == _VIRAMA


def _kinds(letters: str) -> set[str]:
    return {category(letter)[0] for letter in letters}


def _keeps_apart(letters: str) -> bool:
    """Say whether these letters never join, or change places with, a letter before them."""
    if not letters:
        return False
    first = normalize("NFKD", letters)[0]
    if first in _seconds() or ord(first) in _LATER_JAMO:
        return False
    return combining(first) == 0 or (combining(first) == _VIRAMA and letters == first)


@cache
def _seconds() -> frozenset[str]:
    """Return the characters of the basic plane that may join the one before to make another."""
    parts = [decomposition(chr(code)).split() for code in range(0x10000)]
    pairs = [both for both in parts if len(both) == 2 and not both[0].startswith("<")]  # noqa: PLR2004 - a letter and what joins it
    return frozenset(chr(int(second, 16)) for _, second in pairs)
