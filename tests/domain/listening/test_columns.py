"""Asked column by column, stored posts give what the engine finds reading one after the other."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from benchmarks.match_queries import unique_posts, wishes
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.listening.differential import parsed
from tests.domain.listening.invented import Inventor, inventor_of
from tests.domain.listening.naive_writing import written

from answerback.domain.listening.fields import Facts
from answerback.domain.listening.match import compile_queries
from answerback.domain.listening.query import Query, QueryError, parse
from answerback.firehose.tokenised.index import Index, take_in
from answerback.firehose.tokenised.segment import Entry

#: Words of short posts, so that hits collide densely.
TOKENS = (
    *("red", "Fox", "RED", "redfox", "the", "#RedFox", "#redfox", "@Red", "@RedFox", "foxes"),
    *("Fox's", "red_fox", "red.fox", "red-fox", "Fox,", "http://x.example/red", "😡", "東京"),
)
posts = st.lists(st.sampled_from(TOKENS), max_size=9).map(" ".join)
inventors = st.integers(0, 2**32).map(inventor_of)
FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)

#: What can be asked of these posts, in every part of the language.
ASKED = (
    *("fox", "red*", "fo?", '"red fox"', "{Fox}", "{RED}", "{RedFox}", 'raw:"Fox,"', "raw:red"),
    *("#redfox", "@red", "author:ada", "author:@Ad*", 'author:"Ada Lin"', "author:example"),
    *("lang:en", "lang:en-gb", "channel:forum", "type:REPLY", "has:links", "has:mentions"),
    *("has:images", "has:emoji", "verified:yes", "tag:vip", "tag:vi*", "url:x.example/red"),
    *("domain:example", "domain:shop.example", "tld:example", "followers:[10 TO 20]"),
    *("followers:15", "likes:[* TO 3]", "date:2026-03-02", "since:2026-03-03", "id:7"),
    *("quoted:fox", 'quoted:"red fox"', "quoted:(red NEAR/1 fox)", "quoted:(fox NOT red)"),
    *("quoted:{Fox}", 'quoted:raw:"red fox"', "title:red", "bio:(red OR fox)"),
)
NEARS = ("fox", "red", "the", "{Fox}", '"red fox"', "raw:red", "(red OR fox)", "re*", "foxes")
near = st.builds(
    lambda left, sign, right: f"({left} {sign} {right})",
    st.sampled_from(NEARS),
    st.sampled_from(("NEAR/0", "NEAR/2", "NEAR/1f", "ONEAR", "ONEAR/0")),
    st.sampled_from(NEARS),
)
asked = st.recursive(
    st.sampled_from(ASKED) | near,
    lambda part: st.builds(
        lambda joint, parts: "(" + f" {joint} ".join(parts) + ")",
        st.sampled_from(("AND", "OR", "NOT", "AND")),
        st.lists(part, min_size=2, max_size=3),
    ),
    max_leaves=5,
)
#: Values of a field, several of them at once, some that make no sense.
TOLD: Mapping[str, tuple[str, ...]] = {
    "author": ("ada", "Ada", "ada@shop.example", "ada.example", "bob"),
    "lang": ("en", "en-GB", "de"),
    "channel": ("forum", "archive"),
    "type": ("reply", "post"),
    "has": ("images", "links"),
    "verified": ("true", "No", "perhaps"),
    "tag": ("VIP", "v2", "other"),
    "url": ("https://www.shop.example/a/", "http://x.example/RED?q", "example"),
    "followers": ("15", "10", "20.5", "many"),
    "likes": ("0", "3", "-1"),
    "date": ("2026-03-02T23:59:59.9Z", "2026-03-03T00:00:00+00:00", "2026-03-03", "soon"),
    "id": ("7", "8"),
    "quoted": ("red fox", "the Fox, red", "fox e\u0301", ""),
    "title": ("Red", "a fox"),
    "bio": ("red", "fox and the red"),
}
facts: st.SearchStrategy[Facts] = st.fixed_dictionaries(
    {},
    optional={
        field: st.lists(st.sampled_from(values), max_size=2).map(tuple)
        for field, values in TOLD.items()
    },
)


def entries(
    texts: Sequence[str], told: Sequence[Facts] | None = None, *, first: int = 0
) -> list[Entry]:
    return [
        Entry(
            channel="archive",
            external_id=str(row),
            version=1,
            author="ada",
            text=text,
            created_at=FIRST + timedelta(hours=row),
            facts=some,
        )
        for row, text, some in zip(
            itertools.count(first), texts, told or [{}] * len(texts), strict=False
        )
    ]


def read(text: str) -> Query | None:
    try:
        return parse(text)
    except QueryError:
        return None


def pairs(index: Index, queries: Sequence[Query]) -> list[tuple[int, int]]:
    """Return which posts match which queries, counted over all segments, as the engine does."""
    found = []
    before = 0
    for segment in index.segments:
        for at, query in enumerate(queries):
            rows = segment.evaluator.posts(query.root).rows
            found += [(before + row, at) for row in rows.tolist()]
        before += segment.posts
    return sorted(found)


def invented_queries(inventor: Inventor, count: int) -> list[Query]:
    drawn = [parsed(written(inventor.query())) for _ in range(count)]
    return [query for query in drawn if isinstance(query, Query)]


@settings(max_examples=150, deadline=None)
@given(inventor=inventors)
def test_columns_and_engine_find_the_same_posts(
    inventor: Inventor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    queries = invented_queries(inventor, 10)
    told = [inventor.post() for _ in range(20)]
    texts, beside = [text for text, _ in told], [facts for _, facts in told]
    folder = tmp_path_factory.mktemp("index")
    take_in(folder, entries(texts, beside))

    assert pairs(Index(folder), queries) == compile_queries(queries).match(texts, beside)


@settings(max_examples=150, deadline=None)
@given(
    some=st.lists(asked, min_size=1, max_size=12),
    told=st.lists(st.tuples(posts, facts), min_size=1, max_size=12),
)
def test_they_do_so_in_every_part_of_the_language(
    some: list[str], told: list[tuple[str, Facts]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    texts, beside = [text for text, _ in told], [one for _, one in told]
    # What may not stand alone stands beside a word that most of these posts have.
    beside_a_word = [
        f"(red OR fox OR the) {sign} {one}" for one in ASKED for sign in ("AND", "NOT")
    ]
    queries = [query for text in (*ASKED, *beside_a_word, *some) if (query := read(text))]
    assert len(queries) >= 2 * len(ASKED)
    folder = tmp_path_factory.mktemp("index")
    take_in(folder, entries(texts, beside))

    assert pairs(Index(folder), queries) == compile_queries(queries).match(texts, beside)


def test_they_do_so_for_a_hundred_queries_of_brands_and_real_posts(
    shared_data: Path, tmp_path: Path
) -> None:
    sample, texts = unique_posts(shared_data, most=10_000)
    queries = [parse(wish.written()) for wish in wishes(sample, number=100)]
    take_in(tmp_path, entries(texts))

    assert pairs(Index(tmp_path), queries) == compile_queries(queries).match(texts)


@pytest.mark.slow  # ten times as many of both
def test_they_do_so_for_a_thousand_queries_of_brands_and_real_posts(
    shared_data: Path, tmp_path: Path
) -> None:
    sample, texts = unique_posts(shared_data, most=100_000)
    queries = [parse(wish.written()) for wish in wishes(sample, number=1_000)]
    take_in(tmp_path, entries(texts))

    assert pairs(Index(tmp_path), queries) == compile_queries(queries).match(texts)
