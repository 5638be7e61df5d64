"""`answerback demo`, whole."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def _demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-m", "answerback", "demo", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_demo_shows_the_whole_house_and_ends_with_what_to_type(tmp_path: Path) -> None:
    said = _demo("--data", str(tmp_path / "demo"))

    assert (said.returncode, said.stderr.count("Traceback")) == (0, 0)
    headings = [line[3:] for line in said.stdout.splitlines() if line.startswith("== ")]
    assert headings == [
        "One post, step by step",
        "200 posts into the database",
        "The queue: who waits, how long, and why",
        "The manners of Acme's own answers",
        "Is Acme engaging back?",
        "Everybody hears: where guidelines would have carried posts",
        "The mix of Acme's own posts",
        "What to type next",
    ]
    assert f"answerback serve --data {tmp_path / 'demo'}" in said.stdout


@pytest.mark.slow  # two demos, some seconds each
def test_the_demo_can_be_run_again_and_says_the_same(tmp_path: Path) -> None:
    first, second = (_demo("--data", str(tmp_path / "demo"), "--json") for _ in range(2))

    assert json.loads(first.stdout) == json.loads(second.stdout)
    assert json.loads(first.stdout)["balances"] is True


def test_the_demo_never_removes_what_it_did_not_write(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("three years of work", encoding="utf-8")

    said = _demo("--data", str(tmp_path))

    assert said.returncode == 2
    assert "holds thesis.txt, which no demo wrote" in said.stderr
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "three years of work"
