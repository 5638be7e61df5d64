"""Two independent readings of the language agree, and the laws of logic hold."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.listening.naive import Tree, naive_match, written

from answerback.domain.listening.match import compile_queries, explain
from answerback.domain.listening.query import Query, QueryError, normalised, parse
from answerback.domain.listening.syntax import Term

#: Few words and short posts, so that hits collide densely.
TERMS = (
    *("red", "fox", "redfox", "red fox", "fox red", "#RedFox", "#redfox", "@red", "@RedFox"),
    *(
        "cafe",
        "café",
        "mcdonalds",
        "mcdonald's",
        "mcdonald",
        "東",
        "東京",
        "京",
        "😡",
        "👍",
        "👍🏽",
    ),
    *("한글", "글", "re*", "fox*", "red_fox", "red.fox", "red-fox", "the"),
)
TOKENS = (
    *("red", "Fox", "RED", "redfox", "the", "#RedFox", "#redfox", "@Red", "@RedFox", "foxes"),
    *(
        "café",
        "CAFE",
        "cafe\u0301",
        "McDonald\N{RIGHT SINGLE QUOTATION MARK}s",
        "mcdonalds",
        "東京",
        "京都",
        "京",
        "😡",
        "👍🏽",
        "👍",
    ),
    *("한글은", "한글", "글", "red_fox", "red.fox", "red-fox", "http://x.example/red", "Fox's"),
)

terms = st.builds(lambda word: ("term", word), st.sampled_from(TERMS))
several_terms = st.lists(terms, min_size=2, max_size=3).map(lambda parts: ("or", *parts))
near_sides = st.recursive(
    terms | several_terms,
    lambda side: st.builds(
        lambda left, right, within: ("near", left, right, within), side, side, st.integers(0, 4)
    ),
    max_leaves=3,
)


def _joined(part: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    parts = st.lists(part, min_size=2, max_size=3)
    return st.one_of(
        parts.map(lambda some: ("and", *some)),
        parts.map(lambda some: ("or", *some)),
        part.map(lambda one: ("not", one)),
    )


#: Letters that fold to others, to several or to nothing, marks, signs and operators.
HARD = (
    *'abAB12 ()""-!*?#@$._\'/&|~+{}“”„«»（）＠＃＿．＂',  # noqa: RUF001 - as people type
    *(
        "OR",
        " AND ",
        "NOT ",
        " NEAR/3 ",
        " OR ",
        " ",
        "é",
        "e\u0301",
        "ß",
        "İ",
        "ﬁ",
        "½",
        "①",
        "㎏",
    ),
    *(
        "ⓤ",
        "\U0001d42e",
        "東",
        "が",
        "か\u3099",
        "ﾊﾟ",
        "한",
        "글",
        "\u1112\u1161",
        "ก",
        "ำ",
        "👍🏽",
        "🇫🇷",
    ),
    *("❤️", "1️⃣", "#️⃣", "\u200d", "\u00ad", "\ud800", "\0", "\u0345", "\u0149", "ﷺ", "क्ष", "\u02bc"),
)
hard_texts = st.lists(st.sampled_from(HARD), min_size=1, max_size=9).map("".join)

trees: st.SearchStrategy[Tree] = st.recursive(near_sides, _joined, max_leaves=6)
positive = near_sides
posts = st.lists(
    st.tuples(st.sampled_from(TOKENS), st.sampled_from((" ", ", ", " - "))), max_size=9
).map(lambda words: "".join(word + gap for word, gap in words))


def matches(query: Query, text: str) -> bool:
    return compile_queries([query]).match([text]) == [(0, 0)]


def _read(text: str) -> Query | QueryError:
    try:
        return parse(text)
    except QueryError as refused:
        return refused


def _parsed(tree: Tree) -> Query | None:
    """Parse what a tree says; None when the parser refuses it as empty of sense."""
    query = _read(written(tree))
    if isinstance(query, Query):
        return query
    assert query.problem.code in {"E-NEG", "E-NEVER"}
    return None


def _agree(tree: Tree, text: str) -> None:
    query = _read(written(tree))
    if isinstance(query, Query):
        assert matches(query, text) == naive_match(tree, text)
    elif query.problem.code == "E-NEVER":
        assert not naive_match(tree, text)
    else:
        assert query.problem.code == "E-NEG"


@settings(max_examples=250, deadline=None)
@given(tree=trees, text=posts)
def test_the_engine_and_a_naive_reading_agree(tree: Tree, text: str) -> None:
    _agree(tree, text)


@pytest.mark.slow  # forty times as many, for the night
@settings(max_examples=10_000, deadline=None)
@given(tree=trees, text=posts)
def test_the_engine_and_a_naive_reading_agree_at_length(tree: Tree, text: str) -> None:
    _agree(tree, text)


@settings(max_examples=100, deadline=None)
@given(some=st.lists(trees, max_size=6), texts=st.lists(posts, max_size=6), cut=st.integers(0, 6))
def test_many_at_once_are_each_alone_and_a_split_batch_is_the_whole(
    some: list[Tree], texts: list[str], cut: int
) -> None:
    queries = [query for tree in some if (query := _parsed(tree))]
    matcher = compile_queries(queries)

    whole = matcher.match(texts)

    assert whole == [
        (row, at)
        for row, text in enumerate(texts)
        for at, query in enumerate(queries)
        if matches(query, text)
    ]
    later = [(row + len(texts[:cut]), at) for row, at in matcher.match(texts[cut:])]
    assert matcher.match(texts[:cut]) + later == whole


@settings(max_examples=100, deadline=None)
@given(tree=trees)
def test_what_is_printed_reads_back_as_the_same(tree: Tree) -> None:
    query = _parsed(tree)

    if query is not None:
        assert parse(normalised(query)) == query
        assert normalised(parse(normalised(query))) == normalised(query)


@settings(max_examples=100, deadline=None)
@given(letters=hard_texts | st.text(min_size=1, max_size=30))
def test_any_text_is_a_query_that_reads_back_or_a_refusal_with_its_place(letters: str) -> None:
    query = _read(letters)

    if isinstance(query, Query):
        assert parse(normalised(query)) == query
    else:
        assert query.problem.column >= 1
        assert "^" in query.problem.caret


@settings(max_examples=200, deadline=None)
@given(letters=hard_texts)
def test_words_and_phrases_find_the_text_they_were_copied_from(letters: str) -> None:
    query = _read(letters)

    # In a text * and ? are no letters: they part words, which a wildcard inside a word does not.
    wild_inside = "?" in letters or "*" in letters.rstrip("*")
    if isinstance(query, Query) and isinstance(query.root, Term) and not wild_inside:
        assert matches(query, query.root.typed)


@settings(max_examples=80, deadline=None)
@given(one=positive, other=positive, needed=positive, text=posts)
def test_de_morgan(one: Tree, other: Tree, needed: Tree, text: str) -> None:
    neither = _parsed(("and", needed, ("not", ("or", one, other))))
    not_both = _parsed(("and", needed, ("and", ("not", one), ("not", other))))

    if neither is not None and not_both is not None:
        assert matches(neither, text) == matches(not_both, text)


@settings(max_examples=80, deadline=None)
@given(parts=st.lists(positive, min_size=2, max_size=4), text=posts, data=st.data())
def test_the_order_of_alternatives_changes_nothing(
    parts: list[Tree], text: str, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(parts))

    one, other = _parsed(("or", *parts)), _parsed(("or", *shuffled))

    assert one is not None
    assert other is not None
    assert matches(one, text) == matches(other, text)


@settings(max_examples=120, deadline=None)
@given(left=positive, right=positive, within=st.integers(0, 6), text=posts)
def test_a_wider_near_finds_all_that_a_narrow_one_finds(
    left: Tree, right: Tree, within: int, text: str
) -> None:
    narrow, wide = (_parsed(("near", left, right, n)) for n in (within, within + 1))

    assert narrow is not None
    assert wide is not None
    assert matches(wide, text) >= matches(narrow, text)


@settings(max_examples=80, deadline=None)
@given(tree=positive, without=positive, text=posts)
def test_a_not_never_adds_a_post(tree: Tree, without: Tree, text: str) -> None:
    plain, less = _parsed(tree), _parsed(("and", tree, ("not", without)))

    assert plain is not None
    if less is not None:
        assert matches(less, text) <= matches(plain, text)


def _full_width(text: str) -> str:
    wide = {code: code + 0xFEE0 for code in (*range(0x30, 0x3A), *range(0x61, 0x7B))}
    return " ".join(
        part if part.startswith("http") or "." in part else part.translate(wide)
        for part in text.split(" ")
    )


SPELLINGS: dict[str, Any] = {
    "small": str.lower,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "full width": _full_width,
}


@pytest.mark.parametrize("spelling", list(SPELLINGS))
@settings(max_examples=60, deadline=None)
@given(tree=positive, text=posts)
def test_case_form_and_width_of_a_post_change_nothing(spelling: str, tree: Tree, text: str) -> None:
    query = _parsed(tree)
    text = text.lower() if spelling == "full width" else text
    if spelling == "small":  # small letters hide where one word of a tag ends
        text = text.replace("RedFox", "redfox")

    assert query is not None
    assert matches(query, SPELLINGS[spelling](text)) == matches(query, text)


@settings(max_examples=100, deadline=None)
@given(tree=trees, text=posts)
def test_every_match_of_something_asked_for_is_explained_by_words_of_the_post(
    tree: Tree, text: str
) -> None:
    query = _parsed(tree)
    if query is None:
        return

    spans = explain(query, text)

    if not matches(query, text):
        assert spans == ()
    assert list(spans) == sorted(spans, key=lambda span: span.start)
    assert all(text[span.start : span.end].strip() for span in spans)
