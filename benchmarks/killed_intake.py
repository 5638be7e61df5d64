"""
An intake run that dies at every line of ours, and at every system call with which it writes.

    python -m benchmarks.killed_intake [--every-line] [--every-call] [--every-fault]
        [--database NAME] [--spread N] [--beside N] [--save]

The run hears a live network with edits, deletions, letters and a gap (tests/desk/dying_live.py),
dies, is started again on what is left, and must come to the very rows of a run that nobody killed.
`line`: `os._exit` before a line of `answerback`, each once.  `call`: SIGKILL by strace, on SQLite
at each write, sync, truncation and removal, on PostgreSQL before each message to the server and
after it, before its answer is read.  `fault`: on SQLite each of these calls fails with EIO; on
PostgreSQL the line breaks where an answer should come; nothing may be called kept that is not.
Without a choice: all of them.  `--spread 20` takes every twentieth point.

PostgreSQL is started here, and waits for the disk at each commit; each point has a copy of a
template database.  Prints a line a figure; exits 1 when anything is lost, twice, or otherwise.
Counts, not times: they do not depend on the machine.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

from benchmarks.saying import ROOT, commit, say

_KEPT: Final = ROOT / "benchmarks" / "killed_intake.jsonl"
_DATABASES: Final = ("sqlite", "postgresql")
_PROGRAMS: Final = {"line": "dying_live", "call": "dying_syscalls", "fault": "dying_syscalls"}
_SERVER: Final = (sys.executable, "-m", "tests.postgres", "--synced")
#: What may never be above nothing.
HARM: Final = ("lost", "doubled", "unbalanced", "otherwise", "broken", "fell")


def main() -> None:
    """Run what was chosen, print, and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every-line", action="append_const", dest="hows", const="line")
    parser.add_argument("--every-call", action="append_const", dest="hows", const="call")
    parser.add_argument("--every-fault", action="append_const", dest="hows", const="fault")
    parser.add_argument("--database", choices=_DATABASES)
    parser.add_argument("--spread", type=int, default=1, help="every n-th point")
    parser.add_argument("--beside", type=int, default=1, help="so many processes at once")
    parser.add_argument("--save", action="store_true")
    told = parser.parse_args()
    bad = 0
    for how in told.hows or _PROGRAMS:
        for database in [told.database] if told.database else _DATABASES:
            figure = died(how, database=database, spread=told.spread, beside=told.beside)
            say(**figure)
            bad += sum(figure.get(one, 0) for one in HARM)
            if told.save:
                with _KEPT.open("a", encoding="utf-8") as file:
                    file.write(f"{json.dumps({**figure, 'commit': commit()})}\n")
    sys.exit(1 if bad else 0)


def died(how: str, *, database: str, spread: int = 1, beside: int = 1) -> dict[str, Any]:
    """Let the run die at its points, shared among so many processes, and return the counts."""
    began, counts = time.monotonic(), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        parts = [
            _started(how, Path(folder) / str(part), database, f"{part * spread}/{beside * spread}")
            for part in range(beside)
        ]
        for part in parts:
            told, _ = part.communicate()
            if part.returncode:
                raise SystemExit(f"{how} on {database} ended with {part.returncode}.")
            one = json.loads(told)
            points = one.pop("points")
            counts.update({name: count for name, count in one.items() if isinstance(count, int)})
            for where, now in one["differ"].items():
                print(how, database, where, json.dumps(now), file=sys.stderr)
    del counts["lines"]
    took = round(time.monotonic() - began)
    name = f"killed intake, {how}"
    return {"name": name, "database": database, "points": points, **counts, "seconds": took}


def _started(how: str, folder: Path, database: str, part: str) -> "subprocess.Popen[str]":
    folder.mkdir()
    kept = {name: value for name, value in os.environ.items() if name != "ANSWERBACK_DATABASE_URL"}
    program = [sys.executable, "-m", f"tests.desk.{_PROGRAMS[how]}", str(folder)]
    program += {"line": ["0"], "call": ["1", "kill"], "fault": ["1", "fail"]}[how]
    beside = _SERVER if database == "postgresql" else ()
    return subprocess.Popen(  # noqa: S603  our own programs
        [*beside, *program, part], cwd=ROOT, env=kept, stdout=subprocess.PIPE, text=True
    )


if __name__ == "__main__":
    main()
