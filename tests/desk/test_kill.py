"""Kill an import anywhere, start it again: nothing lost, nothing twice."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from benchmarks.killed_intake import HARM
from tests.databases import SERVER, environment_of

ROOT = Path(__file__).parents[2]
#: What a command must find in its environment to use one database and no other.
Place = Mapping[str, str]
POSTS = 3_000
COPIED = "@acme your kettle leaks all over the hob and nobody at the desk will say why, help!"


def died_at(points: int, *, folder: Path, work: str = "dying") -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-m", f"tests.desk.{work}", str(folder), str(points)],
        cwd=ROOT,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.database
def test_dying_at_any_line_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    points = 100 if SERVER is None else 25  # to make a database anew takes a server longer
    told = died_at(points, folder=tmp_path)

    assert (told["died"], told["differ"]) == (points, {})
    assert [post[1] for post in told["whole"]["posts"]] == ["1", "2", "3", "4", "5"]
    fourth = told["whole"]["posts"][3][0]
    assert [post[7] for post in told["whole"]["posts"]] == [None, None, None, None, fourth]
    assert [case[1:4] for case in told["whole"]["cases"]] == [
        ["ada", "closed", "answered_elsewhere"],
        ["bob", "new", None],
        ["cleo", "new", None],
    ]
    assert told["whole"]["ledger"] == [[8, 4, 1, 1, 2, []]]


@pytest.mark.database
@pytest.mark.slow  # a thousand deaths take a minute
def test_so_does_dying_at_a_thousand(tmp_path: Path) -> None:
    told = died_at(1000, folder=tmp_path)

    assert (told["died"], told["differ"]) == (1000, {})


#: What is told on the fake network of `dying_live.py`, and what must be kept of it.
HEARD = {
    "posts": [
        ["l1", 1, "@acme a letter", None],
        ["p1", 1, "", "deleted"],
        ["p2", 1, "@acme second", None],
        ["p2", 2, "@acme second, edited", None],
        ["p3", 1, "@acme edited before it was seen", None],
        ["p4", 1, "lovely weather", "not_heard"],
        ["p6", 1, "", "deleted"],
        ["p7", 1, "@acme of the past", None],
        ["p8", 1, "", "deleted"],
    ],
    "tombstones": ["author:hal", "p1", "p6"],
    "gaps": [["asked_for", True, 1]],
    "letters": [0, 2],
    "failed": ["not_understood", "not_understood"],
    "problems": [[], []],
}


@pytest.mark.database
def test_dying_at_any_line_of_listening_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    points = 8 if SERVER is None else 4
    told = died_at(points, folder=tmp_path, work="dying_live")

    assert (told["died"], told["differ"]) == (points, {})
    assert {name: told["whole"][name] for name in HEARD} == HEARD


@pytest.mark.database
@pytest.mark.slow  # some hundred deaths take minutes
def test_so_does_dying_at_every_line_of_listening(tmp_path: Path) -> None:
    told = died_at(0, folder=tmp_path, work="dying_live")

    print(told["tried"], "lines,", told["died"], "deaths,", len(told["differ"]), "differ")  # noqa: T201
    assert told["tried"] > 300
    assert (told["died"], told["differ"]) == (told["tried"], {})


@pytest.mark.database
@pytest.mark.parametrize("how", ["kill", "fail"])
def test_nothing_is_lost_or_promised_falsely_where_a_system_call_is_the_last_or_fails(
    how: str, tmp_path: Path
) -> None:
    told = met_at_calls(how, every=61, folder=tmp_path)

    assert told["died" if how == "kill" else "refused"] > told["tried"] / 2 > 2


@pytest.mark.database
@pytest.mark.slow  # a hundred deaths under strace take minutes
@pytest.mark.parametrize("how", ["kill", "fail"])
def test_nor_at_every_fifth_of_all_calls_that_write(how: str, tmp_path: Path) -> None:
    told = met_at_calls(how, every=5, folder=tmp_path)

    print(told["tried"], "of", told["points"], "calls,", told["died"], "deaths")  # noqa: T201
    assert told["died" if how == "kill" else "refused"] > 0.9 * told["tried"] > 45


def met_at_calls(how: str, *, every: int, folder: Path) -> dict[str, Any]:
    if shutil.which("strace") is None:
        pytest.skip("needs strace: apt-get install strace")
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-m", "tests.desk.dying_syscalls", str(folder), str(every), how],
        cwd=ROOT,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip("needs the right to trace: a container without it refuses ptrace")
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["differ"] == {}
    assert [told[one] for one in HARM] == [0] * len(HARM)
    return told


@pytest.mark.database
@pytest.mark.slow  # starts the real command dozens of times
def test_the_real_command_survives_kill_9_at_any_moment(tmp_path: Path) -> None:
    archive, brand = tmp_path / "posts.jsonl", tmp_path / "acme.toml"
    brand.write_text('name = "Acme"\nhandles = ["acme"]\n', encoding="utf-8")
    archive.write_text("".join(_lines()), encoding="utf-8")
    with (
        environment_of(tmp_path / "whole") as whole,
        environment_of(tmp_path / "killed") as killed,
    ):
        began = time.monotonic()
        assert _start(archive, brand, at=whole).wait() == 0
        took = time.monotonic() - began

        deaths = 0
        for part in range(4, 16):  # from before the first batch to the middle of sorting
            child = _start(archive, brand, at=killed)
            time.sleep(took * part / 20)
            if child.poll() is None:
                child.send_signal(signal.SIGKILL)
            deaths += child.wait() == -signal.SIGKILL
        assert _start(archive, brand, at=killed).wait() == 0

        assert deaths >= 5
        assert _kept(killed) == _kept(whole)
        assert _inbox(killed) == _inbox(whole)


def _environment(place: Place = MappingProxyType({})) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", **place}


def _lines() -> list[str]:
    """
    Return three thousand invented posts: every third answered, some repeated, some broken.

    Every fifth is a copy.
    """
    lines = []
    for number in range(POSTS):
        post = {
            "id": str(number),
            "author": f"a{number % 700}",
            "text": "@acme my kettle leaks, please help!",
        }
        if number % 3 == 1:
            post |= {"author": "acme", "text": "Sorry!", "in_reply_to": str(number - 1)}
        elif number % 5 == 0:
            post["text"] = f"RT @a0: {COPIED}"
        minute, second = divmod(number, 60)
        post["created_at"] = f"2026-03-02T09:{minute:02}:{second:02}Z"
        lines.append("{broken\n" if number % 97 == 0 else json.dumps(post) + "\n")
        if number % 50 == 2:
            lines.append(lines[-1])
    return lines


def _start(archive: Path, brand: Path, *, at: Place) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "answerback", "import", str(archive), "--brand", str(brand)]
    return subprocess.Popen(  # noqa: S603  our own program
        [*command, "--at", "2026-03-03T09:00Z"],
        cwd=ROOT,
        env=_environment(at),
        stdout=subprocess.DEVNULL,
    )


def _asked(*command: str, at: Place) -> Any:
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-m", "answerback", *command, "--json"],
        cwd=ROOT,
        env=_environment(at),
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


def _kept(place: Place) -> Any:
    """Return what the ledger says was kept; a death after the last batch reads it all again."""
    (source,) = _asked("ledger", at=place)["sources"]
    names = ("stored", "discarded", "discarded_by", "failed_by", "problems", "finished_at")
    return {name: source[name] for name in names}


def _inbox(place: Place) -> Any:
    told = ("--limit", "1000", "--at", "2026-03-03T09:00Z")
    told_of = _asked("inbox", *told, at=place)
    # A death burns numbers on a server, where a sequence stands outside of transactions.
    return [{**line, "case": None} for line in told_of["lines"]]
