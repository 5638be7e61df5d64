"""A file that cannot be read at all is one clear sentence; one that breaks says where."""

import gzip
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.channels.files import KINDS, NOON, fetch_all, outline, write_bytes, write_rows

from answerback.channels.archive.fetch import fingerprint, open_archive
from answerback.channels.inbound import ChannelDown, Cursor, Fetched

ROWS = [{"id": str(n), "text": f"number {n} {n * 7919 % 10_007}"} for n in range(20_000)]


def why_not(path: Path, *, mapping: dict[str, str] | None = None) -> str:
    """Return the sentence with which a file is refused."""
    with pytest.raises(ChannelDown) as no:
        open_archive(path=path, heard_at=NOON, mapping=mapping)
    return str(no.value).replace(str(path), "FILE")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "FILE is empty. Give a file with at least a header."),
        (b" \n\n", "FILE is empty but for blanks. Give a file with at least a header."),
        (b"\xef\xbb\xbf", "FILE is empty but for blanks. Give a file with at least a header."),
        (
            bytes(range(256)) * 9,
            (
                "FILE is no text in UTF-8, nor a format that is known. Give CSV, JSON Lines or "
                "Parquet, plain or packed with gzip, zstd or bz2; convert other text with iconv."
            ),
        ),
        ("text\nhello\n".encode("utf-16"), "FILE is UTF-16. Convert it: iconv -f UTF-16 -t UTF-8."),
        (
            b"PK\x03\x04rest",
            "FILE is a ZIP (or Excel) file. Unpack it, or save it as CSV, and give that file.",
        ),
        (b"\xfd7zXZ\x00rest", "FILE is packed with xz. Unpack it first: unxz --keep."),
        (
            b"<!DOCTYPE html><p>no",
            "FILE is a web page or XML. Give CSV, JSON Lines or Parquet.",
        ),
        (
            b'[\n  {"text": "a"}\n]',
            "FILE is one JSON list. Write one object a line: jq -c '.[]' list.json > posts.jsonl",
        ),
        (
            b"nr,what,when\n1,hello,now\n",
            (
                "FILE cannot be read: none of its columns is known to hold the text. Its columns: "
                "'nr', 'what', 'when'. Say which one does, for example --map \"text=nr\"."
            ),
        ),
        (
            b'{"nr": 1, "what": "hello"}\n',
            (
                "FILE cannot be read: none of its columns is known to hold the text. Its columns: "
                "'nr', 'what'. Say which one does, for example --map \"text=nr\"."
            ),
        ),
        (
            b"text,text\na,b\n",
            "FILE cannot be read: it has the column 'text' twice. Rename one.",
        ),
        (
            b"PAR1rubbish",
            (
                "FILE cannot be read: its footer cannot be read, as after a download cut off. "
                "Fetch or pack it again."
            ),
        ),
        (
            b"\x1f\x8b\x08",
            (
                "FILE cannot be read: the packed data ends too early, as after a download that was "
                "cut off. Fetch or pack it again."
            ),
        ),
    ],
    ids=lambda value: value[-24:] if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_read_at_all_is_refused_in_a_sentence(
    data: bytes, sentence: str, tmp_path: Path
) -> None:
    assert why_not(write_bytes(tmp_path / "posts", data)) == sentence


@pytest.mark.parametrize(
    "data", [b"\x1f\x8b" + b"rubbish" * 9, b"\x28\xb5\x2f\xfd" + b"rubbish" * 9, b"BZh9rubbish"]
)
def test_packed_rubbish_is_refused(data: bytes, tmp_path: Path) -> None:
    sentence = why_not(write_bytes(tmp_path / "posts", data))

    assert sentence.startswith("FILE cannot be read: the packed data ")
    assert sentence.endswith(" Fetch or pack it again.")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    missing = "FILE cannot be opened: No such file or directory. Check the name and its rights."

    assert why_not(tmp_path) == "FILE is a folder. Give one file of posts."
    assert why_not(tmp_path / "pipe") == "FILE is no plain file. Give one file of posts."
    assert why_not(tmp_path / "none") == missing
    with pytest.raises(ChannelDown, match="No such file"):
        fingerprint(tmp_path / "none")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_the_right_to_read_is_refused(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.csv", b"text\na\n")
    path.chmod(0)

    assert why_not(path).startswith("FILE cannot be opened: Permission denied.")


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_a_mapping_to_a_column_that_is_not_there_is_refused(kind: str, tmp_path: Path) -> None:
    path = write_rows(tmp_path / f"a.{kind}", [{"body": "hello", "when": "2026-03-01"}])

    assert why_not(path, mapping={"text": "bodi"}) == (
        "FILE cannot be read: it has no column 'bodi' to fill 'text' from. "
        "Did you mean 'body'? Its columns: 'body', 'when'. Mend --map."
    )


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_a_file_none_of_whose_times_can_be_read_is_refused(kind: str, tmp_path: Path) -> None:
    dates = [{"text": "a", "date": f"{day}/10/2017 22:10"} for day in range(10, 30)]
    path = write_rows(tmp_path / f"a.{kind}", dates)
    few = write_rows(tmp_path / f"few.{kind}", dates[:2])
    one_good = write_rows(tmp_path / f"good.{kind}", [*dates, {"text": "b", "date": "2017-10-10"}])

    assert why_not(path) == (
        "FILE cannot be read: none of the first 20 times in its column 'date' can be understood, "
        "such as '10/10/2017 22:10'. Write them like 2026-11-21T09:00:00Z, or say that the file "
        "has none: --map created_at=."
    )
    assert {
        one.post.created_at for one in fetch_all(path, mapping={"created_at": ""}) if one.post
    } == {None}
    assert [one.post.created_at_assumed for one in fetch_all(few) if one.post] == [True] * 2
    assert [one.post.created_at_assumed for one in fetch_all(one_good) if one.post] == [
        *[True] * 20,
        False,
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_mapping_is_followed_in_every_format(kind: str, tmp_path: Path) -> None:
    path = write_rows(tmp_path / f"a.{kind}", [{"text": "no", "body": "yes", "nr": "7"}])

    found = fetch_all(path, mapping={"text": "body", "id": "nr"})

    assert [(one.post.external_id, one.post.text) for one in found if one.post] == [("7", "yes")]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_header_alone_is_a_file_without_posts(kind: str, tmp_path: Path) -> None:
    path = write_bytes(tmp_path / f"a.{kind}", b"text\n" if kind == "csv" else b"\n{}\n")

    assert [text for _, text in outline(fetch_all(path))] == [] if kind == "csv" else ["!no_text"]


@pytest.mark.parametrize("pack", ["gz", "zst"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_rows_before_a_break_are_read_and_the_break_says_where_it_is(
    pack: str, share: float, tmp_path: Path
) -> None:
    whole = write_rows(tmp_path / f"a.csv.{pack}", ROWS).read_bytes()
    path = write_bytes(tmp_path / "cut", whole[: int(len(whole) * share)])

    found, sentence = until_it_breaks(path)

    assert share * 0.5 < len(found) / len(ROWS) < share * 1.1
    assert outline(found) == [(n + 2, row["text"]) for n, row in enumerate(ROWS[: len(found)])]
    assert sentence == (
        f"FILE breaks off after line {len(found) + 1}: the packed data ends too early, as after a "
        "download that was cut off. All rows up to there were read. Fetch the file again and "
        "import it again: nothing is taken twice."
    )


def test_a_short_file_cut_off_gives_all_that_can_be_unpacked(tmp_path: Path) -> None:
    whole = gzip.compress(b'{"text": "one"}\n{"text": "two"}\n')

    found, sentence = until_it_breaks(write_bytes(tmp_path / "cut", whole[:-5]))

    assert outline(found) == [(1, "one"), (2, "two")]
    assert "breaks off after line 2" in sentence


def test_spoilt_bytes_amid_a_packed_file_are_told(tmp_path: Path) -> None:
    data = bytearray(write_rows(tmp_path / "a.csv.gz", ROWS).read_bytes())
    data[len(data) // 2] ^= 0xFF

    found, sentence = until_it_breaks(write_bytes(tmp_path / "spoilt", bytes(data)))

    assert 2_000 < len(found) < len(ROWS)
    assert "the packed data is spoilt" in sentence


def test_a_parquet_file_cut_off_is_refused(tmp_path: Path) -> None:
    whole = write_rows(tmp_path / "a.parquet", ROWS).read_bytes()

    sentence = why_not(write_bytes(tmp_path / "cut", whole[: len(whole) // 2]))

    assert sentence.startswith("FILE cannot be read: its footer cannot be read")


def test_a_parquet_file_with_spoilt_pages_says_where(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "a.parquet", row_group_size=5_000)
    data = bytearray((tmp_path / "a.parquet").read_bytes())
    data[len(data) // 2 : len(data) // 2 + 400] = b"\xff" * 400

    found, sentence = until_it_breaks(write_bytes(tmp_path / "spoilt", bytes(data)))

    assert 5_000 <= len(found) < 15_000
    assert outline(found) == [(n + 1, row["text"]) for n, row in enumerate(ROWS[: len(found)])]
    assert f"FILE breaks off after row {len(found)}: its pages are spoilt" in sentence


@pytest.mark.parametrize("cursor", ["", "x", "1", "-1:0", "row:1", "1:2:3:4", "1:99999999", "٣:٣"])
def test_a_cursor_of_another_file_is_refused(cursor: str, tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.csv", b"text\na\n")

    with pytest.raises(ChannelDown, match="shorter now, or another file. Read it from the beginn"):
        fetch_all(path, since=Cursor(cursor))


@pytest.mark.parametrize("pack", ["gz", "zst", "bz2"])
def test_a_cursor_behind_the_end_of_a_packed_file_is_refused(pack: str, tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.csv", b"text\na\n", pack=pack)

    assert fetch_all(path, since=Cursor("3:7")) == []
    with pytest.raises(ChannelDown, match="shorter now, or another file"):
        fetch_all(path, since=Cursor("3:8"))


@pytest.mark.parametrize("cursor", ["1:0", "row:x", "row:9"])
def test_a_cursor_of_another_parquet_file_is_refused(cursor: str, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.parquet", [{"text": "a"}])

    with pytest.raises(ChannelDown, match="shorter now, or another file"):
        fetch_all(path, since=Cursor(cursor))


def until_it_breaks(path: Path) -> tuple[list[Fetched], str]:
    """Return what a file gives before it breaks, and what it says then."""
    rows = open_archive(path=path, heard_at=NOON).fetch(None)
    found = []
    with pytest.raises(ChannelDown) as no:  # noqa: PT012 - the last of many must raise
        while True:
            found.append(next(rows))
    return found, str(no.value).replace(str(path), "FILE")
