"""The races, a few rounds of them: the benchmark runs hundreds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow  # starts threads and workers that are killed, on a database of their own
def test_nobody_wins_twice_and_nothing_is_said_twice() -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    few = ("--rounds", "10", "--replies", "20", "--kills", "4")

    ran = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-m", "benchmarks.closing_at_once", *few],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    told = [json.loads(line) for line in ran.stdout.splitlines()]
    races = {one["name"]: one for one in told if one["name"] != "sent_under_kills"}
    assert races["answer_or_close_at_once"]["one_winner"] == 10
    assert races["answer_or_close_at_once"]["doubled"] == 0
    assert races["approve_or_edit_at_once"]["unapproved_sent"] == 0
    assert races["stopped_past_its_lease"]["fenced"] == 10
    storms = [one for one in told if one["name"] == "sent_under_kills"]
    assert [one["doubled"] + one["sent_but_not_said"] + one["other"] for one in storms] == [0, 0, 0]
    assert [one["sent"] for one in storms[:2]] == [20, 20]
