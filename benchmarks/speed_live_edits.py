"""
How soon an edit of one query takes effect, and what it costs the stream.

    python -m benchmarks.speed_live_edits [--queries 10000,100000] [--engines python,fast]

Puts a new query beside so many others, changes it, drops it, again and again, while posts are
matched.  Says how long each takes until the next match obeys it (the limit is 50 ms), how many
posts a second are matched in the second before and the second after, and whether every post then
has exactly the pairs that a freshly loaded engine gives.  Exits 1 when an edit is over the limit
or a pair differs.
"""

import argparse
import gc
import os
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path

from benchmarks.match_cells import ENGINES
from benchmarks.match_queries import unique_posts, wishes
from benchmarks.saying import say

from answerback.domain.listening.match import Engine, Matcher, compile_queries
from answerback.domain.listening.query import parse
from answerback.domain.listening.syntax import Query
from answerback.weights.frequencies import load_frequencies

LIMIT_MS = 50
POSTS, BATCH = 20_000, 1_000
EDITS, TIMED = 20, 3  #: of so many, the second after is timed
COMPARED = 2_000  #: posts whose pairs are compared with those of a fresh engine
DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def main() -> None:
    """Measure each engine that is here with each number of queries."""
    options = argparse.ArgumentParser(description=(__doc__ or "").strip().split("\n", 1)[0])
    options.add_argument("--data", type=Path, default=os.environ.get("ANSWERBACK_DATA", DATA))
    options.add_argument("--queries", default="10000,100000")
    options.add_argument("--engines", default="python,fast")
    told = options.parse_args()
    sizes = sorted(map(int, told.queries.split(",")))
    sample, posts = unique_posts(told.data, most=POSTS)
    parsed = [parse(wish.written()) for wish in wishes(sample, number=sizes[-1])]
    wrong = False
    for engine in map(Engine, told.engines.split(",")):
        missing = ENGINES[engine].missing()
        if missing:
            print(f"# {engine} skipped: not installed ({missing})", flush=True)
            continue
        for number in sizes:
            wrong |= _measured(engine, parsed[:number], posts)
    sys.exit(wrong)


def _measured(engine: Engine, queries: Sequence[Query], posts: Sequence[str]) -> bool:
    """Say how edits go, and whether something was wrong."""
    matcher = _loaded(engine, queries)
    stream = _stream(posts)
    for _ in range(POSTS // BATCH):
        matcher.match(next(stream))
    before = _rate(matcher, stream)
    rates: list[float] = []
    waits: dict[str, list[float]] = {"put": [], "change": [], "drop": []}
    for at in range(EDITS):
        first, second, row = f"kettle{at}x", f"toaster{at}x", len(queries)
        waits["put"].append(_until(matcher, row, parse(f"{first} NOT lid"), hears=first))
        rates.extend([_rate(matcher, stream)] if at < TIMED else [])
        waits["change"].append(_until(matcher, row, parse(second), hears=second, not_hears=first))
        matcher.match(next(stream))
        waits["drop"].append(_until(matcher, row, None, not_hears=second))
    other = parse("(kettle OR toaster) NEAR/3 broken")
    matcher.put(0, other)
    same = matcher.match(posts[:COMPARED]) == _loaded(engine, [other, *queries[1:]]).match(
        posts[:COMPARED]
    )
    slowest = max(max(some) for some in waits.values())
    say(
        "live edits",
        engine=engine.value,
        queries=len(queries),
        edits=3 * EDITS,
        **{f"{kind}_ms": round(sorted(some)[EDITS // 2], 2) for kind, some in waits.items()},
        slowest_ms=round(slowest, 2),
        limit_ms=LIMIT_MS,
        over=slowest > LIMIT_MS,
        posts_per_second_before=round(before),
        posts_per_second_after=round(sum(rates) / len(rates)),
        same_as_fresh=same,
        load=round(os.getloadavg()[0], 1),
    )
    return slowest > LIMIT_MS or not same


def _until(
    matcher: Matcher, row: int, query: Query | None, *, hears: str = "", not_hears: str = ""
) -> float:
    """
    Return the milliseconds until an edit is obeyed.

    :raises RuntimeError: when it is not obeyed by the next match.
    """
    began = time.perf_counter()
    if query is None:
        matcher.drop(row)
    else:
        matcher.put(row, query)
    heard = matcher.match([f"my {hears} broke", f"my {not_hears} broke"])
    spent = time.perf_counter() - began
    if [pair for pair in heard if pair[1] == row] != ([(0, row)] if hears else []):
        raise RuntimeError(f"The edit of row {row} was not obeyed: {heard}.")
    return 1000 * spent


def _rate(matcher: Matcher, stream: Iterator[list[str]]) -> float:
    """Match for a second; return how many posts."""
    began, posts = time.perf_counter(), 0
    while time.perf_counter() - began < 1:
        batch = next(stream)
        matcher.match(batch)
        posts += len(batch)
    return posts / (time.perf_counter() - began)


def _stream(posts: Sequence[str]) -> Iterator[list[str]]:
    return cycle([list(posts[at : at + BATCH]) for at in range(0, len(posts), BATCH)])


def _loaded(engine: Engine, queries: Sequence[Query]) -> Matcher:
    matcher = compile_queries(queries, frequencies=load_frequencies(), engine=engine)
    gc.collect()
    gc.freeze()
    return matcher


if __name__ == "__main__":
    main()
