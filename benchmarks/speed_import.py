"""
How fast an archive gets into the embedded database, in how much memory, and what kill -9 costs.

Imports a file into a fresh folder, once more into the same one, and into another fresh folder
with kill -9 on the way; each in processes of their own.  Prints one JSON line a figure, and
exits 1 when the killed import ends with other counts than the whole one.

    python -m benchmarks.speed_import [ARCHIVE] [BRAND.toml] [--kills N]

Without ARCHIVE it imports conversations.jsonl of the public data; without BRAND.toml, for
the busiest brand in there.
`read` is intake alone: file, listening, raw input, posts, ledger, cursor and the breath
between batches; `sort` is understanding, triage and cases.  Processor seconds are given
beside wall seconds, because machines are shared.
"""

import argparse
import json
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.saying import ROOT, say
from training.sources import folder as data_folder

#: Fixed, so that a whole and a killed import can be compared to the last deadline.
AT = "2026-11-21T09:00+00:00"
BRAND = """name = "AmericanAir"
handles = ["AmericanAir"]
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path, nargs="?")
    parser.add_argument("brand", type=Path, nargs="?")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--into", type=Path, help="for the child: import into this folder")
    told = parser.parse_args()
    if told.into is not None:
        print(json.dumps(measured(told.archive, told.brand, into=told.into)))
        return
    with tempfile.TemporaryDirectory() as folder:
        _fill_in(told, folder=Path(folder))
        whole, killed = Path(folder) / "whole", Path(folder) / "killed"
        first = json.loads(finish(told, into=whole))
        say("import", **first)
        say("import again", **json.loads(finish(told, into=whole)))
        deaths = kill(told, into=killed, seconds=first["wall_seconds"])
        finish(told, into=killed)
        kept = counted(killed)
        same = kept == counted(whole)
        say("kill -9", deaths=deaths, same=same, **kept)
    sys.exit(0 if same else 1)


def _fill_in(told: argparse.Namespace, *, folder: Path) -> None:
    """Name the archive and the brand in full, for the children run from the project's root."""
    if told.archive is None:
        told.archive = data_folder() / "conversations.jsonl"
    if told.brand is None:
        told.brand = folder / "brand.toml"
        told.brand.write_text(BRAND, encoding="utf-8")
    told.archive, told.brand = told.archive.resolve(), told.brand.resolve()


def child(told: argparse.Namespace, *, into: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "benchmarks.speed_import", str(told.archive), str(told.brand)]
    command += ["--into", str(into)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603  ourselves


def finish(told: argparse.Namespace, *, into: Path) -> str:
    running = child(told, into=into)
    out, _ = running.communicate()
    if running.returncode:
        raise SystemExit(f"The import into {into.name} failed.")
    return out


def kill(told: argparse.Namespace, *, into: Path, seconds: float) -> int:
    """Start the import again and again, and kill it each time a little later."""
    deaths = 0
    for number in range(1, told.kills + 1):
        running = child(told, into=into)
        time.sleep(2 + seconds * number / (2 * told.kills + 2))
        if running.poll() is None:
            running.send_signal(signal.SIGKILL)
        running.communicate()
        deaths += running.returncode == -signal.SIGKILL
    return deaths


def measured(archive: Path, brand: Path, *, into: Path) -> dict[str, Any]:
    """Import in this process, and tell how long each half took."""
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(into, create=True):
        from answerback.project.importing import SORTING, import_posts, prepare

        job = prepare(
            path=archive,
            brand=brand,
            policy=None,
            mapping=None,
            at=clock.moment(AT),
            heard_at=clock.now(),
        )
        stamps: dict[str, tuple[float, float]] = {"begin": now()}

        def watch(phase: str, _done: int, _total: int) -> None:
            stamps[phase] = now()

        outcome = import_posts(job, watch=watch)
        counts = outcome.counts
    begin, read = stamps["begin"], stamps.get("reading", stamps["begin"])
    end = stamps.get(SORTING, read)
    wall, cpu = read[0] - begin[0], read[1] - begin[1]
    return {
        "rows": counts["fetched"],
        "read_rows_per_second": rate(counts["fetched"], wall),
        "read_rows_per_processor_second": rate(counts["fetched"], cpu),
        "sort_posts_per_second": rate(counts["sorted"], end[0] - read[0]),
        "sort_posts_per_processor_second": rate(counts["sorted"], end[1] - read[1]),
        "wall_seconds": round(end[0] - begin[0], 2),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        **counts,
    }


def now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def rate(count: int, seconds: float) -> int | None:
    return round(count / seconds) if count and seconds > 0 else None


def counted(folder: Path) -> dict[str, Any]:
    """Return what a folder's database holds, but for how often a row was read."""
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(folder, create=False):
        from answerback.desk.queries.inbox import inbox
        from answerback.desk.queries.ledger import ledger

        (source,) = ledger()
        page = inbox(at=clock.moment(AT), limit=1)
        return {
            "stored": source.stored,
            "discarded": source.discarded,
            "discarded_by": dict(source.discarded_by),
            "balances": source.balances,
            "cases_open": page.open,
            "cases_overdue": page.overdue,
        }


if __name__ == "__main__":
    main()
