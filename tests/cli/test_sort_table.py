"""`answerback sort` into a table for other programs."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from answerback.cli import answerback
from answerback.firehose.arrow_sort import SORTED

AT = "2026-03-02T16:30+00:00"
ROWS = (
    {"id": "1", "author": "ada", "text": "@acme my kettle leaks, who can I call?"},
    {"id": "2", "author": "bob", "text": "lovely weather"},
)


@pytest.fixture
def asked(tmp_path: Path) -> list[str]:
    """Return the arguments that sort two posts and a broken line for Acme."""
    posts, brand = tmp_path / "posts.jsonl", tmp_path / "acme.toml"
    lines = [json.dumps({**row, "created_at": "2026-03-02T15:30:00Z"}) for row in ROWS]
    posts.write_text("\n".join([lines[0], "{broken", lines[1]]), "utf-8")
    topic = '[topics.leaks]\nquery = "leak*"\n'
    brand.write_text(f'name = "Acme"\nhandles = ["acme"]\n{topic}', "utf-8")
    return ["sort", str(posts), "--brand", str(brand), "--at", AT]


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_a_table_says_what_the_lines_say(form: str, asked: list[str], tmp_path: Path) -> None:
    out = tmp_path / f"sorted.{form}"

    plain = CliRunner().invoke(answerback, asked)
    CliRunner().invoke(answerback, [*asked, "--out", str(out)])

    table = pq.read_table(out) if form == "parquet" else pa.ipc.open_file(out).read_all()
    rows, lines = table.to_pylist(), [json.loads(line) for line in plain.stdout.splitlines()]
    assert table.schema.names == SORTED.names
    same = ("id", "discarded", "language", "sentiment", "queue", "why", "priority")
    assert [{name: row[name] for name in same} for row in rows] == [
        {name: line[name] for name in same} for line in lines
    ]
    assert [row["heard"] for row in rows] == [True, None, False]
    assert rows[0]["topics"] == ["leaks"]
    assert rows[0]["respond_by"] == datetime.fromisoformat(lines[0]["respond_by"])
    assert rows[0]["respond_by"].astimezone(UTC) > datetime(2026, 3, 2, tzinfo=UTC)
