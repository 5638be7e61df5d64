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


def settles(letter: str) -> bool:
    """Say whether a letter may join, or change places with, one before that `unsettles` it."""
    return combining(letter) != _VIRAMA and letter not in _joining()[1]


def unsettles(letter: str) -> bool:
    """Say whether a sign behind this letter that does not `settle` may join it or its marks."""
    lasts = {
        normalize(form, stage)[-1]
        for stage in (letter, normalize("NFKC", letter).casefold(), *(folded_alone(letter) or ()))
        for form in ("NFKC", "NFKD")
    }
    return any(last in _joining()[0] or combining(last) not in (0, _VIRAMA) for last in lasts)


def _kinds(letters: str) -> set[str]:
    return {category(letter)[0] for letter in letters}


def _keeps_apart(letters: str) -> bool:
    """Say whether these letters never join, or change places with, a settled one before them."""
    if not letters:
        return False
    first = normalize("NFKD", letters)[0]
    if ord(first) in _LATER_JAMO:
        return False
    if letters == first:
        return combining(first) in (0, _VIRAMA)
    return combining(first) == 0 and first not in _joining()[1]


@cache
def _joining() -> tuple[frozenset[str], frozenset[str]]:
    """Return the letters of the basic plane that a sign may join, and all such signs."""
    parts = [decomposition(chr(code)).split() for code in range(0x10000)]
    pairs = [
        (chr(int(both[0], 16)), chr(int(both[1], 16)))
        for both in parts
        if len(both) == 2 and not both[0].startswith("<")  # noqa: PLR2004 - a letter and a sign
    ]
    # Signs of another class than these two do not fold alone anyway.
    firsts = frozenset(first for first, second in pairs if combining(second) in (0, _VIRAMA))
    return firsts, frozenset(second for _, second in pairs)
