"""Counted words warn of what is too broad, and of what nobody writes."""

import json

import pytest

from answerback.domain.listening.frequencies import CommonWords
from answerback.domain.listening.oddities import stream_warnings
from answerback.domain.listening.query import parse
from answerback.domain.listening.syntax import Word
from answerback.domain.records.refusal import Refusal
from answerback.weights.frequencies import load_frequencies

COUNTED = CommonWords(posts=1_000, counts={"love": 57, "late": 2, "lately": 3, "never": 0})


@pytest.mark.parametrize(
    ("query", "warned"),
    [
        ("love", [("W-BROAD", 1)]),
        ("orbit OR love", [("W-BROAD", 10)]),
        ("orbit OR (love NOT lid)", [("W-BROAD", 11)]),
        ("late*", [("W-BROAD", 1)]),
        ("late", []),
        ("orbit love", []),
        ('"love lid"', []),
        ("love NEAR/3 lid", []),
        ("orbit NOT love", []),
        ("{LOVE}", []),
        ("orbit (never OR lid)", [("I-UNSEEN", 8)]),
        ("title:love", []),
    ],
)
def test_a_query_is_warned_of_in_the_light_of_the_stream(
    query: str, warned: list[tuple[str, int]]
) -> None:
    parsed = parse(query)

    said = stream_warnings(query, parsed.root, frequencies=COUNTED)

    assert [(one.code, one.column) for one in said] == warned


def test_a_handful_of_posts_and_a_mention_are_no_reason_to_warn() -> None:
    few = CommonWords(posts=20, counts={"love": 9})
    named = CommonWords(posts=1_000, counts={"@orbit": 500})

    assert list(stream_warnings("love", parse("love").root, frequencies=few)) == []
    assert list(stream_warnings("@orbit", parse("@orbit").root, frequencies=named)) == []


def test_the_shipped_words_are_shares_and_the_commonest_is_common() -> None:
    counted = load_frequencies()

    assert counted.posts > 100_000
    assert (counted.share(Word("the")) or 0) > 0.2
    assert counted.share(Word("thisisnoword")) is None
    assert (counted.share(Word("lov*", wild=True)) or 0) > (counted.share(Word("love")) or 0)


@pytest.mark.parametrize(
    "spoilt", [{}, {"posts": 3, "counts": {"a": "x"}}, {"posts": 3, "counts": 4}]
)
def test_spoilt_counts_are_refused(spoilt: object) -> None:
    with pytest.raises(Refusal, match="Make them again with training/word_frequencies.py"):
        CommonWords.of(json.loads(json.dumps(spoilt)))


@pytest.mark.slow  # fifteen seconds: it reads a hundred thousand posts
@pytest.mark.usefixtures("shared_data")
def test_counting_again_gives_the_shipped_counts() -> None:
    from training.word_frequencies import FEWEST, counted  # noqa: PLC0415 - needs the data

    posts, counts = counted()

    shipped = load_frequencies()
    assert posts == shipped.posts
    assert all(
        shipped.share(Word(word)) == times / posts
        for word, times in counts.items()
        if times * 10_000 >= FEWEST * posts and "*" not in word
    )
