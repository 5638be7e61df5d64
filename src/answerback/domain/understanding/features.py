"""Texts to hashed character and word n-grams, a whole batch at once, in numpy alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BITS = 18  #: hash buckets: 2 ** BITS
CHARACTERS = (2, 3, 4, 5)  #: lengths of character n-grams; never across a blank inside
WORDS = (1, 2)  #: lengths of word n-grams among the features
LONGEST_PHRASE = 4  #: in tokens; what rules may ask for
LONG = 2_000  #: features; a longer text counts as the mean of its parts, not their sum

_SEPARATOR = "\x00"
_MENTION = re.compile(r"@\w+")
_LINK = re.compile(r"(?:https?://|www\.)[^\s\x00]+")
_BLANK, _LETTER, _SINGLE = 0, 1, 2
_ROLL = np.uint32(0x01000193)
_SPREAD = np.uint32(0x9E3779B1)
_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_STEP = np.uint64(0xD6E8FEB86659FD93)

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]


def _classes() -> NDArray[np.uint8]:
    """Tell of each code point: a blank, part of a word, or a token of its own."""
    classes = np.full(0x110000, _LETTER, dtype=np.uint8)
    for code in range(0x3001):
        character = chr(code)
        if character.isspace() or character == _SEPARATOR:
            classes[code] = _BLANK
        elif code < 0x100 and not (character.isalnum() or character in "'_#@"):  # noqa: PLR2004 -- Latin-1 ends there
            classes[code] = _SINGLE
    for first, last in (
        (0x2010, 0x2027),  # dashes, quotes (but not blanks)
        (0x2030, 0x205E),
        (0x2190, 0x2BFF),  # arrows, signs, older emoji
        (0x3001, 0x30FF),  # CJK marks, kana: no blanks between words there
        (0x3400, 0x9FFF),  # Han
        (0xFF01, 0xFF0F),
        (0xFF1A, 0xFF20),
        (0x1F000, 0x1FAFF),  # emoji
        (0x20000, 0x3FFFF),  # more Han
    ):
        classes[first : last + 1] = _SINGLE
    for code in (0x060C, 0x061B, 0x061F, 0x0964, 0x037E):  # Arabic, Hindi, Greek marks
        classes[code] = _SINGLE
    return classes


_CLASSES = _classes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """
    The n-grams of one length over a batch.

    Shapes: both (n,), sorted by word.
    """

    buckets: NDArray[np.int64]
    words: Places  #: the word, counted over the batch, that each n-gram starts in


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """
    The words and marks of a batch, hashed one by one and as phrases.

    Shapes: `texts` and `words` (t,); `phrases[k]` is (t,), the hash of the k + 1
    tokens from there, or 0 where the text ends sooner.
    """

    texts: Places  #: the text that each token belongs to
    words: Places  #: the blank-separated word, counted over the batch, that holds it
    phrases: tuple[Hashes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """
    What linear heads see of a batch.

    Shapes: n texts, w blank-separated words; `word_texts` (w,), `character_scale` and
    `word_scale` (n,).
    """

    texts: int
    word_texts: Places  #: the text each word belongs to, ascending
    characters: tuple[Family, ...]
    phrases: tuple[Family, ...]
    character_scale: NDArray[np.float32]  #: what one character n-gram of a text counts
    word_scale: NDArray[np.float32]
    tokens: Tokens


def plain(texts: Sequence[str]) -> list[str]:
    """Return the texts without NUL, which is our separator: a blank stands in."""
    if any(_SEPARATOR in text for text in texts):
        return [text.replace(_SEPARATOR, " ") for text in texts]
    return list(texts)


def featurise(*, texts: Sequence[str]) -> Features:
    """
    Turn a batch of texts into hashed n-grams.

    Mentions and links become one token each, digits one digit, and a sign repeated
    more than three times is cut to three.  The features of a text are the same
    whatever batch it stands in.

    Shapes: n texts in, `Features` of n texts out; n may be 0.
    Error: two n-grams share a bucket by chance (2 ** 18 buckets); time and memory are
    linear in the characters given.
    """
    codes, classes = _codes(texts)
    blank = classes == _BLANK
    starts = np.empty(len(codes), dtype=bool)
    starts[0] = False
    np.logical_and(~blank[1:], blank[:-1], out=starts[1:])
    word_of = np.cumsum(starts) - 1
    text_of = np.cumsum(codes == 0) - 1  # every text begins with its separator
    word_texts = text_of[starts]
    codes[blank] = 32
    characters = _character_families(codes, blank=blank, word_of=word_of)
    tokens = _tokens(codes, classes=classes, word_of=word_of, text_of=text_of)
    phrases = tuple(_phrase_family(tokens, length=length) for length in WORDS)
    return Features(
        texts=len(texts),
        word_texts=word_texts,
        characters=characters,
        phrases=phrases,
        character_scale=_scale(characters, word_texts=word_texts, texts=len(texts)),
        word_scale=_scale(phrases, word_texts=word_texts, texts=len(texts)),
        tokens=tokens,
    )


def phrase_hash(phrase: str) -> int:
    """
    Return the hash under which `Tokens.phrases` holds this phrase.

    :raises ValueError: when the phrase has no token, or more than `LONGEST_PHRASE`.
    """
    tokens = featurise(texts=[phrase]).tokens
    length = len(tokens.texts)
    if not 1 <= length <= LONGEST_PHRASE:
        raise ValueError(f"A phrase has 1 to {LONGEST_PHRASE} tokens; {phrase!r} has {length}.")
    return int(tokens.phrases[length - 1][0])


def phrase_length(phrase: str) -> int:
    return len(featurise(texts=[phrase]).tokens.texts)


def _codes(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Give the code points of the batch, cleaned: a 0 before each text, one at the end."""
    joined = _SEPARATOR.join(["", *plain(texts), ""]).lower()
    joined = _LINK.sub("http", joined)
    joined = _MENTION.sub("@user", joined)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4").copy()
    codes[(codes >= 48) & (codes <= 57)] = 48  # noqa: PLR2004 -- the digits of ASCII
    codes[codes == 0x2019] = ord("'")  # noqa: PLR2004 -- the apostrophe that phones write
    classes = _CLASSES[codes]
    keep = np.ones(len(codes), dtype=bool)
    same = codes[1:] == codes[:-1]
    if len(codes) > 3:  # noqa: PLR2004 -- a run of four needs four
        keep[3:] = ~(same[2:] & same[1:-1] & same[:-2])
    keep[1:] &= ~((classes[1:] == _BLANK) & (classes[:-1] == _BLANK))
    keep[codes == 0] = True  # a separator is never cut: it counts the texts
    return codes[keep], classes[keep]


def _bucket(hashes: NDArray[np.uint32]) -> NDArray[np.int64]:
    mixed = (hashes ^ (hashes >> np.uint32(15))) * _SPREAD
    return (mixed >> np.uint32(32 - BITS)).astype(np.int64)


def _character_families(
    codes: NDArray[np.uint32], *, blank: NDArray[np.bool_], word_of: Places
) -> tuple[Family, ...]:
    """Roll a hash over the batch, one length after the other, keeping what spans no blank."""
    families = []
    at = np.flatnonzero(~(blank[:-1] & blank[1:]))
    hashes = codes[at] * _ROLL
    for length in range(2, max(CHARACTERS) + 1):
        if length > 2:  # noqa: PLR2004 -- a pair has nothing between its ends
            fits = np.flatnonzero(~blank[at + (length - 2)])
            at, hashes = at[fits], hashes[fits]
        hashes = (hashes + codes[at + (length - 1)]) * _ROLL
        if length in CHARACTERS:
            salted = hashes + np.uint32(length)
            families.append(Family(buckets=_bucket(salted), words=word_of[at + 1]))
    return tuple(families)


def _tokens(
    codes: NDArray[np.uint32],
    *,
    classes: NDArray[np.uint8],
    word_of: Places,
    text_of: Places,
) -> Tokens:
    inner = classes == _LETTER
    single = classes == _SINGLE
    first = single.copy()
    first[1:] |= inner[1:] & ~inner[:-1]
    last = single.copy()
    last[:-1] |= inner[:-1] & ~inner[1:]
    begins, ends = np.flatnonzero(first), np.flatnonzero(last)
    powers = np.full(len(codes), _BASE, dtype=np.uint64)
    np.multiply.accumulate(powers, out=powers)
    undo = np.full(len(codes), _INVERSE, dtype=np.uint64)
    np.multiply.accumulate(undo, out=undo)
    sums = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum(codes * powers, out=sums[1:])
    single_hashes = _mix((sums[ends + 1] - sums[begins]) * undo[begins])
    texts = text_of[begins]
    return Tokens(texts=texts, words=word_of[begins], phrases=_phrases(single_hashes, texts))


def _mix(hashes: Hashes) -> Hashes:
    mixed = (hashes ^ (hashes >> np.uint64(31))) * _MIX
    return mixed ^ (mixed >> np.uint64(29))


def _phrases(tokens: Hashes, texts: Places) -> tuple[Hashes, ...]:
    phrases = [tokens]
    for length in range(2, LONGEST_PHRASE + 1):
        ahead = length - 1
        longer = np.zeros(len(tokens), dtype=np.uint64)
        if len(tokens) > ahead:
            together = texts[:-ahead] == texts[ahead:]
            chained = _mix(phrases[-1][:-ahead] * _STEP + tokens[ahead:])
            longer[:-ahead] = np.where(together, chained, np.uint64(0))
        phrases.append(longer)
    return tuple(phrases)


def _phrase_family(tokens: Tokens, *, length: int) -> Family:
    hashes = tokens.phrases[length - 1]
    whole = np.flatnonzero(hashes)
    buckets = (hashes[whole] >> np.uint64(64 - BITS)).astype(np.int64)
    return Family(buckets=buckets, words=tokens.words[whole])


def _scale(families: Sequence[Family], *, word_texts: Places, texts: int) -> NDArray[np.float32]:
    """Give one over the root of the number of features; for long texts, less: their mean."""
    count = np.zeros(texts)
    for family in families:
        count += np.bincount(word_texts[family.words], minlength=texts)
    count = np.maximum(count, 1.0)
    scale = np.minimum(1 / np.sqrt(count), np.sqrt(LONG) / count)
    whole: NDArray[np.float32] = scale.astype(np.float32)
    return whole
