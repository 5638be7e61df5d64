"""
One cell of the table: an engine, so many queries, so many posts, in fresh processes.

The posts lie in an Arrow file and the queries in pickles, so that a process reads what it needs
and nothing else.  All processes wait for each other once their queries are loaded: wall time is
then matching alone, from the first to begin to the last to end.
"""

import multiprocessing
import pickle
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import pyarrow as pa
from benchmarks.match_engines import (
    Asked,
    Deadline,
    Engine,
    Loaded,
    OutOfTime,
    Pair,
    fast_missing,
    lacks,
    ours,
    peak_mib,
)
from benchmarks.match_loops import aho_corasick, patterns
from benchmarks.match_peers import fts5, postgres, postgres_missing, tantivy

from answerback.domain.listening.match import Engine as Kind

POSTS = "posts.arrow"  #: two columns: the text as written, and its plain words
_PATIENCE = 1800  #: seconds for the slowest process to come to the start

ENGINES: Mapping[str, Engine] = {
    one.name: one
    for one in (
        Engine(name="python", load=ours(Kind.PYTHON), batch=1_000, plain=False, ours=True),
        Engine(
            name="fast",
            load=ours(Kind.FAST),
            batch=1_000,
            plain=False,
            ours=True,
            missing=fast_missing,
        ),
        Engine(
            name="tantivy",
            load=tantivy,
            batch=20_000,
            near=False,
            missing=lacks("tantivy", "tantivy"),
        ),
        Engine(name="postgres", load=postgres, batch=20_000, near=False, missing=postgres_missing),
        Engine(name="fts5", load=fts5, batch=20_000),
        Engine(
            name="aho-corasick",
            load=aho_corasick,
            batch=100,
            missing=lacks("ahocorasick_rs", "ahocorasick_rs"),
        ),
        Engine(name="re", load=patterns, batch=1),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What is to be measured."""

    engine: str
    queries: int
    posts: int
    batch: int
    processes: int = 1
    passes: tuple[str, ...] = ("cold",)
    plain: bool = False  #: small ASCII words only
    near: bool = True  #: else NEAR is asked as "both, anywhere"
    budget: float = 3600.0  #: seconds for loading, and again for each pass
    pairs: bool = False  #: keep them, to compare


@dataclass(slots=True)
class Run:
    """What one process says of one cell.  Moments are on the clock of `perf_counter`."""

    ready: float = 0.0  #: when queries and posts were loaded
    loading_cpu: float = 0.0
    passes: list["Pass"] = field(default_factory=list)
    peak: float = 0.0  #: MiB
    before: float = 0.0  #: MiB, before anything was loaded
    failed: str = ""
    share: float = 0.0  #: of one batch that was done when time ran out, 0 if loading


@dataclass(slots=True)
class Pass:
    """Once through the posts."""

    began: float
    ended: float
    cpu: float
    posts: int
    found: int
    waits: list[float]  #: seconds for each batch
    pairs: list[Pair]


def store(folder: Path, texts: Sequence[str], plain: Sequence[str]) -> None:
    """Write the posts where the processes find them."""
    table = pa.table({"text": list(texts), "plain": list(plain)})
    with pa.OSFile(str(folder / POSTS), "wb") as out, pa.ipc.new_file(out, table.schema) as file:
        file.write_table(table)


def pickled(folder: Path, cell: Cell) -> Path:
    """Return where the queries of a cell lie."""
    ours_ = ENGINES[cell.engine].ours
    kind = f"{'plain' if cell.plain else 'raw'}-{'near' if cell.near else 'and'}"
    return folder / f"{kind}-{'parsed' if ours_ else 'wishes'}-{cell.queries}.pickle"


def run(cell: Cell, folder: Path) -> tuple[float, list[Run]]:
    """Return when the processes were started, and what each said."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(cell.processes)
    began = time.perf_counter()
    started = []
    for place in range(cell.processes):
        ours_, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(cell, place, folder, barrier, theirs))
        process.start()
        theirs.close()
        started.append((process, ours_))
    said = [_heard(connection) for _, connection in started]
    for process, _ in started:
        process.join()
    return began, said


def _heard(connection: Connection) -> Run:
    try:
        told = connection.recv()
    except EOFError:
        return Run(failed="the process was ended by the system")
    return told if isinstance(told, Run) else Run(failed=str(told))


def _work(cell: Cell, place: int, folder: Path, barrier: Barrier, tell: Connection) -> None:
    told = Run(before=peak_mib())
    loaded = None
    try:
        loaded = _loaded(cell, folder)
        batches = list(_batches(cell, place, folder))
        told.ready, told.loading_cpu = time.perf_counter(), loaded.cpu()
        for _ in cell.passes:
            barrier.wait(_PATIENCE)
            told.passes.append(_pass(cell, loaded, batches))
    except OutOfTime as late:
        told.failed = f"out of time: {late} {'queries' if told.ready else 'queries loaded'}"
        told.share = late.share if told.ready else 0.0
        barrier.abort()
    except BrokenBarrierError:
        told.failed = "the other process gave up"
    told.peak = loaded.peak() if loaded else peak_mib()
    tell.send(told)
    if loaded:
        loaded.close()


def _loaded(cell: Cell, folder: Path) -> Loaded:
    with pickled(folder, cell).open("rb") as file:
        asked: Asked = pickle.load(file)  # noqa: S301 - written by this program a moment ago
    return ENGINES[cell.engine].load(asked, Deadline(time.perf_counter() + cell.budget))


def _batches(cell: Cell, place: int, folder: Path) -> Iterator[pa.Array]:
    """Yield this process's share of the posts; they stay in the file until they are read."""
    with pa.memory_map(str(folder / POSTS)) as source:
        table = pa.ipc.open_file(source).read_all().slice(0, cell.posts)
    share = -(-cell.posts // cell.processes)
    mine = table.column("plain" if cell.plain else "text").slice(place * share, share)
    column = mine.combine_chunks()
    for at in range(0, len(column), cell.batch):
        yield column.slice(at, cell.batch)


def _pass(cell: Cell, loaded: Loaded, batches: Sequence[pa.Array]) -> Pass:
    deadline = Deadline(time.perf_counter() + cell.budget)
    began, cpu = time.perf_counter(), loaded.cpu()
    done = Pass(began=began, ended=began, cpu=0.0, posts=0, found=0, waits=[], pairs=[])
    for batch in batches:
        at = time.perf_counter()
        if at > deadline.at:
            break
        read = loaded.column
        found = read(batch) if read else loaded.match(batch.to_pylist(), deadline)
        done.found += len(found)
        if cell.pairs:
            done.pairs.extend((row + done.posts, query) for row, query in found)
        done.posts += len(batch)
        done.waits.append(time.perf_counter() - at)
    done.ended, done.cpu = time.perf_counter(), loaded.cpu() - cpu
    return done


def figures(cell: Cell, began: float, said: Sequence[Run]) -> Iterator[dict[str, Any]]:
    """Yield what to print of a cell: one dictionary for each pass, or what went wrong."""
    about = {
        "engine": cell.engine,
        "queries": cell.queries,
        "processes": cell.processes,
        "batch": cell.batch,
        "text": "plain" if cell.plain else "raw",
        "near": cell.near,
        "loading_seconds": _loading(began, said),
        "peak_mib": round(max(one.peak for one in said)),
        "peak_mib_sum": round(sum(one.peak for one in said)),
        "start_mib": round(max(one.before for one in said)),
    }
    wrong = next((one for one in said if one.failed), None)
    if wrong:
        yield {**about, "posts": 0, "pass": cell.passes[0], **_unfinished(cell, wrong)}
        return
    for at, name in enumerate(cell.passes):
        parts = [one.passes[at] for one in said]
        wall = max(part.ended for part in parts) - min(part.began for part in parts)
        posts, cpu = sum(part.posts for part in parts), sum(part.cpu for part in parts)
        timed: dict[str, Any] = {
            "posts": posts,
            "pass": name,
            "finished": posts == cell.posts,
            "posts_per_second_wall": _three(posts / wall),
            "posts_per_cpu_second": _three(posts / cpu) if cpu else None,
            "wall_seconds": round(wall, 3),
            "got_of_a_core": round(cpu / wall / len(parts), 2),  # under 0.9: the machine was busy
            "pairs": sum(part.found for part in parts),
        }
        if at == 0:
            timed["wall_with_loading"] = round(max(part.ended for part in parts) - began, 2)
        yield {**about, **timed}


def _loading(began: float, said: Sequence[Run]) -> float | None:
    return round(max(one.ready for one in said) - began, 2) if all(r.ready for r in said) else None


def _unfinished(cell: Cell, wrong: Run) -> dict[str, Any]:
    told: dict[str, Any] = {"finished": False, "why": wrong.failed, "budget_seconds": cell.budget}
    if wrong.share:  # so many of the queries, asked of the first batch
        rate = min(cell.batch, cell.posts) * wrong.share / cell.budget
        told["estimated_posts_per_second"] = _three(rate)
    return told


def _three(value: float) -> float:
    """Round to three digits: no machine is steadier than that."""
    return float(f"{value:.3g}")


def percentiles(waits: Sequence[float]) -> dict[str, float]:
    """Return p50, p99 and the longest wait, in milliseconds."""
    ordered = sorted(waits)

    def at(share: float) -> float:
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]

    return {
        "p50_ms": round(at(0.50), 3),
        "p99_ms": round(at(0.99), 3),
        "max_ms": round(at(1.0), 3),
    }
