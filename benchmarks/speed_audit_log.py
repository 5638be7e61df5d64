"""
How fast the audit log is verified, and how fast it grows.

    python -m benchmarks.speed_audit_log [--entries 1000000] [--data FOLDER]

FOLDER gets a database of its own (about 400 MB for a million entries); the default is a folder
that is removed afterwards.  Entries are written a thousand at a time, as events of a bulk act are.
Prints one line of JSON a figure: entries a second, seconds, seconds of one core, and
the highest memory in MB.
"""

import argparse
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.saying import say

from answerback.project.start import desk

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
_AT_ONCE = 1_000


@contextmanager
def _folder(told: Path | None) -> Iterator[Path]:
    if told is not None:
        yield told
        return
    with TemporaryDirectory() as made:
        yield Path(made)


def main() -> None:
    """Write a log, verify it, and say how long both took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path)
    told = parser.parse_args()
    with _folder(told.data) as folder, desk(folder, create=True, own_file=True, signs=True):
        from answerback.desk.operations.write_audit import Deed, write_audit
        from answerback.desk.queries.audit_log import check_audit

        began = _now()
        for first in range(0, told.entries, _AT_ONCE):
            deeds = [
                Deed(
                    what="case_moved",
                    by=f"agent{number % 30}",
                    about=f"case:{number}",
                    particulars={"from": "new", "to": "assigned"},
                )
                for number in range(first, min(first + _AT_ONCE, told.entries))
            ]
            write_audit(deeds=deeds, at=AT)
        _say("audit_log_written", entries=told.entries, began=began)
        began = _now()
        found = check_audit()
        if found.fault is not None:
            raise SystemExit(found.fault)
        _say("audit_log_verified", entries=found.entries, began=began)


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _say(name: str, *, entries: int, began: tuple[float, float]) -> None:
    seconds, busy = (now - then for now, then in zip(_now(), began, strict=True))
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say(
        name,
        value=round(entries / seconds),
        unit="entries/s",
        n=entries,
        seconds=round(seconds, 1),
        cpu_seconds=round(busy, 1),
        memory_mb=megabytes,
    )


if __name__ == "__main__":
    main()
