"""Words cut into the pieces that the encoder knows: BERT's WordPiece, uncased."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

_FIRST, _LAST, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_REMEMBERED = 1 << 16  #: words whose pieces are kept: most words of a stream come again
_LONGEST_WORD = 100  #: characters; a longer word is unknown
_HAN = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2FA1F), (0xF900, 0xFAFF))


class Cutter:
    """
    Cuts texts, given as words, into the numbers of known pieces.

    Written here because the library that does it brings a network client along (ADR 0017);
    `tests/weights/test_pieces.py` compares the two where that library is installed.
    Source: Devlin and others (2018), as `bert-base-uncased` does it.
    """

    def __init__(self, vocabulary: Sequence[str], *, longest: int) -> None:
        self._known = {piece: at for at, piece in enumerate(vocabulary)}
        self._longest = longest
        self._ends = self._known[_FIRST], self._known[_LAST]
        self._unknown = self._known[_UNKNOWN]
        self._pieces = lru_cache(maxsize=_REMEMBERED)(self._cut)

    def cut(self, words: Sequence[str]) -> tuple[list[int], list[int]]:
        """
        Cut one text; what lies beyond the encoder's limit is left out.

        Shapes: w words in; p numbers of pieces and p owners out: the word each belongs to,
        w for the two marks at the ends, which belong to none.
        """
        room = self._longest - 2
        numbers, owners = [self._ends[0]], [len(words)]
        for at, word in enumerate(words):
            pieces = self._pieces(word)
            numbers.extend(pieces)
            owners.extend([at] * len(pieces))
            if len(numbers) > room:
                break
        numbers, owners = numbers[: room + 1], owners[: room + 1]
        return [*numbers, self._ends[1]], [*owners, len(words)]

    def _cut(self, word: str) -> tuple[int, ...]:
        return tuple(number for part in _parts(_plain(word)) for number in self._split(part))

    def _split(self, part: str) -> list[int]:
        """Take the longest known piece, again and again; one unknown piece makes all unknown."""
        if len(part) > _LONGEST_WORD:
            return [self._unknown]
        found: list[int] = []
        begin = 0
        while begin < len(part):
            lead = "##" if begin else ""
            for end in range(len(part), begin, -1):
                number = self._known.get(lead + part[begin:end])
                if number is not None:
                    found.append(number)
                    begin = end
                    break
            else:
                return [self._unknown]
        return found


def _plain(word: str) -> str:
    """Lower the case, drop accents and what cannot be seen, and set Han apart."""
    if word.isascii() and word.isprintable():
        return word.lower()
    seen = "".join(_shown(sign) for sign in word)
    apart = unicodedata.normalize("NFD", seen.lower())
    return "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")


def _shown(sign: str) -> str:
    code = ord(sign)
    if sign.isspace():
        return " "
    if code in (0, 0xFFFD) or unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cn", "Cs"):
        return ""
    if any(first <= code <= last for first, last in _HAN):
        return f" {sign} "
    return sign


def _parts(text: str) -> Iterator[str]:
    """Cut at blanks and around every punctuation mark."""
    for run in text.split():
        if run.isalnum():
            yield run
            continue
        begin = 0
        for at, sign in enumerate(run):
            if _is_mark(sign):
                if begin < at:
                    yield run[begin:at]
                yield sign
                begin = at + 1
        if begin < len(run):
            yield run[begin:]


def _is_mark(sign: str) -> bool:
    if sign.isascii():
        return not sign.isalnum() and sign.isprintable()
    return unicodedata.category(sign).startswith("P")
