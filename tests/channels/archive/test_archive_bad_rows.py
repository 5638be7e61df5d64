"""One bad row is set aside with its line, reason and raw text; the rest goes on."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.channels.files import (
    NOON,
    failure,
    fetch_all,
    outline,
    posts,
    reason,
    write_bytes,
    write_rows,
)
from tests.slowness import usual_seconds

from answerback.channels.archive.csv_rows import CAREFUL_LINES, MOST_LINES
from answerback.channels.archive.fetch import open_archive
from answerback.channels.archive.lines import KEPT_OF_LONGER, LONGEST_RECORD
from answerback.channels.clean import LONGEST_TEXT

GOOD = b'{"id": "1", "text": "good"}\n'


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"id": "2", "text": "caf\xe9"}', "not_utf8"),
        (b'{"id": "2", "text": "half', "not_json"),
        (b'["2", "hello"]', "not_an_object"),
        (b'{"id": "2", "text": ' + b"[" * 100_000, "too_deep"),
        (b'{"id": "2", "text": "a", "score": NaN}', "not_a_number"),
        (b'{"id": "2", "id": "3", "text": "a"}', "duplicate_key"),
        (b'{"id": 99999999999999999999, "text": "a"}', "number_too_large"),
        (b'{"id": "2", "text": null}', "no_text"),
        (b'{"id": "2", "txt": "a"}', "no_text"),
        (b'{"id": "2", "text": 5}', "not_text"),
        (b'{"id": "2", "text": {"a": 1}}', "not_text"),
        (b'{"id": 5.67591E+17, "text": "a"}', "bad_id"),
        (b'{"id": true, "text": "a"}', "bad_id"),
        (b'{"id": "' + b"x" * 600 + b'", "text": "a"}', "bad_id"),
        (b'{"id": "2", "text": "a", "reply_ids": [["3"]]}', "bad_id"),
        (b'{"id": "2", "text": "a", "author": ["ada"]}', "bad_author"),
        (b'{"id": "2", "text": "a", "inbound": "perhaps"}', "bad_flag"),
        (b'{"id": "2", "text": "a", "version": 0}', "bad_version"),
        (b'{"id": "2", "text": "' + b"x" * (LONGEST_TEXT + 1) + b'"}', "too_long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_line_of_json_is_set_aside_and_the_rest_goes_on(
    bad: bytes, reason: str, tmp_path: Path
) -> None:
    path = write_bytes(tmp_path / "a.jsonl", GOOD + bad + b"\n" + GOOD)

    found = fetch_all(path)

    assert outline(found) == [(1, "good"), (2, f"!{reason}"), (3, "good")]
    assert found[1].raw == bad.decode("utf-8", "backslashreplace")
    assert failure(found[1]).sentence.startswith("Line 2 of a.jsonl: ")
    assert len(failure(found[1]).sentence) < 300


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"2,caf\xe9", "not_utf8"),
        (b"2,hello, world", "wrong_columns"),
        (b"2", "wrong_columns"),
        (b'2,"hello" world', "not_csv"),
        (b"2,hello\rworld", "not_csv"),
        (b'2,"hello', "not_csv"),
        (b"5.67591E+17,a", "bad_id"),
    ],
)
def test_a_bad_row_of_csv_is_set_aside_and_the_rest_goes_on(
    bad: bytes, reason: str, tmp_path: Path
) -> None:
    path = write_bytes(tmp_path / "a.csv", b'id,text\n1,good\n%b\n3,"fi,ne"\n4,good\n' % bad)

    found = fetch_all(path)

    assert outline(found) == [(2, "good"), (3, f"!{reason}"), (4, "fi,ne"), (5, "good")]
    assert found[1].raw == bad.decode("utf-8", "backslashreplace")
    assert failure(found[1]).sentence.startswith("Line 3 of a.csv: ")


def test_nul_lone_surrogates_and_controls_become_replacement_characters(tmp_path: Path) -> None:
    lines = write_bytes(
        tmp_path / "a.jsonl",
        b'{"id": "a\\u0000b", "text": "nul\\u0000 half\\ud83d esc\\u001b"}\n'
        b'{"id": "2", "text": "raw\x00"}\n',
    )
    table = write_bytes(tmp_path / "a.csv", b"id,text\na\x00b,nul\x00 esc\x1b\n")

    one, two = fetch_all(lines)
    (row,) = fetch_all(table)

    assert one.post
    assert (one.post.external_id, one.post.text) == ("a\ufffdb", "nul\ufffd half\ufffd esc\ufffd")
    assert two.post
    assert (two.post.text, two.raw) == ("raw\ufffd", '{"id": "2", "text": "raw\\x00"}')
    assert row.post
    assert (row.post.external_id, row.post.text) == ("a\ufffdb", "nul\ufffd esc\ufffd")
    assert row.raw == "a\\x00b,nul\\x00 esc\x1b"


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_posts_of_one_mebibyte_are_kept_whole(kind: str, tmp_path: Path) -> None:
    texts = ["x" * LONGEST_TEXT, "\N{PILE OF POO}" * (LONGEST_TEXT // 4), '"' * LONGEST_TEXT]
    rows = [{"id": str(n), "text": text} for n, text in enumerate(texts)]

    found = posts(write_rows(tmp_path / f"a.{kind}", rows))

    assert [post.text for post in found] == texts


def test_formula_cells_are_kept_as_text(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.csv", b'text\n=1+1\n"=CMD(""x"")"\n+1\n-1\n@sum\n')

    assert [post.text for post in posts(path)] == ["=1+1", '=CMD("x")', "+1", "-1", "@sum"]


def test_duplicate_ids_are_both_yielded_for_intake_to_judge(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.jsonl", GOOD + GOOD.replace(b"good", b"other"))

    assert [(post.external_id, post.text) for post in posts(path)] == [
        ("1", "good"),
        ("1", "other"),
    ]


@pytest.mark.parametrize(
    "told",
    [
        '"10000-01-01T00:00:00Z"',
        '"1970-01-01T00:00:00Z"',
        '"2026-03-03T12:00:01Z"',
        '"nan"',
        '"soon"',
        "0",
        "-1",
        "99999999999999999",
        "[]",
        "true",
    ],
)
def test_an_absurd_time_is_replaced_by_ours_and_marked(told: str, tmp_path: Path) -> None:
    row = f'{{"text": "a", "created_at": {told}, "available_at": {told}}}\n'

    (post,) = posts(write_bytes(tmp_path / "a.jsonl", row.encode()))

    assert (post.created_at, post.created_at_assumed) == (NOON, True)
    assert post.available_at is None


@pytest.mark.parametrize("row", ['{"text": "a"}', '{"text": "a", "created_at": null}'])
def test_a_row_without_a_time_stays_without_a_clock(row: str, tmp_path: Path) -> None:
    dated = '{"text": "b", "created_at": "2026-03-02T12:30:00Z"}'  # a little ahead of our clock

    none, some = posts(write_bytes(tmp_path / "a.jsonl", f"{row}\n{dated}\n".encode()))

    assert (none.created_at, none.created_at_assumed) == (None, False)
    assert (some.created_at, some.created_at_assumed) == (
        datetime(2026, 3, 2, 12, 30, tzinfo=UTC),
        False,
    )


def test_a_quote_that_never_ends_costs_one_row(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.csv", b'id,text\n1,a\n2,"never\n3,c\n4,d\n')

    assert outline(fetch_all(path)) == [(2, "a"), (3, "!not_csv"), (4, "c"), (5, "d")]


@pytest.mark.parametrize(
    ("row", "rows"),
    [
        pytest.param(b"1," + b"t" * 99_000, LONGEST_RECORD // 90_000, id="bytes"),
        pytest.param(
            b"1,t",
            MOST_LINES + 50,
            marks=pytest.mark.slow(reason="a hundred thousand lines are read twice"),
            id="lines",
        ),
    ],
)
def test_a_quote_that_never_ends_is_followed_so_far_and_no_further(
    row: bytes, rows: int, tmp_path: Path
) -> None:
    path = write_bytes(tmp_path / "a.csv", b'id,text\nx,"never\n' + (row + b"\n") * rows)

    found = fetch_all(path)

    assert outline(found[:1]) == [(2, "!endless_quote")]
    assert "not closed within the next" in failure(found[0]).sentence
    assert [one.raw.encode() for one in found[1:]] == [row] * rows
    assert [one.failure for one in found[1:]] == [None] * rows


def test_rows_that_all_run_on_are_read_in_a_bounded_time(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.csv", b"id,text\n" + b'a","c\n' * 5_000)

    begin = time.process_time()
    found = fetch_all(path)

    assert len(found) == 5_000
    assert {reason(one) for one in found} == {"!endless_quote", "!not_csv"}
    assert time.process_time() - begin < 2


def test_resuming_amid_rows_that_run_on_gives_the_same_rows(tmp_path: Path) -> None:
    bad = b'a","c\n' * (CAREFUL_LINES * 2)
    path = write_bytes(tmp_path / "a.csv", b"id,text\n" + bad + b"1,good\n" * 9)

    found = fetch_all(path)

    for place, one in enumerate(found):
        assert fetch_all(path, since=one.cursor) == found[place + 1 :]


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_a_line_without_end_is_set_aside_with_its_beginning(kind: str, tmp_path: Path) -> None:
    head = b"text\n" if kind == "csv" else b""
    good = b"fine\n" if kind == "csv" else b'{"text": "fine"}\n'
    long = b"x" * (LONGEST_RECORD + 1)
    path = write_bytes(tmp_path / f"a.{kind}", head + good + long + b"\n" + good + long)

    found = fetch_all(path)

    assert [text for _, text in outline(found)] == ["fine", "!too_long", "fine", "!too_long"]
    assert found[1].raw == "x" * KEPT_OF_LONGER
    start = len(head + good)
    assert f"{LONGEST_RECORD + 1:,} bytes and no newline" in failure(found[1]).sentence
    assert f"from byte {start:,} (unpacked)" in failure(found[1]).sentence
    assert fetch_all(path, since=found[1].cursor) == found[2:]


def test_parquet_text_that_is_not_utf8_is_set_aside(tmp_path: Path) -> None:
    texts = pa.array([b"good", b"caf\xe9", None], pa.binary())
    column = pa.Array.from_buffers(pa.string(), 3, texts.buffers())
    pq.write_table(pa.table({"id": ["1", "2", "3"], "text": column}), tmp_path / "a.parquet")

    found = fetch_all(tmp_path / "a.parquet")

    assert outline(found) == [(1, "good"), (2, "!not_utf8"), (3, "!no_text")]
    assert json.loads(found[1].raw) == {"id": "2", "text": "caf\\xe9"}
    assert failure(found[1]).sentence.startswith("Row 2 of a.parquet: Its 'text' holds bytes")


def test_parquet_times_beyond_the_calendar_are_replaced_by_ours(tmp_path: Path) -> None:
    table = pa.table(
        {"text": ["far", "none"], "created_at": pa.array([2**62, None], pa.timestamp("us"))}
    )
    pq.write_table(table, tmp_path / "a.parquet")

    far, none = posts(tmp_path / "a.parquet")

    assert (far.created_at, far.created_at_assumed) == (NOON, True)
    assert (none.created_at, none.created_at_assumed) == (None, False)


@pytest.mark.parametrize(
    "bad",
    [
        b'{"text": "' + b"Z" + "\u0301\u0316".encode() * 20_000 + b'"}',
        b'{"text": "' + b"x" * 1_000_000 + b'"}',
        b'{"text": "' + b"\\u0000" * 170_000 + b'"}',
        b'{"text": ' + b"[" * 1_000_000,
        b'{"text": ' + b'"' * 1_000_000,
        b'{"text": "' + b"\xff" * 1_000_000 + b'"}',
        b'{"text": "a", "created_at": "' + b"9" * 1_000_000 + b'"}',
    ],
    ids=["zalgo", "long", "nul", "deep", "quotes", "not utf-8", "time"],
)
def test_no_bad_row_takes_more_than_50_ms(bad: bytes, tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.jsonl", GOOD + b'{"text": "e\xcc\x81"}\n' + bad)
    archive = open_archive(path=path, heard_at=NOON)
    third = fetch_all(path)[1].cursor

    def work() -> None:
        assert len(list(archive.fetch(third))) == 1

    assert usual_seconds(work) <= 0.05


def test_a_data_frames_nan_is_a_time_that_is_not_told(tmp_path: Path) -> None:
    nowhere = pa.table({"text": ["a", "b", "c"], "created_at": [float("nan")] * 3})
    pq.write_table(nowhere, tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_text("text,created_at\na,\nb,\nc,\n")

    from_frame, from_text = posts(tmp_path / "a.parquet"), posts(tmp_path / "a.csv")

    told = [(post.created_at, post.created_at_assumed) for post in from_frame]
    assert told == [(None, False)] * 3
    assert [post.external_id for post in from_frame] == [post.external_id for post in from_text]
