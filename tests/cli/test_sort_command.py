"""`answerback sort`, from the file to the lines."""

import gzip
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from pyarrow import parquet

from answerback.cli.sort import command
from answerback.domain.records.refusal import Refusal

AT = "2026-03-02T16:30+00:00"
BRAND = """
name = "Kettle & Sons"
handles = ["kettleandsons"]
query = '"kettle and sons"'

[topics.leaks]
query = "leak*"
queue = "repairs"
"""
POSTS = [
    {"id": "1", "author": "ada", "text": "@kettleandsons my kettle leaks, who can I call?"},
    {"id": "2", "author": "bob", "text": "my sons broke the kettle again"},
    {"id": "3", "author": "kettleandsons", "text": "a new kettle is out"},
]
KEYS = [
    "id",
    "heard",
    "discarded",
    "relevance",
    "language",
    "sentiment",
    "kinds",
    "needs_response",
    "urgency",
    "offensive",
    "unsure",
    "names",
    "compared",
    "topics",
    "respond",
    "priority",
    "queue",
    "respond_by",
    "why",
    "copy_of",
    "copies",
]
SAID = "@kettleandsons your kettle leaks all over the hob and nobody at the desk will say why"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a brand and an archive, one line of it broken."""
    (tmp_path / "brand.toml").write_text(BRAND, encoding="utf-8")
    lines = [json.dumps({**post, "created_at": "2026-03-02T15:30:00Z"}) for post in POSTS]
    lines.insert(1, '{"id": "x", "text":')
    (tmp_path / "posts.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def _sort(folder: Path, *more: str, archive: str = "posts.jsonl") -> Result:
    call = [str(folder / archive), "--at", AT, "--brand", str(folder / "brand.toml"), *more]
    return CliRunner().invoke(command, call, catch_exceptions=False)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_row_has_its_line_in_the_order_of_the_file(folder: Path) -> None:
    said = _sort(folder, "--out", str(folder / "out.jsonl"))

    lines = _lines(folder / "out.jsonl")
    assert said.exit_code == 0
    assert [line["id"] for line in lines] == ["1", None, "2", "3"]
    assert [line["discarded"] for line in lines] == [None, "unreadable", "not_heard", "own_post"]
    assert list(lines[0]) == KEYS


def test_a_line_says_what_is_owed_by_when_where_and_why(folder: Path) -> None:
    _sort(folder, "--out", str(folder / "out.jsonl"))

    first = _lines(folder / "out.jsonl")[0]
    assert (first["heard"], first["respond"], first["queue"]) == (True, True, "repairs")
    assert first["respond_by"] > "2026-03-02T15:30"
    assert 0 < first["priority"] < 1
    assert "topic 'leaks': 'leaks'" in first["why"]


def test_without_a_brand_every_post_counts_as_heard(folder: Path) -> None:
    call = [str(folder / "posts.jsonl"), "--at", AT, "--out", str(folder / "out.jsonl")]
    CliRunner().invoke(command, call, catch_exceptions=False)

    assert [line["heard"] for line in _lines(folder / "out.jsonl")] == [True, False, True, True]


def test_rows_that_cannot_be_read_are_set_aside_with_their_raw_text(folder: Path) -> None:
    aside = folder / "aside.jsonl"
    _sort(folder, "--set-aside", str(aside), "--out", str(folder / "out.jsonl"))
    _sort(folder, "--set-aside", str(aside), "--out", str(folder / "out.jsonl"))

    (row,) = _lines(aside)  # a second run does not write it twice
    assert (row["line"], row["reason"], row["raw"]) == (2, "not_json", '{"id": "x", "text":')


def test_the_summary_accounts_for_every_row(folder: Path) -> None:
    said = _sort(folder, "--out", str(folder / "out.jsonl"), "--json")

    told = json.loads(said.stdout)
    assert (told["rows"], told["heard"], told["respond"]) == (4, 1, 1)
    assert told["discarded"] == {"not_heard": 1, "own_post": 1, "unreadable": 1}


@pytest.mark.parametrize("processes", ["1", "2"])
def test_copies_are_told_as_they_come_and_counted_at_the_end(folder: Path, processes: str) -> None:
    rows = [
        {"id": "0", "text": f"{SAID}, says Kim"},
        *({"id": f"{n}", "text": f"RT @kim: {SAID} #{n}"} for n in range(1, 2_500)),
        {"id": "x", "text": f"{SAID}, says Kim"},
    ]
    told = "\n".join(json.dumps(row) for row in rows)
    (folder / "campaign.jsonl").write_text(told, encoding="utf-8")

    said = _sort(
        *(folder, "--processes", processes, "--out", str(folder / "out.jsonl")),
        archive="campaign.jsonl",
    )

    lines = _lines(folder / "out.jsonl")
    assert [line["id"] for line in lines] == [row["id"] for row in rows]
    assert [(line["copy_of"], line["copies"]) for line in lines] == [
        *((None, 1), (None, 1)),
        *(("1", n) for n in range(2, 2_500)),
        ("0", 2),
    ]
    assert "2,499 rows are copies of 2 posts." in said.stderr


@pytest.mark.parametrize("name", ["out.parquet", "out.arrow"])
def test_a_table_has_the_columns_of_the_lines_and_says_whose_copy_a_row_is(
    folder: Path, name: str
) -> None:
    rows = [{"id": "0", "text": SAID}, {"id": "1", "text": f"RT @kim: {SAID}"}]
    (folder / "two.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    _sort(folder, "--out", str(folder / name), archive="two.jsonl")

    table = (
        parquet.read_table(folder / name)
        if name.endswith("parquet")
        else pa.ipc.open_file(folder / name).read_all()
    )
    assert table.schema.names == KEYS
    assert table.select(["id", "heard", "copy_of", "copies"]).to_pylist() == [
        {"id": "0", "heard": True, "copy_of": None, "copies": 1},
        {"id": "1", "heard": True, "copy_of": "0", "copies": 2},
    ]


def test_what_is_set_aside_is_nobodys_copy(folder: Path) -> None:
    rows = [{"id": f"{n}", "text": SAID.replace("@", "")} for n in range(2)]
    (folder / "aside.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    said = _sort(folder, "--out", str(folder / "out.jsonl"), "--json", archive="aside.jsonl")

    told = [(line["copy_of"], line["copies"]) for line in _lines(folder / "out.jsonl")]
    assert told == [(None, None), (None, None)]
    assert (json.loads(said.stdout)["copies"], json.loads(said.stdout)["copied"]) == (0, 0)


def test_a_packed_file_gives_the_same_lines(folder: Path) -> None:
    packed = gzip.compress((folder / "posts.jsonl").read_bytes())
    (folder / "posts.jsonl.gz").write_bytes(packed)

    _sort(folder, "--out", str(folder / "plain.jsonl"))
    _sort(folder, "--out", str(folder / "gz.jsonl"), archive="posts.jsonl.gz")

    plain, unpacked = _lines(folder / "plain.jsonl"), _lines(folder / "gz.jsonl")
    assert [line for line in unpacked if line["id"]] == [line for line in plain if line["id"]]


def test_a_file_that_breaks_off_is_sorted_up_to_there_and_then_refused(folder: Path) -> None:
    rows = [json.dumps({"id": f"{n}", "text": sha256(b"%d" % n).hexdigest()}) for n in range(900)]
    packed = gzip.compress("\n".join(rows).encode())
    (folder / "cut.jsonl.gz").write_bytes(packed[: len(packed) // 2])

    with pytest.raises(Refusal, match="cut.jsonl.gz breaks off after line"):
        _sort(folder, "--out", str(folder / "out.jsonl"), archive="cut.jsonl.gz")

    lines = _lines(folder / "out.jsonl")
    assert [line["id"] for line in lines] == [str(number) for number in range(len(lines))]
    assert len(lines) > 100


def test_times_that_cannot_be_right_are_counted_aloud(folder: Path) -> None:
    posts = [{"text": "hello", "created_at": at} for at in ("2026-03-01", "soon", "1066-10-14")]
    (folder / "odd.jsonl").write_text("\n".join(map(json.dumps, posts)), encoding="utf-8")

    said = _sort(folder, "--out", str(folder / "out.jsonl"), archive="odd.jsonl")

    assert "Careful: the times of 2 posts cannot be understood" in said.stderr


def test_a_link_is_followed_and_nothing_half_written_stays(folder: Path) -> None:
    (folder / "link.jsonl").symlink_to(folder / "real.jsonl")

    _sort(folder, "--out", str(folder / "link.jsonl"))

    assert (folder / "link.jsonl").is_symlink()
    assert len(_lines(folder / "real.jsonl")) == 4
    assert [path.name for path in folder.iterdir() if "part" in path.name] == []


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--out", "{folder}/posts.jsonl"), "is a file that is being read"),
        (("--set-aside", "{folder}/posts.jsonl"), "is a file that is being read"),
        (("--set-aside", "{folder}/brand.toml"), "is a file that is being read"),
        (("--out", "{folder}/brand.toml"), "is a file that is being read"),
        (("--out", "{folder}"), "is a folder"),
        (("--set-aside", "{folder}"), "is a folder"),
        (("--set-aside", "{folder}/none/aside.jsonl"), "cannot be written"),
        (("--at", "0001-01-01T00:00+14:00"), "outside of what a calendar holds"),
        (("--out", "{folder}/none/out.jsonl"), "cannot be written"),
        (("--brand", "{folder}/none.toml"), "There is no brand file"),
        (("--policy", "{folder}/none.toml"), "There is no policy file"),
        (("--at", "2026-03-02T16:30"), "--at needs a zone"),
        (("--map", "text=body"), "has no column 'body'"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    folder: Path, more: tuple[str, str], sentence: str
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    with pytest.raises(Refusal, match=sentence):
        _sort(folder, *(one.format(folder=folder) for one in more))

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
