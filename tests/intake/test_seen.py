import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import NEXT_DAY, fetched, make_post

from answerback.channels.inbound import Failure
from answerback.domain.records.details import Details
from answerback.domain.records.post import Author, Post
from answerback.intake.raw import RawRow, pack, printable, unpack
from answerback.intake.seen import content_hash, sift

BROKEN = Failure(reason="not_json", sentence="Line 1 is no JSON.")
THINGS = st.one_of(
    st.just(BROKEN),
    st.builds(
        lambda number, text, version: make_post(str(number), text=text, version=version),
        st.integers(0, 3),
        st.sampled_from(["one", "other"]),
        st.integers(1, 2),
    ),
)


@given(st.lists(THINGS, max_size=30))
def test_every_thing_is_in_exactly_one_part(things: list[Post | Failure]) -> None:
    batch = fetched(*things)

    sifted = sift(batch)

    parts = [*sifted.posts, *sifted.repeats, *(one for one, _ in sifted.failed)]
    assert sorted(one.line or 0 for one in parts) == [one.line for one in batch]


def test_the_first_is_kept_the_same_again_is_a_repeat_and_other_words_a_conflict() -> None:
    batch = fetched(
        make_post("1"), make_post("1"), make_post("1", text="other"), make_post("1", version=2)
    )

    sifted = sift(batch)

    assert [one.line for one in sifted.posts] == [1, 4]
    assert [one.line for one in sifted.repeats] == [2]
    assert [(one.line, why.reason) for one, why in sifted.failed] == [(3, "id_conflict")]


def test_who_said_it_counts_and_when_we_heard_it_does_not() -> None:
    told = make_post("1")

    assert content_hash(told) == content_hash(make_post("1", heard_at=NEXT_DAY.replace(year=2027)))
    assert content_hash(told) != content_hash(make_post("1", author="bob"))


@pytest.mark.parametrize(
    "told",
    [
        {"text": "half \udc80"},
        {"text": "nul \x00"},
        {"url": "https://social.example/\x00"},
        {"details": Details({"title": ["nul \x00"]})},
        {"details": Details({"tag": ["fine", "half \udc80"]})},
        {"in_reply_to": "x" * 513},
        {"conversation_id": "\N{HOT BEVERAGE}" * 401},
        {"author": "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}" * 401},
        {"version": -1},
    ],
)
def test_what_no_database_takes_is_set_aside(told: dict[str, object]) -> None:
    ((_, why),) = sift(fetched(make_post("1", **told))).failed

    assert why.reason == "not_storable"


def test_what_the_network_tells_beside_the_words_makes_no_other_post_of_it() -> None:
    plain, liked = make_post("1"), make_post("1", details=Details({"likes": ["3"]}))

    assert content_hash(plain) == content_hash(liked)


def test_a_follower_count_beyond_sixty_four_bits_is_set_aside() -> None:
    post = Post(
        channel="archive",
        source="s",
        external_id="1",
        author=Author(handle="ada", followers=2**70),
        text="hello",
        heard_at=NEXT_DAY,
    )

    assert [why.reason for _, why in sift(fetched(post)).failed] == ["not_storable"]


@given(st.lists(st.text(st.characters(), max_size=20), max_size=5))
def test_raw_text_comes_back_exactly(raws: list[str]) -> None:
    rows = [RawRow(line=line, cursor=str(line), raw=raw) for line, raw in enumerate(raws, 1)]

    assert unpack(pack(rows)) == rows


@given(st.text(st.characters()))
def test_printable_text_can_be_stored_everywhere(raw: str) -> None:
    shown = printable(raw)

    assert "\x00" not in shown
    assert shown.encode().decode() == shown
