"""
Words end where UAX #29 says, but for choices that are listed here and in the language's page.

Compared are words: segments of Unicode's test that hold a letter, a digit, a low line, a picture or
half a flag; what stands between takes no place with us, and punctuation is no word.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import category, name

import pytest
from tests.domain.listening.unicode_data import properties, unicode_lines, unicode_version

from answerback.domain.listening.words import layout, raw_tokens

TEST = "auxiliary/WordBreakTest.txt"
PROPERTY = "auxiliary/WordBreakProperty.txt"
#: The classes of UAX #29, by one letter each.
KINDS = {
    "ALetter": "A",
    "Hebrew_Letter": "H",
    "Numeric": "N",
    "Katakana": "K",
    "ExtendNumLet": "_",
    "RI": "R",
    "ExtPict": "P",
    "Extend_FE": "x",
    "Format_FE": "x",
    "ZWJ_FE": "z",
    "MidLetter": ":",
    "MidNum": ",",
    "MidNumLet": ".",
    "Single_Quote": "'",
    "Double_Quote": '"',
}
WORD_LIKE = set("AHNK_RP")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Where we cut a segment of UAX #29, or leave a part of it out: the group `out`."""

    what: str
    why: str
    pattern: str  #: over the classes' letters
    lines: int  #: of the test in Unicode 15.0 that it explains


CHOICES = (
    Choice(
        what="a colon never joins",
        why="posts write name:value and 10:30, and few write Swedish abbreviations",
        pattern=r"(?<=[AHxz])(?P<out>:[xz]*)(?=[AH])",
        lines=15,
    ),
    Choice(
        what="a low line does not join Katakana",
        why="Katakana is one word for a run, and nothing else is in it",
        pattern=r"K[xz]*(?P<out>)(?=_)|_[xz]*(?P<out2>)(?=K)",
        lines=5,
    ),
    Choice(
        what="a joiner joins pictures only to pictures",
        why="what a word begins or ends with must not hide it: a word before, a joiner in front",
        pattern=r"^(?P<out>z)(?=P)|[AHNK_][xz]*(?P<out2>)(?=P)",
        lines=6,
    ),
    Choice(
        what="a closing apostrophe is no part of a Hebrew word",
        why="it is as often a closing quotation mark, and is folded away in any case",
        pattern=r"H[xz]*(?P<out>'[xz]*)$",
        lines=3,
    ),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A line of Unicode's test: its text, a letter for each character's class, its segments."""

    text: str
    kinds: str
    segments: tuple[tuple[int, int], ...]

    def words(self, choices: tuple[Choice, ...] = ()) -> list[tuple[int, int]]:
        """Return the segments that are words, cut as some choices say."""
        return [
            (start, end)
            for segment in self.segments
            for start, end in self._cut(*segment, choices)
            if WORD_LIKE & set(self.kinds[start:end])
        ]

    def _cut(self, start: int, end: int, choices: tuple[Choice, ...]) -> Iterator[tuple[int, int]]:
        kinds = self.kinds[start:end]
        out = sorted(
            found.span(found.lastgroup or 0)
            for choice in choices
            for found in re.finditer(choice.pattern, kinds)
        )
        edges = [0, *(edge for span in out for edge in span), end - start]
        for left, right in zip(edges[::2], edges[1::2], strict=True):
            if left < right:
                yield start + left, start + right


def samples() -> list[Sample]:
    listed = properties("emoji/emoji-data.txt")
    pictures = frozenset(letter for letter, kind in listed if kind == "Extended_Pictographic")
    return [_sample(data, remark, pictures) for data, remark in unicode_lines(TEST)]


def _sample(data: str, remark: str, pictures: frozenset[str]) -> Sample:
    signs = data.split()
    text = "".join(chr(int(sign, 16)) for sign in signs[1::2])
    breaks = [at for at, sign in enumerate(signs[::2]) if sign == "÷"]
    classes = [part.rstrip(" )").rpartition("(")[2] for part in _RULES.split(remark)[1:-1]]
    kinds = "".join(
        "P" if one == "Other" and letter in pictures else KINDS.get(one, "o")
        for one, letter in zip(classes, text, strict=True)
    )
    return Sample(text, kinds, tuple(pairwise(breaks)))


_RULES = re.compile(r" *[÷×] \[[0-9.]+\] *")  # noqa: RUF001 - the file's own sign


def ours(text: str) -> list[tuple[int, int]]:
    laid = layout(text)
    return [
        (offset, offset + len(raw)) for raw, offset in zip(laid.raws, laid.offsets, strict=True)
    ]


def test_words_end_where_unicode_says_but_for_listed_choices() -> None:
    astray = [one for one in samples() if ours(one.text) != one.words(CHOICES)]

    assert astray == []


def test_each_choice_explains_the_lines_it_says_and_all_others_agree_as_they_are() -> None:
    if unicode_version(TEST) != "15.0.0":
        pytest.skip("the counts are those of Unicode 15.0")

    apart = [one for one in samples() if ours(one.text) != one.words()]
    explained = Counter(
        choice.what for one in apart for choice in CHOICES if one.words((choice,)) != one.words()
    )

    assert (len(samples()), len(apart)) == (1_823, 29)
    assert explained == {choice.what: choice.lines for choice in CHOICES}


#: Classes of UAX #29 that hold two letters together, or go with the one before.
JOINING = {
    *("ALetter", "Hebrew_Letter", "Numeric", "ExtendNumLet", "Extend", "Format", "ZWJ"),
    *("MidLetter", "MidNumLet", "Single_Quote"),
}
#: Characters that do otherwise with us between two letters, and why: sets for a [class].
OTHERWISE = {
    "Hangul does not join Latin letters: particles follow brands": (
        "\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7fb\uffa0-\uffdc"
    ),
    "these are Han, each a word": "\u3005\u303b",
    "a voice mark goes with half-width Katakana alone": "\uff9e\uff9f",
    "an Armenian hyphen parts words, as others do": "\u058a",
    "signs of tone and spacing accents are decoration in posts": (
        "\u02c2-\u02c5\u02d2-\u02df\u02e5-\u02ff\ua708-\ua716\ua720\ua721\ua789\ua78a\uab5b"
    ),
    "a skin tone is a picture, also by itself": "\U0001f3fb-\U0001f3ff",
    "of signs like _ only _ joins, and no space does": (
        "\u202f\u203f\u2040\u2054\ufe33\ufe34\ufe4d-\ufe4f"
    ),
    "a colon never joins": ":\ufe13\ufe55\uff1a",
    "a decimal sign joins digits alone": "\u066b",
    "beyond the basic plane all but pictures, music and signing is letters": (
        "\U00010000-\U0001efff"
    ),
}


def test_every_character_joins_or_parts_two_letters_as_unicode_says_but_for_listed_ones() -> None:
    classes = dict(properties(PROPERTY))
    otherwise = re.compile(f"[{''.join(OTHERWISE.values())}]")

    astray = [
        f"{ord(letter):04x} {name(letter, '')}"
        for letter in map(chr, [*range(0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE0200)])
        if category(letter) != "Cn" and not otherwise.match(letter)
        if (raw_tokens(f"a{letter}b") == [f"a{letter}b"]) != (classes.get(letter) in JOINING)
    ]

    assert astray == []


#: Letters and digits by class that are none with us.
NO_WORDS = {
    "apostrophes": "\u02bc\u05f3\u055a",
    "signs over Armenian vowels, and its hyphen": "\u055b\u055c\u055e\u058a",
    "a decimal sign": "\u066b",
    "voice marks that stand alone": "\u309b\u309c",
    "signs of tone and spacing accents": OTHERWISE[
        "signs of tone and spacing accents are decoration in posts"
    ],
}


def test_every_letter_and_digit_is_a_word_by_itself_but_for_listed_ones() -> None:
    words = {"ALetter", "Hebrew_Letter", "Numeric", "Katakana"}
    no_word = re.compile(f"[{''.join(NO_WORDS.values())}]")

    missed = [
        f"{ord(letter):04x} {name(letter, '')}"
        for letter, kind in properties(PROPERTY)
        if kind in words and category(letter) != "Cn" and raw_tokens(letter) != [letter]
        if not no_word.match(letter)
    ]

    assert missed == []
