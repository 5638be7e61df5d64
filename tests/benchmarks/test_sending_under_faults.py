"""The storm, with few replies: the benchmark sends hundreds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow  # a provider and workers that are killed, on a database of their own
def test_in_a_storm_nothing_is_said_twice_and_nothing_is_lost() -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    few = ("--replies", "25", "--kills", "6")

    ran = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-m", "benchmarks.sending_under_faults", *few],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [one["network"] for one in told] == ["key", "record", "none"]
    for one in told:
        assert (one["doubled"], one["lost"], one["other"]) == (0, 0, 0)
    assert [one["sent"] for one in told[:2]] == [25, 25]
