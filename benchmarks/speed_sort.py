"""
How many posts a second `answerback sort` sorts, and whether its memory stays flat.

    python -m benchmarks.speed_sort [ARCHIVE] [--copies 10]

Runs the real command on ARCHIVE (conversations.jsonl of the public data without one) with
one and with two processes, then with two on a file of that many copies, each with ids of
its own.  Prints one JSON line a figure: posts a second of wall time with start-up, without it
as the command itself counts, processor seconds, and the most memory any one process had.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DATA = Path(os.environ.get("ANSWERBACK_DATA", "../shared/data"))
AT = "2026-11-21T09:00+00:00"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path, nargs="?", default=DATA / "conversations.jsonl")
    parser.add_argument("--copies", type=int, default=10)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for processes in (1, 2):
            _measure(told.archive, processes=processes, folder=Path(folder))
        many = _copied(told.archive, copies=told.copies, into=Path(folder) / "many.jsonl")
        _measure(many, processes=2, folder=Path(folder))


def _copied(archive: Path, *, copies: int, into: Path) -> Path:
    with into.open("w", encoding="utf-8") as out:
        for copy in range(copies):
            with archive.open(encoding="utf-8") as lines:
                for row in map(json.loads, lines):
                    out.write(json.dumps({**row, "id": f"{row['id']}-{copy}"}) + "\n")
    return into


def _measure(archive: Path, *, processes: int, folder: Path) -> None:
    """Run the command in a process of its own, so that the peak is its own."""
    out = folder / "sorted.jsonl"
    call = [sys.executable, "-m", "answerback", "sort", str(archive), "--out", str(out)]
    call += ["--processes", str(processes), "--at", AT, "--json"]
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run(call, check=True, capture_output=True, text=True)  # noqa: S603
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads(said.stdout)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    figures = {
        "name": "sort",
        "processes": processes,
        "posts": told["rows"],
        "posts_per_second_wall": round(told["rows"] / wall),
        "posts_per_second_without_start": told["posts_per_second"],
        "processor_seconds": round(spent, 1),
        "peak_mib_of_the_largest_process_so_far": round(after.ru_maxrss / 1024),
        "load_1_min": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
