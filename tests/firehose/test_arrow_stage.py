"""Queries asked of Arrow batches: whatever holds the text, in one process or several."""

import pickle
import subprocess
import sys
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.builders import make_post

from answerback.domain.listening.match import compile_queries
from answerback.domain.listening.query import parse
from answerback.firehose.arrow_stage import (
    EXPLAINED,
    PAIRS,
    Asked,
    WrongColumn,
    batch_of,
    match_batch,
    match_batches,
    matching,
)

TEXTS = ["my bag is late", "hello", None, "bag? bags!", "", "spät: die Tasche, a late bag"]
IDS = [f"p{number}" for number in range(len(TEXTS))]
QUERIES = tuple(parse(query) for query in ("bag*", "bag NEAR/2 late", "tasche"))
ASKED = Asked(QUERIES)
FOUND = [(0, "p0", 0), (0, "p0", 1), (3, "p3", 0), (5, "p5", 0), (5, "p5", 1), (5, "p5", 2)]


def matched(batch: pa.RecordBatch) -> list[tuple[int, str | None, int]]:
    found = match_batch(batch, matcher=compile_queries(QUERIES))
    assert found.schema == PAIRS
    return list(
        zip(*(found.column(name).to_pylist() for name in ("row", "id", "query")), strict=True)
    )


def column(kind: str) -> pa.Array:
    plain = pa.array(TEXTS, pa.string())
    if kind == "dictionary":
        return plain.dictionary_encode()
    if kind == "run-end-encoded":
        return pc.run_end_encode(plain)
    return plain.cast(kind)


@pytest.mark.parametrize(
    "kind",
    [
        *("string", "large_string", "string_view", "binary", "large_binary"),
        *("dictionary", "run-end-encoded"),
    ],
)
def test_a_text_is_found_whatever_arrow_keeps_it_in(kind: str) -> None:
    assert matched(pa.record_batch({"id": IDS, "text": column(kind)})) == FOUND


@pytest.mark.parametrize("kind", ["string", "large_string", "dictionary"])
def test_a_slice_counts_its_rows_from_its_own_beginning(kind: str) -> None:
    batch = pa.record_batch({"id": IDS, "text": column(kind)})

    assert matched(batch.slice(3)) == [(row - 3, id_, query) for row, id_, query in FOUND[2:]]
    assert matched(batch.slice(1, 2)) == []


def test_nothing_in_nothing_out() -> None:
    empty = pa.record_batch({"id": IDS, "text": column("string")}).slice(0, 0)

    assert matched(empty) == []
    assert matched(pa.record_batch({"text": pa.nulls(3)})) == []
    assert list(match_batches([], build=partial(matching, asked=ASKED))) == []


def test_identifiers_are_text_and_null_where_there_are_none() -> None:
    texts = pa.array(["a bag", "another bag"])

    assert matched(pa.record_batch({"text": texts})) == [(0, None, 0), (1, None, 0)]
    assert matched(pa.record_batch({"text": texts, "id": [7, None]})) == [
        (0, "7", 0),
        (1, None, 0),
    ]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"body": ["a bag"], "id": ["1"]}, "no column 'text'; it has: body, id"),
        ({"text": [7]}, "'text' holds int64, not text"),
        ({"text": ["a bag"], "id": [["1"]]}, "'id' holds list"),
    ],
)
def test_a_batch_that_cannot_be_asked_is_refused_in_a_sentence(
    columns: dict[str, list[object]], sentence: str
) -> None:
    with pytest.raises(WrongColumn, match=sentence):
        matched(pa.record_batch({name: pa.array(told) for name, told in columns.items()}))


def test_a_broken_byte_spoils_no_other_row() -> None:
    binary = pa.array([b"a bag \xff", b"bag"], pa.binary())
    claimed = pa.Array.from_buffers(pa.string(), 2, binary.buffers())

    for texts in (binary, claimed):
        assert matched(pa.record_batch({"text": texts})) == [(0, None, 0), (1, None, 0)]


def test_a_chunked_table_is_taken_chunk_by_chunk() -> None:
    whole = pa.table({"id": IDS, "text": column("string")})
    table = pa.concat_tables([whole, whole.slice(2, 2)])

    several = list(match_batches(table, build=partial(matching, asked=ASKED)))

    assert [found.column("id").to_pylist() for found in several] == [
        [id_ for _, id_, _ in FOUND],
        ["p3"],
    ]


def test_the_words_that_carried_a_match_are_told_when_asked() -> None:
    batch = batch_of([make_post("1", text="💼 my bag is late")], fields=())

    (found,) = match_batches([batch], build=partial(matching, asked=ASKED, explain=True))

    assert found.schema == EXPLAINED
    assert found.to_pylist() == [
        {"row": 0, "id": "1", "query": 0, "spans": [{"start": 5, "end": 8}], "words": ["bag"]},
        {
            "row": 0,
            "id": "1",
            "query": 1,
            "spans": [{"start": 5, "end": 8}, {"start": 12, "end": 16}],
            "words": ["bag", "late"],
        },
    ]


def test_two_processes_give_byte_for_byte_what_one_gives() -> None:
    texts = [f"bag {number} late" if number % 3 else "hello" for number in range(100)]
    whole = pa.record_batch({"id": [str(n) for n in range(100)], "text": texts})
    batches = [whole.slice(start, 9) for start in range(0, 100, 9)]
    build = partial(matching, asked=ASKED, explain=True)

    one, two = (written(match_batches(batches, build=build, processes=n)) for n in (1, 2))

    assert one == two
    assert len(one) > 2_000


def written(batches: object) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, EXPLAINED) as stream:
        for batch in batches:  # type: ignore[attr-defined]  # pyarrow has no types
            stream.write_batch(batch)
    return bytes(sink.getvalue())


def test_the_deepest_query_travels_to_another_process() -> None:
    deep = parse("a0" + "".join(f" OR (b{n} AND (c{n}" for n in range(99)) + "))" * 99)

    there = pickle.loads(pickle.dumps(Asked([deep])))  # noqa: S301 - our own bytes

    assert there == Asked([deep])


def test_nothing_of_django_comes_along() -> None:
    code = "import sys, answerback.firehose.arrow_stage as s; print('django' in sys.modules)"

    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)  # noqa: S603 - ourselves

    assert said.stdout == b"False\n"
