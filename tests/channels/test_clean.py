"""What the edge cleaner leaves, what it replaces, and what it may cost."""

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.slowness import usual_seconds

from answerback.channels.clean import LONGEST_COMPOSED, LONGEST_TEXT, clean
from answerback.channels.unreadable import Unreadable

ODD_PIECES = st.sampled_from(
    ["a", "é", "\u0301", "\u0316", "\u0344", "\x00", "\ud800", "\r\n", "\n", "\x85", "️", "क", "़"]
)


@pytest.mark.parametrize(
    ("came", "kept"),
    [
        ("My kettle is on fire", "My kettle is on fire"),
        ("", ""),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("two\r\nlines\rthree", "two\nlines\nthree"),
        ("a\x00b", "a\ufffdb"),
        ("a\x1b[31mb", "a\ufffd[31mb"),
        ("a\x7f\x9bb", "a\ufffd\ufffdb"),
        ("half a \ud83d smile", "half a \ufffd smile"),
        ("e\u0301", "é"),
        ("Tom &amp; Ann", "Tom &amp; Ann"),
        ("\u202eturned\u202c \u200bzero", "\u202eturned\u202c \u200bzero"),
        ("I ❤️ it 👩‍👩‍👧", "I ❤️ it 👩‍👩‍👧"),
        ("=2+2", "=2+2"),
    ],
)
def test_text_is_kept_but_for_what_no_database_or_terminal_can_hold(came: str, kept: str) -> None:
    assert clean(came) == kept


def test_four_marks_stay_on_each_base_and_the_rest_goes() -> None:
    marks = "\u0300\u0316\u0317\u0318\u0319\u031c"

    kept = clean(f"x{marks * 20}y{marks}")

    assert kept == "x\u0316\u0317\u0318\u0300\u1ef3\u0316\u0317\u0318"


def test_a_post_of_one_mebibyte_is_kept_whole() -> None:
    text = "a" * LONGEST_TEXT

    assert clean(text) == text


@pytest.mark.parametrize("character", ["a", "é", "中", "😀"])
def test_a_longer_post_is_refused_and_not_cut(character: str) -> None:
    most = LONGEST_TEXT // len(character.encode())

    assert clean(character * most) == character * most
    with pytest.raises(Unreadable, match="1,048,5.. bytes, and a post may have 1,048,576") as no:
        clean("aaaa" + character * most)

    assert no.value.reason == "too_long"


def test_a_text_over_64_kb_is_cleaned_but_not_composed() -> None:
    text = "e\u0301" * LONGEST_COMPOSED

    assert clean(text + "\x00\r\n") == text + "\ufffd\n"


@given(st.lists(ODD_PIECES | st.characters(), max_size=60).map("".join))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)

    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()  # what is clean can be stored


@given(st.lists(ODD_PIECES | st.characters(), min_size=1, max_size=30).map("".join))
def test_a_long_text_is_cleaned_as_a_short_one_is(text: str) -> None:
    assume("\u0344" not in text)  # it comes apart into two when composed; a long text is not
    padding = "~" * LONGEST_COMPOSED  # which composes with nothing

    long = clean(padding + text)

    assert unicodedata.normalize("NFC", long) == padding + clean("~" + text)[1:]


BAD_POSTS = {
    "zalgo of 40,000 marks": "Z" + "\u0301\u0316" * 20_000,
    "zalgo of a mebibyte": "Z" + "\u0301\u0316" * 262_000,
    "marks and bases in turn": ("a" + "\u0316\u0301\u0317\u0300\u0318") * 90_000,
    "a mebibyte of NUL": "\x00" * LONGEST_TEXT,
    "NUL and letters in turn": "a\x00" * (LONGEST_TEXT // 2),
    "lone surrogates": "\ud800a" * (LONGEST_TEXT // 4),
    "signs that come apart": "\uf900" * (LONGEST_TEXT // 3),
    "64 kB of signs that come apart": "\uf900" * LONGEST_COMPOSED,
    "64 kB of marks": "a\u0316\u0301\u0317\u0300\u0318" * (LONGEST_COMPOSED // 6),
    "64 kB of control characters": "a\x01" * (LONGEST_COMPOSED // 2),
    "ampersands": "&" * LONGEST_TEXT,
    "carriage returns": "\r\na\r" * (LONGEST_TEXT // 4),
    "far too long": "\u0301" * 4 * LONGEST_TEXT,
}


@pytest.mark.parametrize("name", BAD_POSTS)
def test_no_post_takes_more_than_50_ms(name: str) -> None:
    text = BAD_POSTS[name]
    clean("\u0301" + "a" * LONGEST_COMPOSED)  # the tables are made once for all posts

    def work() -> None:
        with suppress(Unreadable):
            clean(text)

    assert usual_seconds(work) <= 0.05
