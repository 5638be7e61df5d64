"""The power fails at any moment: nothing that was promised is lost, and nothing is said twice."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.databases import on_files_only

ROOT = Path(__file__).parents[2]

pytestmark = on_files_only


def after_cuts(images: int, *, synced: str) -> dict[str, Any]:
    if shutil.which("strace") is None:
        pytest.skip("needs strace: apt-get install strace")
    done = subprocess.run(  # noqa: S603  our own program
        [
            sys.executable,
            "-m",
            "benchmarks.power_loss",
            "--images",
            str(images),
            "--synced",
            synced,
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip("needs the right to trace: a container without it refuses ptrace")
    assert done.stderr == ""
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_power_cut_takes_nothing_that_was_promised_and_the_desk_goes_on() -> None:
    told = after_cuts(60, synced="FULL")

    assert (told["images"], told["went_on"], told["harmed"]) == (60, 6, 0)
    assert told["promises"] > 600
    assert (told["lost_at_the_end"], told["twice_at_the_end"]) == (0, 0)


@pytest.mark.slow  # a whole run of its own
def test_where_the_database_waits_for_less_the_same_cuts_find_what_is_lost() -> None:
    told = after_cuts(60, synced="NORMAL")

    assert told["harmed"] > 10
    assert told["lost_kept"] > 0
