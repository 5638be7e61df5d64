"""The house's verdicts as typed Arrow columns: the ones that `sort` writes as lines."""

import json
from datetime import UTC, datetime
from functools import partial

import pyarrow as pa
import pytest
from tests.builders import MONDAY_9, small_listening, small_sorting

from answerback.channels.inbound import Cursor, Fetched
from answerback.domain.pipeline import Stage
from answerback.domain.records.post import Author, Post
from answerback.firehose.arrow_sort import SORTED, sort_record_batch, sort_record_batches
from answerback.firehose.arrow_stage import WrongColumn
from answerback.firehose.batch import sort_batch

TEXTS = ["@acme it leaks", "hello", None, "@acme where is it?", "@acme it burns"]
WHEN = datetime(2026, 3, 2, 8, tzinfo=UTC)
BATCH = pa.record_batch(
    {
        "id": ["1", "2", "3", "4", "5"],
        "text": TEXTS,
        "author": ["ada", "bob", "cleo", "ada", "acme"],
        "created_at": pa.array([WHEN] * 5, pa.timestamp("us", "UTC")),
    }
)


def build() -> tuple[Stage, ...]:
    return (small_listening(), *small_sorting())


def test_a_row_comes_out_for_each_that_goes_in_and_one_that_is_no_post_is_null() -> None:
    sorted_ = sort_record_batch(BATCH, stages=build(), heard_at=MONDAY_9)

    assert sorted_.schema == SORTED
    assert sorted_.column("id").to_pylist() == ["1", "2", None, "4", "5"]
    assert sorted_.column("heard").to_pylist() == [True, False, None, True, False]
    assert sorted_.column("discarded").to_pylist() == [
        *(None, "not_heard", "unreadable", None, "own_post")
    ]
    failed = sorted_.slice(2, 1).to_pylist()[0]
    assert "It has no 'text'" in failed.pop("why")[0]
    assert {name: told for name, told in failed.items() if told is not None} == {
        "discarded": "unreadable"
    }


def test_the_columns_say_what_the_lines_say() -> None:
    readable = BATCH.filter(BATCH.column("text").is_valid())
    rows = sort_record_batch(readable, stages=build(), heard_at=MONDAY_9).to_pylist()
    fetched = [
        Fetched(
            cursor=Cursor(""),
            raw="",
            post=Post(
                channel="archive",
                source="arrow",
                external_id=told["id"],
                author=Author(handle=told["author"]),
                text=told["text"],
                created_at=WHEN,
                heard_at=MONDAY_9,
            ),
        )
        for told in readable.to_pylist()
    ]

    lines = [json.loads(line) for line in sort_batch(fetched, stages=build()).lines]

    same = ("id", "heard", "discarded", "language", "sentiment", "respond", "queue", "why")
    assert [{name: row[name] for name in same} for row in rows] == [
        {name: line[name] for name in same} for line in lines
    ]
    assert [row["respond_by"].isoformat() if row["respond_by"] else None for row in rows] == [
        line["respond_by"] for line in lines
    ]


@pytest.mark.parametrize("processes", [1, 2])
def test_slices_of_a_table_give_what_the_whole_gives(processes: int) -> None:
    table = pa.Table.from_batches([BATCH.slice(start, 2) for start in (0, 2, 4)])

    parts = sort_record_batches(table, build=build, heard_at=MONDAY_9, processes=processes)

    whole = sort_record_batch(BATCH, stages=build(), heard_at=MONDAY_9)
    assert pa.Table.from_batches(parts).combine_chunks().to_batches() == [whole]
    assert list(sort_record_batches([], build=partial(build), heard_at=MONDAY_9)) == []
    empty = sort_record_batch(BATCH.slice(0, 0), stages=build(), heard_at=MONDAY_9)
    assert empty.num_rows == 0


def test_a_batch_without_a_text_is_refused() -> None:
    with pytest.raises(WrongColumn, match="none of its columns is known to hold the text"):
        sort_record_batch(pa.record_batch({"n": [1]}), stages=build(), heard_at=MONDAY_9)


def test_texts_in_views_of_bytes_are_read_as_texts() -> None:
    views = BATCH.set_column(1, "text", BATCH.column("text").cast(pa.binary()).cast("binary_view"))

    told = [sort_record_batch(one, stages=build(), heard_at=MONDAY_9) for one in (BATCH, views)]

    assert told[0].equals(told[1])
