"""Queries that ask for more than words: in the brand file, through sort, import and the desk."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.builders import MONDAY_9

from answerback.cli import answerback, main
from answerback.desk import models

AT = "2026-03-02T12:00+00:00"
BRAND = """
name = "Acme"
query = "kettle lang:en OR to:acme OR tag:acme NOT author:spammer"
[topics.liked]
query = "kettle likes:[10 TO *]"
queue = "loud"
"""
ROWS: tuple[dict[str, Any], ...] = (
    {"id": "1", "author": "ada", "text": "my kettle leaks, help!", "lang": "en", "likes": 11},
    {"id": "2", "author": "bob", "text": "mon kettle fuit", "lang": "fr", "likes": 99},
    {"id": "3", "author": "cleo", "text": "where is my parcel?", "in_reply_to_user": "Acme"},
    {"id": "4", "author": "dan", "text": "nothing works here", "tags": ["Acme", "rant"]},
    {"id": "5", "author": "spammer", "text": "buy now", "tags": ["acme"]},
)  # fmt: skip


def written(folder: Path, *, brand: str = BRAND) -> tuple[str, str]:
    posts, file = folder / "posts.jsonl", folder / "acme.toml"
    rows = [json.dumps({**row, "created_at": MONDAY_9.isoformat()}) for row in ROWS]
    posts.write_text("\n".join(rows), encoding="utf-8")
    file.write_text(brand, encoding="utf-8")
    return str(posts), str(file)


def test_sort_hears_by_fields_and_says_by_which(tmp_path: Path) -> None:
    posts, brand = written(tmp_path)

    result = CliRunner().invoke(answerback, ["sort", posts, "--brand", brand, "--at", AT])

    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["heard"] for line in lines] == [True, False, True, True, False]
    assert [line["discarded"] for line in lines] == [None, "not_heard", None, None, "excluded"]
    assert lines[0]["topics"] == {"liked": 1.0}
    assert lines[0]["queue"] == "loud"
    assert [_heard_by(line) for line in lines] == [
        *("at 'kettle'", None, "by whom it answers", "by its labels", None)
    ]
    assert lines[4]["why"] == ["the query matches it, but excludes it by who wrote it"]


def _heard_by(line: dict[str, Any]) -> str | None:
    told = (why for why in line["why"] if why.startswith("it matches '(kettle AND lang:en) OR"))
    return next((why.rpartition("…' ")[2] for why in told), None)


@pytest.mark.usefixtures("own_database")
def test_what_was_imported_is_heard_again_with_what_it_told(tmp_path: Path) -> None:
    posts, brand = written(tmp_path)

    def imported() -> dict[str, str | None]:
        with pytest.raises(SystemExit) as end:
            main(["import", posts, "--brand", brand, "--at", AT])
        assert end.value.code == 0
        return dict(models.Post.objects.values_list("external_id", "discard_reason"))

    before = imported()
    written(tmp_path, brand='name = "Acme"\nquery = "kettle lang:fr OR tag:rant"\n')
    after = imported()

    heard = {"1": None, "2": "not_heard", "3": None, "4": None, "5": "excluded"}
    assert before == heard
    assert after == {"1": "not_heard", "2": None, "3": "not_heard", "4": None, "5": "not_heard"}
