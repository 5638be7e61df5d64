"""Several at once on one data folder, and the people who interrupt them."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.databases import SERVER

from answerback.project import env

ROOT = Path(__file__).parents[2]
AT = ("--at", "2026-03-03T09:00Z")

pytestmark = [
    pytest.mark.slow,  # starts the real command in several processes
    pytest.mark.usefixtures("empty_database"),
]


def start(*arguments: str, program: str = "answerback") -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-m", program, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Return two archives of invented posts that share a third of them, and a brand."""
    rows = [
        json.dumps(
            {
                "id": str(number),
                "author": f"a{number}",
                "text": "@acme my kettle leaks, please help!",
                "created_at": "2026-03-02T09:00:00Z",
            }
        )
        for number in range(3000)
    ]
    made = {name: tmp_path / name for name in ("one.jsonl", "two.jsonl", "acme.toml")}
    made["one.jsonl"].write_text("\n".join(rows[:2000]) + "\n", encoding="utf-8")
    made["two.jsonl"].write_text("\n".join(rows[1000:]) + "\n", encoding="utf-8")
    made["acme.toml"].write_text('name = "Acme"\nhandles = ["acme"]\n', encoding="utf-8")
    return made


def importing(files: dict[str, Path], name: str) -> list[str]:
    return ["import", str(files[name]), "--brand", str(files["acme.toml"]), *AT]


@contextmanager
def held(data: Path) -> Iterator[None]:
    """Keep every other writer out, as a program does that is in the middle of something."""
    if SERVER is None:
        holder = sqlite3.connect(data / "answerback.sqlite3", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("COMMIT")
        holder.close()
        return
    import psycopg  # noqa: PLC0415  only a run on a server needs it

    with psycopg.connect(os.environ[env.DATABASE_URL]) as holding:
        holding.execute("SELECT id FROM desk_brand FOR UPDATE")
        yield


def asked(*arguments: str) -> Any:
    out, _ = start(*arguments, "--json").communicate()
    return json.loads(out)


def test_imports_at_the_same_time_are_both_right(files: dict[str, Path]) -> None:
    names = ("one.jsonl", "two.jsonl", "one.jsonl")

    running = [start(*importing(files, name)) for name in names]
    ended = [(one.communicate()[1], one.returncode) for one in running]

    assert ended == [("", 0)] * 3
    sources = asked("ledger")["sources"]
    assert sum(one["stored"] for one in sources) == 3000
    assert [one["problems"] for one in sources] == [[], []]
    assert asked("inbox", *AT)["open"] == 3000


def test_imports_at_the_same_time_agree_whose_copy_a_post_is(files: dict[str, Path]) -> None:
    for name in ("one.jsonl", "two.jsonl"):
        rows = [json.loads(row) for row in files[name].read_text(encoding="utf-8").splitlines()]
        text = "@acme your kettle leaks all over the hob and nobody at the desk will help me, why?"
        told = [json.dumps({**row, "text": text}) for row in rows]
        files[name].write_text("\n".join(told) + "\n", encoding="utf-8")

    running = [start(*importing(files, name)) for name in ("one.jsonl", "two.jsonl")]
    ended = [(one.communicate()[1], one.returncode) for one in running]

    assert ended == [("", 0)] * 2
    (line,) = asked("inbox", *AT)["lines"]
    assert (line["copies"], line["copied_by"]) == (2_999, 2_999)


def test_watching_ends_quietly_with_ctrl_c(files: dict[str, Path]) -> None:
    start(*importing(files, "one.jsonl")).communicate()

    watching = start("inbox", "--watch", "--limit", "1", *AT)
    first = (watching.stdout.readline() if watching.stdout else "").split("\t")[0]
    time.sleep(0.5)
    watching.send_signal(signal.SIGINT)
    _, err = watching.communicate()

    assert first == "deadline"
    assert "Traceback" not in err
    assert watching.returncode in (0, 130)


def test_a_database_that_somebody_holds_is_waited_for(
    files: dict[str, Path], empty_database: Path
) -> None:
    start(*importing(files, "one.jsonl")).communicate()

    with held(empty_database):
        waiting = start(*importing(files, "two.jsonl"))
        time.sleep(3)
    _, err = waiting.communicate()

    assert (err, waiting.returncode) == ("", 0)


def test_agents_the_outbox_and_two_imports_are_in_nobodys_way(files: dict[str, Path]) -> None:
    start(*importing(files, "one.jsonl")).communicate()  # so that there is something to do
    brand = files["acme.toml"]
    brand.write_text(f'{brand.read_text(encoding="utf-8")}query = "kettle"\n', encoding="utf-8")

    busy = [start(who, "15", program="tests.desk.busy") for who in ("ada", "bob", "cleo", "outbox")]
    running = [start(*importing(files, name)) for name in ("two.jsonl", "one.jsonl")]
    ended = [(one.communicate(), one.returncode) for one in (*busy, *running)]

    assert [(err, code) for (_, err), code in ended] == [("", 0)] * 6
    told = Counter[str]()
    for (out, _), _ in ended[:4]:
        told.update(json.loads(out))
    acts = ("take", "close", "correct", "reply", "send", "notice")
    assert [act for act in acts if not told[f"{act} done"]] == []
    problems = [problem for one in asked("ledger")["sources"] for problem in one["problems"]]
    assert problems == []
