"""The stage that reads, with the heads that ship."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.post import Author, Post
from answerback.domain.records.reading import Kind, Reading, Sentiment
from answerback.domain.understanding.read import read_texts, reader
from answerback.domain.understanding.urgency import PHRASES, QUIET, SIGNS, urgency
from answerback.domain.understanding.verdicts import chunks
from answerback.weights.store import load_heads

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class English:
    """A language id that says English to everything: the model has its own tests."""

    def identify(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        return [("en", 1.0) for _ in texts]


def make_dossier(text: str, *, discarded: DiscardReason | None = None) -> Dossier:
    post = Post(
        channel="fake",
        source="test",
        external_id=text[:20],
        author=Author(handle="ada"),
        text=text,
        heard_at=NOON,
    )
    return Dossier(post=post, discarded=discarded)


def read(*texts: str) -> list[Reading]:
    return list(read_texts(texts=texts, heads=load_heads(), language=English()))


def numbers(reading: Reading) -> list[float]:
    return [
        *(*reading.sentiment.values(), *reading.kinds.values(), reading.needs_response),
        *(reading.urgency, reading.offensive, reading.language_probability),
    ]


TORTURE = ("", " ", "\x00", "😀😀😀", "Z̷̢͎a̶l̵g̸o̴" * 50, "\ud83d", "a" * 3_000, "?" * 500, "ﷺ" * 50)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_every_number_of_a_reading_is_a_probability(texts: list[str]) -> None:
    for reading in read(*texts, *TORTURE):
        assert all(0.0 <= number <= 1.0 for number in numbers(reading))
        assert sum(reading.sentiment.values()) == pytest.approx(1.0, abs=2e-4)
        assert (set(reading.kinds), set(reading.sentiment)) == (set(Kind), set(Sentiment))


def test_a_post_reads_the_same_alone_and_in_any_batch() -> None:
    texts = ["Where is my parcel?", *TORTURE, "Worst kettle ever, never again", "long " * 6_000]

    together = read(*texts, *texts)

    assert together[: len(texts)] == together[len(texts) :]
    assert together[: len(texts)] == [read(text)[0] for text in texts]


@given(st.lists(st.integers(0, 70_000), max_size=30))
def test_chunks_cover_a_batch_once_and_a_long_text_stands_alone(lengths: list[int]) -> None:
    texts = ["x" * length for length in lengths]

    parts = list(chunks(texts))

    assert [at for part in parts for at in range(part.start, part.stop)] == list(range(len(texts)))
    for part in parts:
        if part.stop - part.start > 1:
            assert sum(len(text) + 1 for text in texts[part]) <= 60_000
            assert max(len(text) for text in texts[part]) <= 20_000


def test_plain_cases_are_read_as_a_person_would() -> None:
    lost, asks, glad, calm = read(
        "@acme worst service ever, my parcel is broken and nobody answers. Never again!",
        "@acme how do I change my delivery address?",
        "@acme thank you so much, the support team was amazing!",
        "Sitting in the garden, reading the paper.",
    )

    assert lost.kinds[Kind.COMPLAINT] > 0.5
    assert lost.sentiment[Sentiment.NEGATIVE] > 0.5
    assert lost.needs_response > 0.5
    assert asks.kinds[Kind.QUESTION] > 0.5
    assert asks.needs_response > 0.5
    assert glad.kinds[Kind.PRAISE] > 0.5
    assert glad.sentiment[Sentiment.POSITIVE] > 0.5
    assert glad.needs_response < 0.5
    assert calm.kinds[Kind.OTHER] > 0.5
    assert calm.needs_response < 0.5


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet="aeiou rstn!?'worst never thanks", max_size=80))
def test_reasons_quote_the_text_itself(text: str) -> None:
    said = f"Terrible  service, {text} never\tagain?"

    sentences = read(said)[0].why

    spoken = " ".join(said.split())
    for sentence in sentences:
        if " because of '" in sentence:
            quoted = sentence.partition(" because of '")[2].removesuffix("'.")
            assert all(part in spoken for part in quoted.split("', '"))


def test_a_discarded_dossier_is_handed_on_as_it_is() -> None:
    step = reader(heads=load_heads(), language=English())
    told, own, other = (
        make_dossier("Where is my parcel?"),
        make_dossier("We are open today", discarded=DiscardReason.OWN_POST),
        make_dossier("A calm day"),
    )

    after = step([told, own, other])

    assert after[1] is own
    assert [one.post for one in after] == [told.post, own.post, other.post]
    assert [one.reading is None for one in after] == [False, True, False]


def test_sure_spam_is_discarded_and_keeps_its_reading() -> None:
    heads = replace(load_heads(), spam_discard_above=0.5)
    step = reader(heads=heads, language=English())

    spam, calm = step(
        [
            make_dossier(
                "WINNER!! Claim your free prize now, txt STOP to 80086 http://win.example"
            ),
            make_dossier("Where is my parcel?"),
        ]
    )

    assert (spam.discarded, calm.discarded) == (DiscardReason.SPAM, None)
    assert spam.reading is not None


def test_nothing_in_gives_nothing_out() -> None:
    step = reader(heads=load_heads(), language=English())

    assert step([]) == []


def test_urgency_says_why_most_telling_first() -> None:
    soon = urgency(
        found={"deadline": "tonight", "stuck": "stranded"}, needs_response=1.0, negative=1.0
    )

    assert soon.reasons == (
        "It says 'stranded': somebody is stuck.",
        "It says 'tonight': a time is near.",
    )
    assert soon.value == pytest.approx(1 - (1 - 0.72) * 0.8)


def test_urgency_quotes_the_text_and_not_our_list() -> None:
    noise, soon = read("A calm day.", "@acme my train leaves In 4 HOURS! I'm stranded.")

    assert noise.urgency_reasons == ()
    assert soon.urgency_reasons == (
        "It says 'stranded': somebody is stuck.",
        "It says 'In 4 HOURS!': a time is near.",
    )


def test_the_same_words_count_a_quarter_where_nothing_is_wrong() -> None:
    calm = urgency(found={"danger": "on fire"}, needs_response=0.0, negative=0.0)

    assert calm.value == pytest.approx(0.2)


def test_every_sign_has_phrases() -> None:
    assert {*SIGNS, *QUIET} == set(PHRASES)


def test_more_signs_are_never_less_urgent() -> None:
    found: dict[str, str] = {}
    before = urgency(found=found, needs_response=0.7, negative=0.3).value

    for sign in SIGNS:
        found[sign] = "word"
        after = urgency(found=dict(found), needs_response=0.7, negative=0.3).value
        assert after > before
        before = after
