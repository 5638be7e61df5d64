"""What is asked of a post beside its text: found where it is told, and nowhere else."""

import pytest

from answerback.domain.listening.fields import ALIASES, KINDS, Facts, Field
from answerback.domain.listening.match import compile_queries, explain
from answerback.domain.listening.query import parse

FOUND = [
    ("author:delta", {"author": ["Delta", "Delta Parcels"]}),
    ("from:@delta", {"author": ["@DELTA"]}),
    ("author:delta", {"author": ["delta.shop.example"]}),
    ("author:delta", {"author": ["delta@social.example"]}),
    ('author:"delta parcels"', {"author": ["x", "Delta   PARCELS"]}),
    ("author:del*a", {"author": ["delta"]}),
    ("to:@acme k1", {"to": ["Acme"]}),
    ("k1 lang:en", {"lang": ["en-GB"]}),
    ("k1 lang:(de OR en)", {"lang": ["EN"]}),
    ("k1 is:retweet", {"type": ["repost"]}),
    ("k1 -is:retweet", {"type": ["reply"]}),
    ("k1 -is:retweet", {}),
    ("k1 is:verified", {"verified": ["yes"]}),
    ("k1 authorFollowers:[1000 TO *]", {"followers": ["1000"]}),
    ("k1 followers:5", {"followers": ["5.0"]}),
    ("k1 latitude:[-1.5 TO 0]", {"latitude": ["-1.5"]}),
    ("k1 since:2026-01-31", {"date": ["2026-01-31T00:00:00+00:00"]}),
    ("k1 until:2026-02-01", {"date": ["2026-01-31T23:59:59.999+00:00"]}),
    ("k1 during:2026-01", {"date": ["2026-02-01T00:30:00+01:00"]}),
    ("k1 after:2026-01-31", {"date": ["2026-02-01"]}),
    ("url:shop.example/sale", {"url": ["https://WWW.shop.example/sale/x?y"]}),
    ("domain:shop.example", {"url": ["http://me:pw@a.shop.example:80/"]}),
    ("k1 tld:fr", {"url": ["https://boutique.fr"]}),
    ("title:late", {"title": ["Late again"]}),
    ("quoted:(late NEAR/1 bag)", {"quoted": ["bag is late"]}),
    ("quoted:(late NOT lost)", {"quoted": ["late"]}),
    ("quoted:(raw:C++)", {"quoted": ["about C++"]}),
    ("title:({BT})", {"title": ["on BT today"]}),
    ("k1 has:images", {"has": ["images"]}),
    ("tag:ref*", {"tag": ["other", "Refund"]}),
    ("quoted:late k1", {"quoted": ["x", "late"]}),
]
NOT_FOUND = [
    ("author:delta", {}),
    ("author:delta", {"author": ["deltas"]}),
    ("author:delta", {"author": ["x", "Delta"]}),
    ("author:delta", {"to": ["delta"]}),
    ("k1 lang:en", {"lang": ["eng"]}),
    ("k1 is:retweet", {}),
    ("k1 followers:[1000 TO *]", {"followers": ["999.9"]}),
    ("k1 followers:[1000 TO *]", {"followers": ["many"]}),
    ("k1 until:2026-02-01", {"date": ["2026-02-01T00:00:00Z"]}),
    ("k1 after:2026-01-31", {"date": ["2026-01-31T23:59:59Z"]}),
    ("k1 since:2026", {"date": ["soon"]}),
    ("domain:shop.example", {"url": ["http://notshop.example/?u=shop.example"]}),
    ("k1 tld:fr", {"url": ["https://fr"]}),
    ("title:late", {"quoted": ["late"]}),
    ("title:k1", {"title": ["other"]}),
    ("late", {"title": ["late"]}),
    ("quoted:(late NOT lost)", {"quoted": ["late", "lost"]}),
    ("k1 quoted:(NOT lost)", {}),
    ('quoted:"late bag"', {"quoted": ["so late", "bag"]}),
    ("quoted:(late NEAR/999 bag)", {"quoted": ["so late", "bag"]}),
    ("quoted:(raw:C++)", {"quoted": ["about C and +"]}),
]


def found(query: str, facts: Facts, *, text: str = "k1 here") -> bool:
    return compile_queries([parse(query)]).match([text], [facts]) == [(0, 0)]


@pytest.mark.parametrize(("query", "facts"), FOUND)
def test_what_is_told_is_found(query: str, facts: Facts) -> None:
    assert found(query, facts)


@pytest.mark.parametrize(("query", "facts"), NOT_FOUND)
def test_what_is_not_told_is_not_found(query: str, facts: Facts) -> None:
    assert not found(query, facts)


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("url:shop.example", "see https://shop.example/a now", "https://shop.example/a"),
        ("k1 lang:en", "my k1", "k1"),
        ("author:acme", "my k1", ""),
        ("k1 has:hashtags", "k1 #fail", "k1"),
    ],
)
def test_a_match_shows_words_and_links_of_the_text_alone(query: str, text: str, shown: str) -> None:
    facts = {"author": ["acme"], "lang": ["en"]}

    spans = explain(parse(query), text, facts)

    assert "".join(text[span.start : span.end] for span in spans) == shown
    assert found(query, facts, text=text)


def test_a_matcher_says_which_fields_it_wants_to_know() -> None:
    queries = ["kettle", "k1 lang:en", "domain:shop.example", "quoted:late"]

    wanted = compile_queries([parse(query) for query in queries]).fields

    assert wanted == {Field.LANG, Field.DOMAIN, Field.URL, Field.QUOTED}


def test_many_at_once_with_facts_are_each_alone() -> None:
    queries = [parse(query) for query, _ in FOUND + NOT_FOUND]
    texts = ["k1 here"] * len(queries)
    facts = [facts for _, facts in FOUND + NOT_FOUND]

    pairs = compile_queries(queries).match(texts, facts)

    assert pairs == [
        (row, at)
        for row, told in enumerate(facts)
        for at, query in enumerate(queries)
        if compile_queries([query]).match(["k1 here"], [told])
    ]


def test_every_field_has_a_kind_and_its_own_name() -> None:
    assert set(KINDS) == set(Field)
    assert {ALIASES[field.value.replace("_", "")] for field in Field} == set(Field)
