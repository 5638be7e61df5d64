"""
How many posts a second are matched against 10 to 100,000 listening queries, beside others.

    python -m benchmarks.speed_match --queries 10,1000,10000,100000 --posts 100000 --engines all

Without arguments: our engines alone, up to 10,000 queries.  The posts are different public ones,
raw; the queries are made by a seed (match_queries.py).  Peers are given the same queries and
posts as small ASCII words, at their best batch, in the same run; what each finds is compared
with what we find in the same words.  Cold is the first pass, when every word is new; warm is the
second.  A peer that needs more than --budget seconds is reported as not finished.

Prints one JSON line a figure; --save appends them to benchmarks/match.jsonl, from which
picture_match.py draws docs/match-speed.svg.
"""

import argparse
import json
import math
import os
import pickle
import platform
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from benchmarks.match_cells import (
    ENGINES,
    Cell,
    Pass,
    figures,
    percentiles,
    pickled,
    run,
    store,
)
from benchmarks.match_engines import Asked
from benchmarks.match_queries import (
    Wish,
    described,
    plain_text,
    share_of_posts,
    unique_posts,
    wishes,
)
from benchmarks.saying import commit

from answerback.domain.listening.query import parse
from answerback.domain.listening.syntax import Query

HOUSE = Path(__file__).resolve().parent.parent
SAVED = HOUSE / "benchmarks" / "match.jsonl"
RECORD = 143_199  #: tweets in the record second of 2013
SMALL = 10_000  #: up to so many queries, what is found is compared
LINE = (25_000, 50_000, 100_000, 200_000)  #: posts, to show that the time is a line
SINGLE = 20_000  #: posts of the latency of one post


def main() -> None:
    """Measure what is asked for and say it."""
    with tempfile.TemporaryDirectory(prefix="speed-match-") as folder:
        _measure_all(_Table(_options(), Path(folder)))


def _measure_all(table: "_Table") -> None:
    for number in table.sizes:
        for engine in table.engines:
            if ENGINES[engine].ours:
                table.ours(engine, number)
        table.peers(number)
    middle = max((size for size in table.sizes if size <= SMALL), default=table.sizes[0])
    for engine in table.engines:
        if ENGINES[engine].ours:
            table.latency(engine, middle)
            table.line(engine, middle)
    table.growth()


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=(__doc__ or "").strip().split("\n", 1)[0])
    standing = Path(os.environ.get("ANSWERBACK_DATA", HOUSE.parent / "shared" / "data"))
    options.add_argument("--data", type=Path, default=standing)
    options.add_argument("--queries", default="10,1000,10000")
    options.add_argument("--posts", type=int, default=100_000)
    options.add_argument("--engines", default="ours", help="all, ours, or names: fast,tantivy")
    options.add_argument("--processes", default="1,2", help="of our own engines")
    options.add_argument("--peer-posts", type=int, default=20_000, help="peers take only so many")
    options.add_argument("--budget", type=float, default=60, help="seconds for a peer's cell")
    options.add_argument("--quick", action="store_true", help="a tenth of the posts, less time")
    options.add_argument("--save", action="store_true", help="append to benchmarks/match.jsonl")
    asked = options.parse_args()
    if asked.quick:
        asked.posts, asked.peer_posts, asked.budget = 10_000, 2_000, 10
    return asked


class _Table:
    """All cells of one run, over one set of posts and queries."""

    def __init__(self, asked: argparse.Namespace, folder: Path) -> None:
        self._asked, self._folder = asked, folder
        self._said: list[dict[str, Any]] = []
        self.sizes = sorted(map(int, asked.queries.split(",")))
        self.engines = list(self._taken(asked.engines))
        most = asked.posts if asked.quick else max(asked.posts, *LINE)
        sample, self._posts = unique_posts(asked.data, most=most)
        self._shares = share_of_posts(sample)
        self._wishes = list(wishes(sample, number=self.sizes[-1]))
        store(self._folder, self._posts, [plain_text(text) for text in self._posts])
        ours = any(ENGINES[engine].ours for engine in self.engines)
        self._parsed = self._timed_parse() if ours else []
        self._compared: dict[tuple[int, bool], set[tuple[int, int]]] = {}
        for number in self.sizes:
            self._say(name="match queries", **described(self._wishes[:number]))

    def _taken(self, told: str) -> Iterator[str]:
        """Yield the engines that are asked for and here; say of the others why not."""
        known = {"all": list(ENGINES), "ours": [n for n, one in ENGINES.items() if one.ours]}
        for name in known.get(told) or told.split(","):
            missing = ENGINES[name].missing()
            if missing:
                print(f"# {name} skipped: not installed ({missing})", flush=True)
            else:
                yield name

    def _timed_parse(self) -> list[Query]:
        began = time.process_time()
        parsed = [parse(wish.written()) for wish in self._wishes]
        spent = time.process_time() - began
        self._say(name="parse", queries=len(parsed), queries_per_second=round(len(parsed) / spent))
        return parsed

    # -------------------------------------------------------------------------------- the cells

    def ours(self, engine: str, number: int) -> None:
        """Match raw posts with full semantics, cold and warm, in one process and more."""
        for processes in map(int, self._asked.processes.split(",")):
            cell = Cell(
                engine=engine,
                queries=number,
                posts=self._asked.posts,
                batch=ENGINES[engine].batch,
                processes=processes,
                passes=("cold", "warm"),
            )
            self._measure(cell)

    def peers(self, number: int) -> None:
        """Plain words, each peer at its best batch, and how far it agrees with us."""
        names = [name for name in self.engines if not ENGINES[name].ours]
        ours = [name for name in self.engines if ENGINES[name].ours]
        small = number <= SMALL
        if names and ours and small:
            for near in (True, False):
                cell = self._plain(ours[-1], number, near=near)
                self._compared[number, near] = self._pairs(self._measure(cell))
        for name in names:
            cell = self._plain(name, number, near=ENGINES[name].near)
            passes = self._measure(cell)
            if small and ours and passes:
                self._agreement(cell, passes)

    def _plain(self, engine: str, number: int, *, near: bool) -> Cell:
        return Cell(
            engine=engine,
            queries=number,
            posts=min(self._asked.peer_posts, len(self._posts)),
            batch=min(ENGINES[engine].batch, self._asked.peer_posts),
            plain=True,
            near=near,
            budget=self._asked.budget,
            pairs=number <= SMALL,
        )

    def latency(self, engine: str, number: int) -> None:
        """Time one batch, from the Arrow column to the pairs."""
        for batch, posts in ((100, self._asked.posts), (1, min(SINGLE, self._asked.posts))):
            cell = Cell(
                engine=engine, queries=number, posts=posts, batch=batch, passes=("cold", "warm")
            )
            for name, done in zip(cell.passes, self._run(cell)[1], strict=False):
                waits = percentiles(done.waits)
                about = {"engine": engine, "queries": number, "batch": batch, "pass": name}
                self._say(name="latency", **about, n=len(done.waits), **waits)

    def line(self, engine: str, number: int) -> None:
        """Ask the same queries of ever more posts."""
        for posts in LINE:
            if posts > len(self._posts):
                break
            batch = ENGINES[engine].batch
            cell = Cell(
                engine=engine, queries=number, posts=posts, batch=batch, passes=("cold", "warm")
            )
            self._measure(cell, name="line")

    def growth(self) -> None:
        """Say with which power of the number of queries the time of a post grows."""
        for engine in self.engines:
            for name in ("cold", "warm"):
                spots = [
                    (one["queries"], one["posts_per_cpu_second"])
                    for one in self._said
                    if one["name"] == "match" and one["engine"] == engine
                    if one["pass"] == name and one["processes"] == 1 and one.get("pairs")
                    if one["text"] == ("raw" if ENGINES[engine].ours else "plain")
                ]
                for (few, fast), (many, slow) in pairwise(spots):
                    power = math.log(fast / slow) / math.log(many / few)
                    about = {"engine": engine, "pass": name, "from": few, "to": many}
                    self._say(name="growth", **about, exponent=round(power, 2))

    # ------------------------------------------------------------------------------ how it is run

    def _measure(self, cell: Cell, *, name: str = "match") -> list[Pass]:
        said, passes = self._run(cell)
        for one in said:
            self._say(name=name, **one)
        return passes

    def _run(self, cell: Cell) -> tuple[list[dict[str, Any]], list[Pass]]:
        self._pickle(cell)
        began, said = run(cell, self._folder)
        return list(figures(cell, began, said)), said[0].passes

    def _pickle(self, cell: Cell) -> None:
        """Leave the queries where the processes of this cell read them."""
        path = pickled(self._folder, cell)
        if path.exists():
            return
        made = [_as_told(wish, cell) for wish in self._wishes[: cell.queries]]
        parsed: Sequence[Query] = ()
        if ENGINES[cell.engine].ours:
            raw = self._parsed[: cell.queries]
            parsed = [parse(wish.written()) for wish in made] if cell.plain else raw
        asked = Asked(wishes=() if parsed else made, parsed=parsed, shares=self._shares)
        with path.open("wb") as out:
            pickle.dump(asked, out, protocol=pickle.HIGHEST_PROTOCOL)

    def _pairs(self, passes: Iterable[Pass]) -> set[tuple[int, int]]:
        return {pair for done in islice(passes, 1) for pair in done.pairs}

    def _agreement(self, cell: Cell, passes: Sequence[Pass]) -> None:
        """Of the pairs that either found, say which share both found, in the posts it came to."""
        seen = passes[0].posts
        theirs = self._pairs(passes)
        ours = {pair for pair in self._compared[cell.queries, cell.near] if pair[0] < seen}
        either = len(ours | theirs)
        self._say(
            name="agreement",
            engine=cell.engine,
            queries=cell.queries,
            posts=seen,
            ours=len(ours),
            theirs=len(theirs),
            share=round(len(ours & theirs) / either, 5) if either else None,
        )

    def _say(self, *, name: str, **told: Any) -> None:
        stamp = {"load": round(os.getloadavg()[0], 1), "cpu": _processor(), "commit": commit()}
        line = {"name": name, **told, **stamp}
        self._said.append(line)
        print(json.dumps(line), flush=True)
        if self._asked.save:
            with SAVED.open("a", encoding="utf-8") as out:
                out.write(json.dumps(line) + "\n")


def _as_told(wish: Wish, cell: Cell) -> Wish:
    told = wish.plain() if cell.plain else wish
    return told if cell.near else told.anywhere()


def _processor() -> str:
    """Return what the processor calls itself, and how many there are."""
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        name = told.split("model name")[1].split(":", 1)[1].split("\n", 1)[0].strip()
    except (OSError, IndexError):
        name = platform.processor() or platform.machine()
    return f"{name} x {os.cpu_count()}, Python {sys.version.split()[0]}"


if __name__ == "__main__":
    main()
