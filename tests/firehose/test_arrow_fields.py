"""Fields of Arrow batches: from columns named as fields are, or from posts."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from tests.builders import make_post

from answerback.domain.listening.facts import fields_asked
from answerback.domain.listening.match import compile_queries
from answerback.domain.listening.query import parse
from answerback.domain.records.details import Details
from answerback.firehose.arrow_stage import Asked, batch_of, match_batch, matching

WHEN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def rows(query: str, **columns: Sequence[object]) -> list[int]:
    """Return the rows of a batch of bags that a query finds."""
    size = len(next(iter(columns.values())))
    batch = pa.record_batch({"text": ["a bag"] * size, **columns})
    found: list[int] = (
        match_batch(batch, matcher=compile_queries([parse(query)])).column("row").to_pylist()
    )
    return found


@pytest.mark.parametrize(
    ("query", "columns", "found"),
    [
        ("bag lang:en", {"lang": ["en-GB", "de", None]}, [0]),
        ("bag lang:en", {"lang": pa.array(["en", "de", "en"]).dictionary_encode()}, [0, 2]),
        ("bag likes:[3 TO *]", {"likes": [3, None, 2]}, [0]),
        ("bag likes:[3 TO *]", {"likes": pa.array([3.0, float("nan"), 7.5])}, [0, 2]),
        ("bag verified:true", {"verified": [True, False, None]}, [0]),
        ("tag:late", {"tag": [["late", "bag"], [], None]}, [0]),
        ("tag:late", {"tag": ["early", "late", ""]}, [1]),
        ("bag type:reply", {"type": ["comment", "post", "complaint"]}, [0]),
        ("from:ada", {"author": ["ada", "@Ada", "bob"]}, [0, 1]),
        ('from:"ada l"', {"author": ["a", "b"], "author_name": ["Ada L", "ada  l"]}, [0, 1]),
        ("bag since:2026-03-02", {"date": [date(2026, 3, 2), date(2026, 3, 1)]}, [0]),
        ("bag since:2026-03-02", {"created_at": [WHEN, None]}, [0]),
        (
            "bag since:2026-03-02",
            {"created_at": pa.array([1772442000_000000001, 0], pa.timestamp("ns"))},
            [0],
        ),
        ("quoted:(kettle NOT tea)", {"quoted": ["my kettle", "tea kettle", None]}, [0]),
        (
            "domain:news.example",
            {"url": [["https://a.news.example/1"], ["https://b.example"]]},
            [0],
        ),
        ("bag latitude:[50 TO 60]", {"latitude": [52.5, 99.0]}, [0]),
        ("id:7", {"id": [7, 8]}, [0]),
        ("bag lang:en", {"noise": [1]}, []),
    ],
)
def test_a_column_named_as_a_field_is_asked_for_it(
    query: str, columns: dict[str, Sequence[object]], found: list[int]
) -> None:
    assert rows(query, **columns) == found


def test_a_slice_keeps_fields_beside_their_texts() -> None:
    batch = pa.record_batch(
        {
            "text": ["a bag"] * 4,
            "tag": [["x"], ["late"], ["late"], None],
            "lang": pa.array(["de", "en", "de", "en"]).dictionary_encode(),
        }
    )
    matcher = compile_queries([parse("tag:late"), parse("bag lang:en")])

    found = match_batch(batch.slice(1), matcher=matcher)

    pairs = zip(found.column("row").to_pylist(), found.column("query").to_pylist(), strict=True)
    assert list(pairs) == [(0, 0), (0, 1), (1, 0), (2, 1)]


def test_posts_become_a_batch_with_the_columns_that_are_asked() -> None:
    details = Details({"lang": ["en"], "tag": ["late", "bag"], "likes": ["3"]})
    posts = [make_post("1", text="a bag", details=details), make_post("2", text="a bag")]
    queries = [parse("bag lang:en"), parse("tag:late OR from:ada"), parse("id:2")]

    batch = batch_of(posts, fields=fields_asked(queries))

    assert batch.schema.names == ["text", "id", "author", "lang", "tag"]
    found = match_batch(batch, matcher=compile_queries(queries))
    pairs = zip(found.column("row").to_pylist(), found.column("query").to_pylist(), strict=True)
    assert list(pairs) == [(0, 0), (0, 1), (1, 1), (1, 2)]


def test_a_language_that_no_column_tells_is_guessed_where_it_is_asked() -> None:
    def language(texts: Sequence[str]) -> list[str | None]:
        return ["de" if "Koffer" in text else None for text in texts]

    batch = pa.record_batch({"text": ["mein Koffer", "Koffer", None], "lang": [None, "en", None]})
    work = matching(asked=Asked([parse("koffer lang:de")]), language=language)

    assert work(batch).column("row").to_pylist() == [0]


def test_words_are_explained_also_where_fields_are_asked() -> None:
    batch = pa.record_batch({"text": ["my bag", "my bag"], "tag": [["late"], []]})
    work = matching(asked=Asked([parse("bag tag:late"), parse("tag:late")]), explain=True)

    assert work(batch).column("words").to_pylist() == [["bag"], []]
