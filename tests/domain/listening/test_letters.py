"""A letter that is said to fold alone does so beside any other that does."""

import sys
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from unicodedata import decomposition, is_normalized, normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerback.domain.listening.folding import fold, without_marks
from answerback.domain.listening.letters import Alone, folded_alone

BESIDE = (
    *("a", "Z", "7", "'", "’", "é", "Ǻ", "ß", "İ", "σ", "ς", "Й", "ł", "ø", "ſ", "ǆ", "ﬁ", "Ａ"),  # noqa: RUF001 - letters that look alike are the point
    *("क", "ि", "ि", "न", "্", "ক", "ে", "த", "ா", "ெ", "ක", "က", "ก", "า", "ខ", "ب", "أ", "א"),
    *("か", "が", "ア", "ー", "東", "한", "하", "ᄀ", "ㄱ", "Ⅷ", "٣", "९", "ჯ", "Ა", "ꭰ", "Ꭰ", "ა"),  # noqa: RUF001 - likewise
)


@cache
def simple() -> Mapping[str, Alone]:
    """Return every letter that folds alone, with what it folds to."""
    blocks = (range(begin, begin + 256) for begin in range(0, sys.maxunicode, 256))
    return {
        letter: alone
        for block in blocks
        for letter, alone in zip(map(chr, block), folded_alone([*map(chr, block)]), strict=True)
        if alone is not None
    }


def follows(before: str, after: str) -> bool:
    """Say what _fast.c does of two letters beside each other: both are taken one by one."""
    return simple()[after].settles or not simple()[before].unsettles


def said(word: str) -> tuple[str, str]:
    alone = [simple()[letter] for letter in word]
    return "".join(one.folded for one in alone), "".join(one.bare for one in alone)


def meant(word: str) -> tuple[str, str]:
    return fold(word), without_marks(fold(word))


def test_nearly_all_letters_of_living_languages_fold_alone() -> None:
    words = "Ñandú Straße İstanbul Ελλάδα Україна քաղաք שלום مدينة हिन्दी বাংলা"
    words += " தமிழ் ქართული አማርኛ 東京 トウキョウ 한국어"

    assert [letter for letter in words if letter not in simple() and letter != " "] == []
    assert len(simple()) > 100_000


@pytest.mark.parametrize(
    "letter", ["\u0301", "\u0640", "\u00ad", "\u200d", "\u093c", "\u1161", "ŉ", "👍", '"']
)
def test_what_changes_with_its_neighbours_does_not_fold_alone(letter: str) -> None:
    assert folded_alone([letter]) == [None]


def test_letters_that_join_are_not_taken_one_by_one() -> None:
    pairs = {
        (chr(int(parts[0], 16)), chr(int(parts[1], 16)))
        for code in range(sys.maxunicode + 1)
        if len(parts := decomposition(chr(code)).split()) == 2 and not parts[0].startswith("<")
    }
    jamo = set(map(chr, [*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)]))
    signs = {second for _, second in pairs}

    for letter, alone in simple().items():
        stages = (letter, normalize("NFKC", letter).casefold(), alone.folded, alone.bare)
        assert not jamo & {normalize("NFKD", stage)[0] for stage in stages}, letter
        if alone.settles:
            assert not signs & {normalize("NFKD", stage)[0] for stage in stages}, letter
    joined = [pair for pair in pairs if set(pair) <= simple().keys()]
    assert len(joined) > 10
    assert not any(follows(*pair) for pair in joined)


def test_every_letter_that_folds_alone_does_so_beside_others() -> None:
    every = [side for side in BESIDE if side in simple()]
    for letter in simple():
        around = every if letter < "\u3400" else every[::9]  # ideographs and Hangul: 80,000
        fitting = [side for side in around if follows(side, letter) and follows(letter, side)]
        word = "-".join(f"{side}{letter}{side}" for side in fitting)

        assert (letter, said(word)) == (letter, meant(word))
        assert is_normalized("NFC", word), letter


@cache
def letters() -> st.SearchStrategy[str]:
    small = [letter for letter in simple() if letter < "\u3000"]
    return st.sampled_from(small) | st.sampled_from([side for side in BESIDE if side in simple()])


@settings(max_examples=1000, deadline=None)
@given(st.data())
def test_words_of_letters_that_fold_alone_fold_letter_by_letter(data: st.DataObject) -> None:
    word = "".join(data.draw(st.lists(letters(), min_size=1, max_size=8)))

    if all(follows(one, other) for one, other in pairwise(word)):
        assert said(word) == meant(word)
        assert is_normalized("NFC", word)
