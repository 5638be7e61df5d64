"""
A live network that is heard, by a worker that is killed at one system call after another.

Run as a program by `test_kill.py`.  strace sends SIGKILL at the n-th call that would change the
database's files: write, sync, truncate, remove.  SQLite only; a server's files are not ours.
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tests.desk import dying_live
from tests.desk.dying import Files

_CALLS = "write,pwrite64,pwritev,fsync,fdatasync,ftruncate,unlink,rename"


def run_traced(folder: Path, *, log: Path, kill_at: int | None) -> int:
    """Hear in a child under strace, and return how it ended; below zero: by that signal."""
    wait, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(wait, 1)  # until strace is there
        dying_live.hear(folder)
        os._exit(0)
    inject = [] if kill_at is None else ["-e", f"inject={_CALLS}:signal=SIGKILL:when={kill_at}"]
    files = [str(folder / f"answerback.sqlite3{end}") for end in ("", "-wal", "-shm", "-journal")]
    paths = [part for file in files for part in ("-P", file)]
    with subprocess.Popen(  # noqa: S603  our own words
        ["strace", "-o", str(log), "-e", f"trace={_CALLS}", *inject, *paths, "-p", str(child)],  # noqa: S607  of the system
        stderr=subprocess.PIPE,
        text=True,
    ) as tracer:
        assert tracer.stderr is not None
        told = tracer.stderr.readline()
        if "attached" not in told:
            os.kill(child, signal.SIGKILL)
        os.write(go, b".")
        _, status = os.waitpid(child, 0)
        tracer.stderr.read()
    os.close(wait)
    os.close(go)
    if "attached" not in told:
        raise SystemExit(f"strace: {told.strip()}")
    return os.waitstatus_to_exitcode(status)


def main(folder: Path, every: int) -> None:
    """Print, as JSON, how many calls there are, how many deaths, and what differed afterwards."""
    log = folder / "calls"
    shelf = Files(folder)
    fresh = shelf.new()
    dying_live.prepare(fresh)
    should = dying_live.hear(shelf.copy(fresh))
    assert run_traced(shelf.copy(fresh), log=log, kill_at=None) == 0
    calls = [line for line in log.read_text().splitlines() if "(" in line]
    told: Counter[str] = Counter(calls=len(calls))
    differ: dict[int, Any] = {}
    for number in range(1, len(calls) + 1, every):
        again = shelf.copy(fresh)
        ended = run_traced(again, log=log, kill_at=number)
        told["tried"] += 1
        told["died"] += ended == -signal.SIGKILL
        now = dying_live.hear(again)
        if now != should:
            differ[number] = now
    shelf.clear()
    print(json.dumps({**told, "differ": differ}, default=str))  # noqa: T201  a program


if __name__ == "__main__":
    dying_live.NETWORK.append(Path(sys.argv[1]) / "network")
    main(Path(sys.argv[1]), int(sys.argv[2]))
