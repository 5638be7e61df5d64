"""How long a reply is, as its network counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from answerback.domain.etiquette.graphemes import count_graphemes
from answerback.domain.etiquette.length import length, limit_of, said_to, too_long

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", 0),
        ("kettle", 6),
        ("a\r\nb", 3),
        ("e\u0301", 1),  # a letter and its accent
        ("\u0928\u093f", 1),  # a Devanagari syllable
        ("\u0e01\u0e47", 1),  # a Thai letter with its vowel
        ("\u1100\u1161\u11a8", 1),  # a Hangul syllable in parts
        ("\uac01\ub098", 2),
        ("\uac00\u1161", 1),  # an open syllable takes another vowel, a closed one does not
        ("\uac01\u1161", 2),
        (FAMILY, 1),
        ("\U0001f44d\U0001f3fd", 1),  # a thumb with a skin tone
        ("\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", 2),  # two flags
        ("1\ufe0f\u20e3", 1),  # a key cap
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", 1),  # a flag made of tags
        ("\u0600a", 1),  # a mark that stands before what it belongs to
        ("a\u200bb", 3),  # a zero-width space is a place to break
    ],
)
def test_a_character_is_what_people_see_as_one(text: str, seen: int) -> None:
    assert count_graphemes(text) == seen


@pytest.mark.parametrize(
    ("text", "seen", "joined"),
    [
        ("\u0915\u094d\u0937", 2, 1),  # ksha
        ("\u0915\u094d\u200d\u0937\u093f", 2, 1),
        ("\u0915\u094d\u200c\u0937", 2, 2),  # kept apart on purpose
        ("\u0938\u094d\u0924\u094d\u0930\u0940", 3, 1),  # stri
        ("\u0d28\u0d4d\u0d31 a", 4, 3),
        ("kettle", 6, 6),
    ],
)
def test_joined_consonants_are_one_where_the_network_counts_so(
    text: str, seen: int, joined: int
) -> None:
    assert (count_graphemes(text), count_graphemes(text, conjuncts=True)) == (seen, joined)
    assert length(text, channel="bluesky") == joined
    assert length(text, channel="mastodon") == seen


@given(some.text(max_size=40), some.text(max_size=40))
def test_putting_texts_together_never_makes_more_characters(one: str, other: str) -> None:
    apart = count_graphemes(one) + count_graphemes(other)

    assert 0 <= apart - count_graphemes(one + other) <= 1


@given(some.text(max_size=200))
def test_there_are_never_more_characters_than_code_points(text: str) -> None:
    assert count_graphemes(text) <= len(text)


@pytest.mark.parametrize(
    ("channel", "text", "counted"),
    [
        ("mastodon", "see https://example.org/a/very/long/path", 27),
        ("mastodon", "@ada@far.example hi", 7),
        ("mastodon", FAMILY, 1),
        ("bluesky", "see https://example.org/a/very/long/path", 40),
        ("bluesky", "e\u0301" * 300, 300),
        ("x", "see https://example.org/a/very/long/path", 27),
        ("twitter", "see acme.com now", 31),
        ("x", "\u65e5\u672c ok", 7),  # Han letters count two
        ("x", FAMILY, 2),
        ("x", "\U0001f44d\U0001f3fd!", 3),
        ("archive", FAMILY, 1),
        ("mail", "a" * 70_000, 70_000),
    ],
)
def test_each_network_counts_its_own_way(channel: str, text: str, counted: int) -> None:
    assert length(text, channel=channel) == counted


def test_a_text_is_too_long_by_so_many_and_an_archive_takes_any() -> None:
    assert too_long("a" * 301, channel="Bluesky") == (
        "The reply is 1 characters too long: Bluesky takes 300, counted its way. Shorten it, or "
        "say the rest in a second reply."
    )
    assert too_long("a" * 300, channel="bluesky") is None
    assert too_long("a" * 9_000, channel="archive") is None
    assert limit_of("archive") is None


def test_an_accounts_own_server_says_how_much_it_takes() -> None:
    assert too_long("a" * 4_900, channel="mastodon", most=5_000) is None
    assert too_long("a" * 4_900, channel="mastodon") is not None
    assert limit_of("email", most=10) is None  # mail is as long as one likes


def test_whom_a_reply_names_counts_where_it_begins_with_their_name() -> None:
    text = "a" * 495

    assert too_long(text, channel="mastodon") is None
    assert "1 characters too long" in str(too_long(text, channel="mastodon", to="adam@far.example"))
    assert said_to("Hi @Ada!", channel="mastodon", to="ada") == "Hi @Ada!"
    assert said_to("Hi @adam", channel="mastodon", to="ada") == "@ada Hi @adam"
    assert said_to("Hi", channel="bluesky", to="ada") == "Hi"


def test_bluesky_counts_bytes_too() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"

    assert too_long(family * 100, channel="bluesky") is None
    assert "3,250 bytes; bluesky takes 3,000" in str(too_long(family * 130, channel="bluesky"))
