"""
A live network that is heard, by a worker that meets its end at one system call after another.

Run as a program by `test_kill.py`.  strace does it at the n-th call of a name: "kill" sends
SIGKILL, "fail" lets the call fail.  On SQLite they are the calls that change the database's files,
write, sync, truncate, remove, and they fail with EIO, as those of a broken disk do.  On a server
they are those that speak to it: death comes before a message is on its way (sendto), or after it
is and before its answer is waited for (poll); and the line breaks where the answer should come.
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.databases import SERVER
from tests.desk import dying_live
from tests.desk.dying import harm
from tests.desk.shelves import shelf_in
from tests.desk.witness import promises, witnessed

_ON_FILES: Final = "write,pwrite64,pwritev,fsync,fdatasync,ftruncate,unlink,rename"
#: Not sendto: libpq takes a message that did not go for a line that still has an answer to give.
_ON_SERVER: Final = {"kill": "sendto,poll", "fail": "recvfrom"}
_REFUSED: Final = 3
_BROKEN: Final = "error=EIO" if SERVER is None else "error=ECONNRESET"
_INJECTED: Final = {"kill": "signal=SIGKILL", "fail": _BROKEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What meets the worker, and at which call; none: nothing does."""

    how: str
    call: str = ""
    number: int = 0  #: of the calls of that name: strace counts each name for itself

    def options(self, folder: Path) -> list[str]:
        told = ["-e", f"trace={_ON_FILES if SERVER is None else _ON_SERVER[self.how]}"]
        if self.call:
            told += ["-e", f"inject={self.call}:{_INJECTED[self.how]}:when={self.number}"]
        if SERVER is None:
            for end in ("", "-wal", "-shm", "-journal"):
                told += ["-P", str(folder / f"answerback.sqlite3{end}")]
        return told


def run_traced(folder: Path, *, log: Path, fate: Fate, promised: Path) -> int:
    """Hear in a child under strace, and return how it ended; below zero: by that signal."""
    wait, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(wait, 1)  # until strace is there
        os._exit(_heard(folder, promised=promised))
    try:
        return _traced(child, ["strace", "-o", str(log), *fate.options(folder)], go=go)
    finally:
        os.close(wait)
        os.close(go)


def _heard(folder: Path, *, promised: Path) -> int:
    """Hear, and return how a program of ours would end."""
    from django.db import Error  # noqa: PLC0415  Django is up since the first run

    from answerback.domain.records.refusal import Refusal  # noqa: PLC0415

    try:
        with witnessed(promised):
            dying_live.hear(folder)
    except (Error, Refusal):
        return _REFUSED
    return 0


def _traced(child: int, command: Sequence[str], *, go: int) -> int:
    with subprocess.Popen(  # noqa: S603  our own words
        [*command, "-p", str(child)], stderr=subprocess.PIPE, text=True
    ) as tracer:
        assert tracer.stderr is not None
        told = tracer.stderr.readline()
        if "attached" not in told:
            os.kill(child, signal.SIGKILL)
        os.write(go, b".")
        _, status = os.waitpid(child, 0)
        tracer.stderr.read()
    if "attached" not in told:
        raise SystemExit(f"strace: {told.strip()}")
    return os.waitstatus_to_exitcode(status)


def main(folder: Path, every: int, how: str = "kill", part: str = "0/1") -> None:
    """
    Print, as JSON, how many calls there are, how many deaths, and what differed afterwards.

    `broken` are promises that were not kept: posts of a page that was said to be taken in, and
    runs that ended well with something missing.
    """
    log, promised, shelf = folder / "calls", folder / "promised", shelf_in(folder)
    fresh = shelf.new()
    dying_live.prepare(fresh)
    should = dying_live.hear(shelf.copy(fresh))
    assert run_traced(shelf.copy(fresh), log=log, fate=Fate(how=how), promised=promised) == 0
    fates = _fates(log.read_text(), how=how)
    told: Counter[str] = Counter(points=len(fates))
    differ: dict[str, Any] = {}
    first, step = map(int, part.split("/"))
    for fate in fates[first * every :: step * every]:
        again = shelf.copy(fresh)
        promised.unlink(missing_ok=True)
        ended = run_traced(again, log=log, fate=fate, promised=promised)
        told.update(tried=1, died=ended == -signal.SIGKILL, refused=ended == _REFUSED)
        told.update(fell=ended not in (0, _REFUSED, -signal.SIGKILL))
        told.update(broken=_broken(ended, promised=promised, should=should))
        now = dying_live.hear(again)
        told.update(harm(now, should=should))
        if now != should:
            differ[f"{fate.call} {fate.number}"] = now
    shelf.clear()
    print(json.dumps({**told, "differ": differ}, default=str))  # noqa: T201  a program


def _fates(log: str, *, how: str) -> list[Fate]:
    names = [line.partition("(")[0] for line in log.splitlines() if "(" in line]
    return [
        Fate(how=how, call=name, number=1 + names[:place].count(name))
        for place, name in enumerate(names)
    ]


def _broken(ended: int, *, promised: Path, should: Any) -> int:
    """Return how many promises of a run that has ended the tables do not keep."""
    from django.db import connection  # noqa: PLC0415  Django is up

    from answerback.desk import models  # noqa: PLC0415

    told = promises(promised.read_bytes() if promised.exists() else b"")
    kept = list(models.Post.objects.values_list("external_id", flat=True))
    connection.close()
    missing = {of for _, of in told} - {*kept}
    return len(missing) + (ended == 0 and len(kept) != len(should["posts"]))


if __name__ == "__main__":
    dying_live.NETWORK.append(Path(sys.argv[1]) / "network")
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
