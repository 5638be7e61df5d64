"""
What the worst input costs: processor time and memory of one post or query, beside its limit.

    python -m benchmarks.speed_bad_input [--engines python,fast] [--queries 10000]

Each input meets an engine that has just been loaded with queries made by the seed and a few that
ask for what the input is full of, in a forked process of its own: nothing is remembered from the
one before.  The limit is 50 ms of processor time for a post; a query is read once, by one person,
and has a second.  Memory is what the process needed beyond what it had.  Exits 1 when anything is
over its limit.
"""

import argparse
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.bad_input import ASKING, posts, queries
from benchmarks.match_cells import ENGINES
from benchmarks.match_engines import Asked, Deadline, peak_mib
from benchmarks.match_queries import unique_posts, wishes
from benchmarks.saying import say

from answerback.domain.listening.query import parse
from answerback.domain.records.refusal import Refusal

LIMIT_MS, PARSE_LIMIT_MS = 50, 1_000  #: of a post; of a query
MOST_SECONDS, MOST_MIB = 10, 3_000  #: where a runaway is stopped
DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"

Work = Callable[[], str]  #: returns what came of it, in a few words


def main() -> None:
    """Measure every bad input, with every engine that is here."""
    options = argparse.ArgumentParser(description=(__doc__ or "").strip().split("\n", 1)[0])
    options.add_argument("--data", type=Path, default=os.environ.get("ANSWERBACK_DATA", DATA))
    options.add_argument("--engines", default="python,fast")
    options.add_argument("--queries", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=3, help="the quickest counts")
    told = options.parse_args()
    over = [
        _measured("parse", name, _parsing(text), rounds=told.rounds)
        for name, text in queries().items()
    ]
    asked = _asked(told.data, number=told.queries)
    for engine in told.engines.split(","):
        missing = ENGINES[engine].missing()
        if missing:
            print(f"# {engine} skipped: not installed ({missing})", flush=True)
            continue
        loaded = ENGINES[engine].load(asked, Deadline(float("inf")))

        def matching(text: str, match: Callable[..., Sequence[object]] = loaded.match) -> Work:
            return lambda: f"{len(match([text], Deadline(float('inf'))))} matches"

        over += [
            _measured(engine, name, matching(text), rounds=told.rounds)
            for name, text in posts().items()
        ]
    sys.exit(any(over))


def _asked(data: Path, *, number: int) -> Asked:
    """Return what looks for the posts' words, and as many other queries as asked for."""
    sample: list[str] = []
    written = list(ASKING)
    if data.exists():
        sample, _ = unique_posts(data, most=0)
        written += [wish.written() for wish in wishes(sample, number=number)]
    else:
        print(f"# without the public data: {len(ASKING)} queries only", flush=True)
    parsed = [parse(query) for query in written]
    return Asked(wishes=(), parsed=parsed, shares={})


def _parsing(text: str) -> Work:
    def work() -> str:
        try:
            return f"read, with {len(parse(text).warnings)} warnings"
        except Refusal as refused:
            return str(refused).split(" at line", 1)[0]

    return work


def _measured(kind: str, name: str, work: Work, *, rounds: int) -> bool:
    """Say what an input cost, and whether it was too much."""
    runs = [_apart(work)]
    if runs[0][0] < 1000 * MOST_SECONDS:
        runs += [_apart(work) for _ in range(rounds - 1)]
    milliseconds = min(run[0] for run in runs)
    limit = PARSE_LIMIT_MS if kind == "parse" else LIMIT_MS
    say(
        "bad input",
        kind=kind,
        input=name,
        cpu_ms=round(milliseconds, 2),
        limit_ms=limit,
        over=milliseconds > limit,
        more_mib=round(max(run[1] for run in runs), 1),
        came=runs[0][2],
    )
    return milliseconds > limit


def _apart(work: Work) -> tuple[float, float, str]:
    """Return the milliseconds of processor time, the MiB needed, and what came of it."""
    context = multiprocessing.get_context("fork")  # a copy of the loaded engine
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(work, theirs))
    process.start()
    theirs.close()
    try:
        told: tuple[float, float, str] = ours.recv()
    except EOFError:  # ended by the limits below
        told = (1000.0 * MOST_SECONDS, MOST_MIB, f"stopped after {MOST_SECONDS} s")
    process.join()
    return told


def _work(work: Work, tell: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MIB << 20, MOST_MIB << 20))
    before, began = peak_mib(), time.process_time()
    try:
        came = work()
    except (RecursionError, MemoryError) as broke:
        came = type(broke).__name__
    tell.send((1000 * (time.process_time() - began), peak_mib() - before, came))


if __name__ == "__main__":
    main()
