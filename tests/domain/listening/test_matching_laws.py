"""The engines and an independent reading agree, and the laws of logic hold, on every engine."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.domain.listening.differential import Disagreement, compare, engines, parsed
from tests.domain.listening.invented import KINDS, Inventor, inventor_of
from tests.domain.listening.naive import Tree
from tests.domain.listening.naive_words import KEYCAP, is_link
from tests.domain.listening.naive_writing import written

from answerback.domain.listening.match import Engine, _Reader, compile_queries, explain
from answerback.domain.listening.program import compiled
from answerback.domain.listening.query import Query, normalised, parse
from answerback.domain.listening.syntax import Term, Word
from answerback.domain.listening.words import raw_tokens

Post = tuple[str, Mapping[str, Sequence[str]]]
NEEDS_FAST = pytest.mark.skipif(Engine.FAST not in engines(), reason="the fast engine is not built")
on_every_engine = pytest.mark.parametrize(
    "engine", [Engine.PYTHON, pytest.param(Engine.FAST, marks=NEEDS_FAST)]
)
inventors = st.integers(0, 2**32).map(inventor_of)

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


def _settings(examples: int) -> Callable[[Any], Any]:
    return settings(max_examples=examples, deadline=None)


def matches(engine: Engine, query: Query, post: Post) -> bool:
    return compile_queries([query], engine=engine).match([post[0]], [post[1]]) == [(0, 0)]


def understood(tree: Tree) -> Query:
    """Parse what a tree says; give the example up when the parser refuses it as empty of sense."""
    query = parsed(written(tree))
    assume(isinstance(query, Query))
    assert isinstance(query, Query)
    return query


def _some_queries(inventor: Inventor, count: int) -> list[Query]:
    drawn = [parsed(written(inventor.query())) for _ in range(count)]
    return [query for query in drawn if isinstance(query, Query)]


@pytest.mark.parametrize("seed", range(8))
def test_the_engines_and_a_naive_reading_agree(seed: int) -> None:
    tally = compare(seed=seed, queries=50, posts=50)

    assert tally.evaluations == 2_500
    assert 0 < tally.matches < tally.evaluations


@pytest.mark.slow  # a hundred times as many, for the night
@pytest.mark.parametrize("seed", range(100, 120))
def test_the_engines_and_a_naive_reading_agree_at_length(seed: int) -> None:
    assert compare(seed=seed, queries=320, posts=320).evaluations == 102_400


def test_a_disagreement_is_told_with_a_case_to_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.domain.listening.differential._found", lambda *_: [])

    with pytest.raises(Disagreement, match="naive: True\nquery: .+\n"):
        compare(seed=1, queries=10, posts=10)


@on_every_engine
@_settings(30)
@given(inventor=inventors, cut=st.integers(0, 8))
def test_many_at_once_are_each_alone_and_a_split_batch_is_the_whole(
    engine: Engine, inventor: Inventor, cut: int
) -> None:
    queries = _some_queries(inventor, 8)
    posts = [inventor.post() for _ in range(8)]
    texts, facts = [text for text, _ in posts], [told for _, told in posts]
    matcher = compile_queries(queries, engine=engine)

    whole = matcher.match(texts, facts)

    assert whole == [
        (row, at)
        for row, post in enumerate(posts)
        for at, query in enumerate(queries)
        if matches(engine, query, post)
    ]
    later = matcher.match(texts[cut:], facts[cut:])
    assert matcher.match(texts[:cut], facts[:cut]) + [(row + cut, at) for row, at in later] == whole


@on_every_engine
@_settings(40)
@given(inventor=inventors)
def test_what_is_remembered_and_how_often_words_turn_up_change_nothing(
    engine: Engine, inventor: Inventor
) -> None:
    queries = _some_queries(inventor, 6)
    posts = [inventor.post() for _ in range(6)]
    texts, facts = [text for text, _ in posts], [told for _, told in posts]
    matcher = compile_queries(queries, engine=engine)
    counted = compile_queries(queries, engine=engine, frequencies=_AnyFrequencies(inventor.draw))

    cold = matcher.match(texts, facts)

    assert matcher.match(texts, facts) == cold
    assert counted.match(texts, facts) == cold


@on_every_engine
@_settings(40)
@given(inventor=inventors)
def test_an_engine_asks_for_all_the_facts_that_it_uses(engine: Engine, inventor: Inventor) -> None:
    queries = _some_queries(inventor, 6)
    posts = [inventor.post() for _ in range(6)]
    texts, facts = [text for text, _ in posts], [told for _, told in posts]
    matcher = compile_queries(queries, engine=engine)

    asked = [
        {name: told for name, told in of_post.items() if name in matcher.fields}
        for of_post in facts
    ]

    assert matcher.match(texts, asked) == matcher.match(texts, facts)
    assert matcher.match(texts) == matcher.match(texts, [{} for _ in texts])


class _AnyFrequencies:
    """Frequencies out of the blue: anchors may then be any that are right."""

    posts = 1_000

    def __init__(self, draw: Random) -> None:
        self._draw = draw

    def share(self, word: Word) -> float | None:
        return self._draw.choice((None, 0.0, 0.001, 0.5, 1.0))


@on_every_engine
@_settings(25)
@given(inventor=inventors)
def test_an_edited_set_of_queries_hears_as_one_that_was_written_so(
    engine: Engine, inventor: Inventor
) -> None:
    queries = dict(enumerate(_some_queries(inventor, 4)))
    posts = [inventor.post() for _ in range(6)]
    texts, facts = [text for text, _ in posts], [told for _, told in posts]
    matcher = compile_queries(list(queries.values()), engine=engine)
    for query in _some_queries(inventor, 4):
        matcher.match(texts, facts)
        row = inventor.draw.randrange(6)
        if inventor.draw.random() < 0.3:
            matcher.drop(row)
            queries.pop(row, None)
        else:
            matcher.put(row, query)
            queries[row] = query

        assert matcher.match(texts, facts) == [
            (at, kept)
            for at, post in enumerate(posts)
            for kept, asked in sorted(queries.items())
            if matches(engine, asked, post)
        ]


@_settings(100)
@given(inventor=inventors)
def test_every_match_has_its_anchor(inventor: Inventor) -> None:
    query = understood(inventor.query())
    reader = _Reader(frequencies=_AnyFrequencies(inventor.draw))
    part = compiled(query.root, reader.symbols)

    anchor = part.anchor(reader.symbols.costs)

    for text, facts in [inventor.post() for _ in range(5)]:
        board = reader.board(text, [reader.own[raw] for raw in raw_tokens(text)], facts)
        assert not part.holds(board) or anchor is None or board.symbols & {*anchor[1]}


@_settings(200)
@given(inventor=inventors)
def test_what_is_printed_reads_back_as_the_same(inventor: Inventor) -> None:
    query = understood(inventor.query())

    assert parse(normalised(query)) == query
    assert normalised(parse(normalised(query))) == normalised(query)


@_settings(200)
@given(inventor=inventors)
def test_however_a_query_is_written_it_is_understood_alike(inventor: Inventor) -> None:
    tree = inventor.query()
    query = understood(tree)

    assert parse(written(tree, inventor.draw.choice)) == query


@settings(max_examples=100, deadline=None)
@given(letters=hard_texts | st.text(min_size=1, max_size=30))
def test_any_text_is_a_query_that_reads_back_or_a_refusal_with_its_place(letters: str) -> None:
    query = parsed(letters)

    if isinstance(query, Query):
        assert parse(normalised(query)) == query
    else:
        assert query.problem.column >= 1
        assert "^" in query.problem.caret


@settings(max_examples=200, deadline=None)
@given(letters=hard_texts)
def test_words_and_phrases_find_the_text_they_were_copied_from(letters: str) -> None:
    query = parsed(letters)

    # In a text * and ? are no letters: they part words, which a wildcard inside a word does not.
    wild_inside = "?" in letters or "*" in letters.rstrip("*")
    if isinstance(query, Query) and isinstance(query.root, Term) and not wild_inside:
        assert matches(Engine.PYTHON, query, (query.root.typed, {}))


@on_every_engine
@_settings(80)
@given(inventor=inventors)
def test_de_morgan(engine: Engine, inventor: Inventor) -> None:
    needed, one, other = inventor.side(1), inventor.tree(2), inventor.tree(2)
    neither = understood(("and", needed, ("not", ("or", one, other))))
    not_both = understood(("and", needed, ("not", one), ("not", other)))
    posts = [inventor.post() for _ in range(5)]

    for post in posts:
        assert matches(engine, neither, post) == matches(engine, not_both, post)


@on_every_engine
@_settings(80)
@given(inventor=inventors)
def test_the_order_of_parts_changes_nothing(engine: Engine, inventor: Inventor) -> None:
    kind = inventor.draw.choice(("or", "and"))
    parts = [inventor.side(0), *(inventor.tree(2) for _ in range(3))]
    one, other = understood((kind, *parts)), understood((kind, *inventor.draw.sample(parts, 4)))

    for post in [inventor.post() for _ in range(5)]:
        assert matches(engine, one, post) == matches(engine, other, post)


@on_every_engine
@_settings(100)
@given(inventor=inventors, within=st.integers(0, 6))
def test_a_wider_near_finds_all_that_a_narrow_or_an_ordered_one_finds(
    engine: Engine, inventor: Inventor, within: int
) -> None:
    sides = inventor.side(1), inventor.side(1)
    ordered, narrow, wide = (
        understood((kind, *sides, n))
        for kind, n in (("onear", within), ("near", within), ("near", within + 1))
    )
    mirrored = understood(("near", *reversed(sides), within))

    for post in [inventor.post() for _ in range(5)]:
        found = matches(engine, narrow, post)
        assert matches(engine, ordered, post) <= found <= matches(engine, wide, post)
        assert matches(engine, mirrored, post) == found


@on_every_engine
@_settings(80)
@given(inventor=inventors)
def test_a_not_never_adds_a_post(engine: Engine, inventor: Inventor) -> None:
    tree = inventor.side(2)
    plain, less = understood(tree), understood(("and", tree, ("not", inventor.tree(2))))

    for post in [inventor.post() for _ in range(5)]:
        assert matches(engine, less, post) <= matches(engine, plain, post)


#: A name after a letter of ASCII is part of a mail address; after another letter it is a name.
_IN_ADDRESS = re.compile(r"[0-9a-z_]@")


def _full_width(text: str) -> str:
    wide = {code: code + 0xFEE0 for code in (*range(0x30, 0x3A), *range(0x61, 0x7B))}
    return " ".join(
        part
        if is_link(part) or {*part} & {".", "$", "'", KEYCAP} or _IN_ADDRESS.search(part)
        else part.translate(wide)
        for part in text.split(" ")
    )


SPELLINGS: dict[str, Callable[[str], str]] = {
    "capitals": lambda text: " ".join(
        part if is_link(part) else part.upper() for part in text.split(" ")
    ),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "full width": _full_width,
}
FOLDED = {kind: KINDS[kind] for kind in ("term", "near", "onear", "or", "close", "spread")}


@on_every_engine
@pytest.mark.parametrize("spelling", list(SPELLINGS))
@_settings(60)
@given(seed=st.integers(0, 2**32))
def test_case_form_and_width_of_a_post_change_nothing(
    engine: Engine, spelling: str, seed: int
) -> None:
    inventor = inventor_of(seed, kinds=FOLDED)
    query = understood(inventor.side(2))

    for _ in range(5):
        text = inventor.text(6).lower()  # capitals show where one word of a tag ends
        again = SPELLINGS[spelling](text)
        assert matches(engine, query, (again, {})) == matches(engine, query, (text, {}))


@on_every_engine
@_settings(100)
@given(inventor=inventors)
def test_every_match_is_explained_by_words_of_the_post(engine: Engine, inventor: Inventor) -> None:
    tree = inventor.query()
    query = understood(tree)

    for text, facts in [inventor.post() for _ in range(5)]:
        spans = explain(query, text, facts)
        if not matches(engine, query, (text, facts)):
            assert spans == ()
        assert list(spans) == sorted(spans, key=lambda span: span.start)
        assert all(0 <= span.start < span.end <= len(text) for span in spans)
        assert all(text[span.start : span.end].strip() for span in spans)


@on_every_engine
@_settings(60)
@given(seed=st.integers(0, 2**32))
def test_a_match_of_words_alone_has_them_shown(engine: Engine, seed: int) -> None:
    inventor = inventor_of(seed, kinds={**FOLDED, "exact": 5, "raw": 5})
    query = understood(inventor.side(2))

    for text in [inventor.text(6) for _ in range(5)]:
        assert bool(explain(query, text)) == matches(engine, query, (text, {}))
