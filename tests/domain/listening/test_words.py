"""Long and hostile posts are read to their end, in time that grows with their length."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerback.domain.listening import memory
from answerback.domain.listening.folding import fold
from answerback.domain.listening.match import compile_queries, explain
from answerback.domain.listening.query import parse
from answerback.domain.listening.words import any_humps, raw_tokens, token, word_forms
from answerback.domain.records.mention import Span

FLOODS = {
    "letters": "a",
    "zalgo": "e" + "\u0301\u0316" * 50,
    "joiners": "a.",
    "apostrophes": "a'",
    "camel": "#aB",
    "dashes in a mention": "@a-",
    "pictures": "👩‍",
    "flags": "🇫",
    "underscores": "_",
    "digits": "1,",
    "stars": "*",
    "links": "http://",
    "spaces": " ",
    "han": "東",
    "thai": "กำ",
    "surrogates": "\ud800",
    "zeros": "\0a",
}


@pytest.mark.parametrize("kind", list(FLOODS))
def test_a_flood_is_read_to_its_end_in_time_that_grows_with_its_length(kind: str) -> None:
    matcher = compile_queries([parse("kettle OR ab*c*d OR @kettle OR #kettle*")])
    text = FLOODS[kind] * (60_000 // len(FLOODS[kind])) + " kettle"

    began = time.process_time()
    pairs = matcher.match([text])

    assert pairs == [(0, 0)]
    assert time.process_time() - began < 3  # a hundredth of what squared time would take


def test_forty_thousand_marks_on_one_letter_fold_in_a_moment() -> None:
    heap = "e" + "\u0301\u0316" * 20_000

    began = time.process_time()
    folded = fold(heap)

    assert time.process_time() - began < 1
    assert unicodedata.normalize("NFD", folded)[0] == "e"
    assert compile_queries([parse("e1 OR e")]).match([heap]) == [(0, 0)]


@pytest.mark.parametrize("query", ["{E}", "{e}", "raw:e", "k1 OR {K1}"])
def test_forty_thousand_marks_are_no_work_for_exact_case_and_raw(query: str) -> None:
    matcher = compile_queries([parse(query)])

    began = time.process_time()
    matcher.match(["e" + "\u0301\u0323" * 20_000])

    assert time.process_time() - began < 0.5  # composing them all takes two seconds


def test_what_is_remembered_is_bounded_and_forgetting_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "REMEMBERED", 50)
    matcher = compile_queries([parse("kettle"), parse("word7*")])
    texts = [f"word{number} and kettle" for number in range(1_000)]

    assert matcher.match(texts) == compile_queries([parse("kettle"), parse("word7*")]).match(texts)
    assert matcher.match(texts) == [
        (row, query)
        for row in range(1_000)
        for query in (0, 1)
        if query == 0 or str(row).startswith("7")
    ]


def test_words_of_scripts_written_together_are_cut_apart() -> None:
    cut = raw_tokens("Orbit는 iPhoneケース東京 @Orbit's tag#no 1️⃣👍🏽👩‍👩‍👧🇫🇷 U.S.A. 3.5 j'ai")

    assert cut == [
        *("Orbit", "는", "iPhone", "ケース", "東", "京", "@Orbit's", "tag", "no"),
        *("1️⃣", "👍🏽", "👩‍👩‍👧", "🇫🇷", "U.S.A", "3.5", "j'ai"),
    ]


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("late flight", "Flight LATE, late!", ["Flight", "LATE", "late"]),
        ("king", "I like #BurgerKing.", ["King"]),
        ("burgerking OR king", "I like #BurgerKing.", ["#BurgerKing"]),
        ("@orbit", "東京@orbit さん", ["@orbit"]),
        ("cafe", "the cafe\u0301!", ["cafe\u0301"]),
        ("bag NEAR/1 lost", "bag; my bag is lost and another bag", ["bag", "lost"]),
        ("late NOT early", "late", ["late"]),
        ("(a1 b1) OR c1", "a1 c1", ["c1"]),
        ('"lost bag"', "a lost\nbag", ["lost\nbag"]),
        ("东", "no", []),
    ],
)
def test_a_match_is_shown_as_it_stands_in_the_post(query: str, text: str, shown: list[str]) -> None:
    spans = explain(parse(query), text)

    assert [text[span.start : span.end] for span in spans] == shown


def test_places_count_code_points() -> None:
    assert explain(parse("late"), "😡👍🏽 late") == (Span(start=4, end=8),)


HARD = (*"aB1_#@'.-é東 \u3000\x1f\u2028🇫\u200d👩/:", "http://", "🇷", "\ufe0f")


@settings(max_examples=300, deadline=None)
@given(text=st.lists(st.sampled_from(HARD), max_size=14).map("".join))
def test_no_token_reaches_over_a_blank(text: str) -> None:
    assert raw_tokens(text) == [raw for chunk in text.split() for raw in raw_tokens(chunk)]


@settings(max_examples=300, deadline=None)
@given(
    sign=st.sampled_from("@#"),
    name=st.text(alphabet=st.sampled_from("abAB12_"), min_size=1, max_size=8),
)
def test_the_short_way_through_a_tag_or_mention_says_what_the_long_way_says(
    sign: str, name: str
) -> None:
    short = token(sign + name)
    wide = token({"@": "＠", "#": "＃"}[sign] + name)  # noqa: RUF001 - a wide sign goes the long way

    assert set(short.forms) == set(wide.forms)
    assert short.cuts == wide.cuts


@settings(max_examples=2_000, deadline=None)
@given(name=st.text(alphabet=st.sampled_from("aAbB12"), min_size=1, max_size=9))
def test_the_pattern_of_english_humps_cuts_as_letter_by_letter(name: str) -> None:
    parts = [name[start:end].lower() for start, end in any_humps(name, 0, len(name))]

    forms = {(form, first, after) for form, first, after in token(f"#{name}").forms}
    if len(parts) > 1:
        assert {(part, at, at + 1) for at, part in enumerate(parts)} <= forms
    assert token(f"#{name}").width == len(parts)


WORDY = (*"abSs1'’ʼéßİŉﬁ東한ก①ªÅΣ", "\u0301", "ǅ", "㌔", "ﷺ", "ａ", "𝐚", "Ω", "の", "ー")  # noqa: RUF001 - as people type


@settings(max_examples=1_500, deadline=None)
@given(text=st.lists(st.sampled_from(WORDY), min_size=1, max_size=6).map("".join))
def test_the_short_way_to_a_words_forms_says_what_the_long_way_says(text: str) -> None:
    for raw in raw_tokens(text):
        forms = word_forms(raw)
        if forms is not None:
            assert {(form, 0, 1) for form in forms} == set(token(raw).forms)
