"""Every format in every packing gives the same posts."""

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.channels.files import (
    KINDS,
    NOON,
    as_text,
    fetch_all,
    outline,
    posts,
    write_bytes,
    write_rows,
)

from answerback.channels.archive.fetch import open_archive
from answerback.channels.archive.parquet import BATCH_ROWS
from answerback.channels.clean import clean
from answerback.domain.records.post import Author, Post

ROWS = [
    {
        "id": "p1",
        "text": 'The "Brewster 2" drips,\nand how',
        "created_at": "2026-03-01T08:00:00Z",
        "author": "@ada",
        "in_reply_to": "",
        "brand": "Acme",
        "inbound": "true",
        "version": 2,
        "conversation_id": "c1",
        "followers": 12,
        "display_name": "Ada L.",
        "url": "https://example.org/p1",
        "reply_ids": "p2,p3",
    },
    {
        "id": "p2",
        "text": "=HYPERLINK(1); Überlauf 中文 😀",
        "created_at": "2026-03-01T09:30:00+01:00",
        "author": "acme",
        "in_reply_to": "p1",
        "brand": "Acme",
        "inbound": "false",
        "version": 1,
        "conversation_id": "c1",
        "followers": 40_000,
        "display_name": "",
        "url": "",
        "reply_ids": "",
    },
]


@pytest.mark.parametrize("kind", KINDS)
def test_each_format_gives_the_same_posts(kind: str, tmp_path: Path) -> None:
    path = write_rows(tmp_path / f"some.{kind}", ROWS)

    first, second = posts(path)

    assert first == Post(
        channel="archive",
        source=f"archive:some.{kind}",
        external_id="p1",
        version=2,
        author=Author(handle="ada", name="Ada L.", followers=12),
        text='The "Brewster 2" drips,\nand how',
        created_at=datetime(2026, 3, 1, 8, tzinfo=UTC),
        heard_at=NOON,
        reply_ids=("p2", "p3"),
        conversation_id="c1",
        inbound=True,
        about="Acme",
        url="https://example.org/p1",
    )
    assert second == Post(
        channel="archive",
        source=f"archive:some.{kind}",
        external_id="p2",
        author=Author(handle="acme", followers=40_000),
        text="=HYPERLINK(1); Überlauf 中文 😀",
        created_at=datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
        heard_at=NOON,
        in_reply_to="p1",
        conversation_id="c1",
        inbound=False,
        about="Acme",
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_format_is_known_by_its_content_whatever_the_file_is_called(
    kind: str, tmp_path: Path
) -> None:
    path = write_rows(tmp_path / f"some.{kind}", ROWS)
    renamed = path.rename(tmp_path / "export")

    assert [post.external_id for post in posts(renamed)] == ["p1", "p2"]


@pytest.mark.parametrize("kind", KINDS)
def test_progress_ends_at_the_total(kind: str, tmp_path: Path) -> None:
    archive = open_archive(path=write_rows(tmp_path / f"some.{kind}", ROWS), heard_at=NOON)

    before = archive.done
    list(archive.fetch(None))

    assert (before, archive.done) == (0, archive.total)
    assert archive.unit == ("rows" if kind == "parquet" else "bytes")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_the_header_readable(
    delimiter: str, tmp_path: Path
) -> None:
    text = f'id{delimiter}text\n1{delimiter}"a; b, c | d"\n'

    path = write_bytes(tmp_path / "some.csv", text.encode())

    assert [post.text for post in posts(path)] == ["a; b, c | d"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_byte_order_marks_and_windows_newlines_do_no_harm(
    form: str, mark: bytes, newline: str, tmp_path: Path
) -> None:
    text = as_text(form, [{"id": "1", "text": "one"}, {"id": "2", "text": "two"}])

    text = text.replace("\r\n", "\n").replace("\n", newline)
    path = write_bytes(tmp_path / f"some.{form}", mark + text.encode())

    assert [(post.external_id, post.text) for post in posts(path)] == [("1", "one"), ("2", "two")]


def test_blank_lines_are_no_rows_and_the_last_newline_may_be_missing(tmp_path: Path) -> None:
    lines = write_bytes(tmp_path / "a.jsonl", b'\n{"text": "one"}\n  \n\n{"text": "two"}')
    table = write_bytes(tmp_path / "a.csv", b"\n\ntext,id\n\none,1\n\ntwo,2")

    assert outline(fetch_all(lines)) == [(2, "one"), (5, "two")]
    assert outline(fetch_all(table)) == [(5, "one"), (7, "two")]


def test_raw_is_the_row_as_it_came(tmp_path: Path) -> None:
    lines = write_bytes(tmp_path / "a.jsonl", b'{"text": "\xc3\xa9 \\ud83d"}\r\n')
    table = write_bytes(tmp_path / "a.csv", b'text,id\n"two\r\nlines",1\r\n"x""y",2\n')
    parquet = write_rows(tmp_path / "a.parquet", [{"text": "é", "n": 1}])

    assert [one.raw for one in fetch_all(lines)] == ['{"text": "é \\ud83d"}']
    assert [one.raw for one in fetch_all(table)] == ['"two\r\nlines",1', '"x""y",2']
    assert [json.loads(one.raw) for one in fetch_all(parquet)] == [{"text": "é", "n": 1}]


def test_a_row_begins_on_the_line_its_record_begins_on(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.csv", b'text\none\n"two\n\nlines"\nthree\n')

    assert outline(fetch_all(path)) == [(2, "one"), (3, "two\n\nlines"), (6, "three")]


def test_parquet_columns_of_every_kind_become_what_a_post_needs(tmp_path: Path) -> None:
    moment = datetime(2026, 3, 1, 8, tzinfo=UTC)
    table = pa.table(
        {
            "id": pa.array([2**53 + 1, 7], pa.int64()),
            "text": pa.array(["one", "two"]).dictionary_encode(),
            "created_at": pa.array([moment, None], pa.timestamp("ns", tz="UTC")),
            "available_at": pa.array([moment.replace(tzinfo=None), None], pa.timestamp("ms")),
            "author": pa.array([b"ada", b"bob"], pa.binary()),
            "inbound": pa.array([True, None], pa.bool_()),
            "in_reply_to": pa.array([None, 5.0], pa.float64()),
            "reply_ids": pa.array([["8", "9"], None], pa.list_(pa.string())),
            "picture": pa.array([b"\xff\xfe", None], pa.binary()),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")

    one, two = posts(tmp_path / "a.parquet")

    assert (one.external_id, two.external_id) == ("9007199254740993", "7")
    assert (one.text, two.text) == ("one", "two")
    assert (one.created_at, two.created_at) == (moment, None)
    assert one.available_at == moment
    assert (one.author.handle, two.author.handle) == ("ada", "bob")
    assert (one.inbound, two.inbound) == (True, None)
    assert (one.in_reply_to, two.in_reply_to) == (None, "5")
    assert (one.reply_ids, two.reply_ids) == (("8", "9"), ())


def test_parquet_rows_are_counted_through_batches_and_row_groups(tmp_path: Path) -> None:
    rows = [{"text": f"number {n}"} for n in range(1, 2 * BATCH_ROWS + 2)]
    pq.write_table(
        pa.Table.from_pylist(rows), tmp_path / "a.parquet", row_group_size=BATCH_ROWS + 1
    )

    found = outline(fetch_all(tmp_path / "a.parquet"))

    assert found == [(n, f"number {n}") for n in range(1, 2 * BATCH_ROWS + 2)]


STORABLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TABLES = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(1, 2**62).map(str),
            "text": STORABLE,
            "author": st.from_regex(r"[a-z_]{1,8}", fullmatch=True),
            "created_at": st.datetimes(datetime(1990, 1, 1), datetime(2026, 3, 1)).map(  # noqa: DTZ001
                lambda moment: moment.replace(tzinfo=UTC).isoformat()
            ),
        }
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(TABLES, st.sampled_from(["jsonl", "jsonl.gz", "csv", "csv.zst", "tsv.bz2", "parquet"]))
def test_what_was_written_comes_back_cleaned_and_in_order(
    rows: list[dict[str, str]], kind: str
) -> None:
    with TemporaryDirectory() as folder:
        found = posts(write_rows(Path(folder) / f"some.{kind}", rows))

    assert [
        (post.external_id, post.text, post.author.handle, post.created_at) for post in found
    ] == [
        (row["id"], clean(row["text"]), row["author"], datetime.fromisoformat(row["created_at"]))
        for row in rows
    ]
