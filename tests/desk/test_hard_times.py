"""A full disk, a database that somebody else holds: nothing is lost, and it goes on by itself."""

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
_SMALL_DISK = 'mount -t tmpfs -o size=16m tmpfs "$1" && shift && exec "$@"'


def filled_up(how: str, *, folder: Path) -> dict[str, Any]:
    data, network = folder / "data", folder / "network"
    data.mkdir()
    network.mkdir()
    line = [sys.executable, "-m", "tests.desk.full_disk", str(data), str(network), how]
    if how == "disk":
        if shutil.which("unshare") is None:
            pytest.skip("needs unshare, of util-linux")
        line = ["unshare", "-m", "sh", "-c", _SMALL_DISK, "sh", str(data), *line]
    home = {name: value for name, value in os.environ.items() if name != "ANSWERBACK_DATABASE_URL"}
    done = subprocess.run(  # noqa: S603  our own program
        line,
        cwd=ROOT,
        env={**home, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if how == "disk" and ("unshare:" in done.stderr or "mount:" in done.stderr):
        pytest.skip("needs the right to mount a disk of its own")
    assert (done.returncode, done.stderr) == (0, "")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@on_files_only
@pytest.mark.slow  # a process of its own, a thousand long posts
@pytest.mark.parametrize("how", ["limit", "disk"])
def test_a_disk_that_fills_up_loses_nothing_and_when_there_is_room_all_comes(
    how: str, tmp_path: Path
) -> None:
    told = filled_up(how, folder=tmp_path)

    print(told)  # noqa: T201  the figures
    assert 0 < told["kept_meanwhile"] < told["kept"] == 1_000
    assert (told["no_room"], told["problems"], told["whole"]) == (3, [[]], "ok")


_HOLD = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
database.execute("ROLLBACK")
"""
_HEAR = """
import json, sys
from pathlib import Path
from tests.builders import LATER, MONDAY_9, NEXT_DAY
from answerback.project.start import desk
import subprocess

folder, hold = Path(sys.argv[1]), sys.argv[2]
with desk(folder, create=True):
    from django.db import OperationalError, connection
    from tests.project.hearing import acme_hears, ids_kept, said
    from answerback.desk import models
    from answerback.desk.queries.ledger import ledger
    from answerback.project.polling import poll_source

    connection.close()
    connection.settings_dict["OPTIONS"]["timeout"] = 0.3
    acme_hears(folder).tell(*(said(number) for number in range(9)), at=MONDAY_9)
    source_id = models.Source.objects.get().pk
    told = {"locked": 0}
    command = [sys.executable, "-c", hold, str(folder / "answerback.sqlite3")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\\n"
        for _ in range(3):
            try:
                poll_source(source_id, clock=lambda: NEXT_DAY)
            except OperationalError as wrong:
                told["locked"] += "locked" in str(wrong)
        told["meanwhile"] = len(ids_kept())
    poll_source(source_id, clock=lambda: NEXT_DAY + LATER)
    told |= {"kept": len(ids_kept()), "problems": [one.problems for one in ledger()]}
    print(json.dumps(told))
"""


@on_files_only
@pytest.mark.slow  # two processes
def test_a_database_that_another_process_holds_loses_nothing(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", _HEAR, str(tmp_path / "data"), _HOLD],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "locked": 3,
        "meanwhile": 0,
        "kept": 9,
        "problems": [[]],
    }
