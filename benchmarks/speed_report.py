"""
How fast a query is replayed on ten million stored posts: the count, and the whole clause report.

    python -m benchmarks.speed_report --folder FOLDER [--posts 10000000] [--data DATA] [--keep]

FOLDER takes about 6 GB for ten million posts.  The posts are unique public ones, said again by
others: each repeats a real post behind a fresh handle, with two of its words changed for those of
another post and, in every fourth, a fresh link; always the same ones, by a seed.  They are cut into
words and written as `query index` does it, by two processes, each a million posts at a time.

Every query is asked of an index opened anew, so nothing is remembered of it; the files lie in the
memory that the system keeps for files.  `typing` asks word by word of one index, as `query try`.
Prints one line of JSON a figure.
"""

import argparse
import os
import resource
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles

import numpy as np
from benchmarks.match_queries import SEED, unique_posts, wishes
from benchmarks.saying import say

from answerback.domain.listening.clauses import count, report
from answerback.domain.listening.fields import Field
from answerback.domain.listening.query import Query, QueryError, parse
from answerback.firehose.tokenised.index import Index, Ledger, Manifest, take_in, write_manifest
from answerback.firehose.tokenised.segment import MOST_POSTS, Entry, Writing, key_of

FIRST = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
SPAN = 30 * 86_400  #: seconds from the first post to the last
HANDLES = 2_000_000
ROUNDS = 3

#: Queries of all kinds; ten brands' queries are added by a seed.
KINDS: dict[str, tuple[str, ...]] = {
    "brand": (
        '("united airlines" OR unitedairlines OR @united) (flight OR bag* OR delay*) NOT hiring',
    ),
    "near": (
        "(need OR want OR looking) NEAR/5 (phone OR laptop OR ticket OR flight)",
        "(late OR delayed OR cancelled) NEAR/8 (flight OR plane OR train)",
        "(love OR hate OR like) NEAR/3 (apple OR google OR microsoft OR amazon)",
        '("customer service" OR support) NEAR/10 (bad OR terrible OR worst OR awful)',
        "(good OR great) ONEAR/2 (morning OR night OR day)",
        "((new OR old) NEAR/2 phone) NEAR/6 (buy OR sell OR broke)",
        "love NEAR/4 music",
    ),
    "wildcard": ("reco*", "lov*", "un*", "col*r", "wom?n OR peop?e", "appl* NEAR/5 st*"),
    "very broad": (
        "the",
        "the OR a OR to OR you OR i OR of OR and OR in",
        "the you",
        '"of the"',
        "the NEAR/5 you",
        "(the OR a OR to) NEAR/10 (you OR i OR my)",
        "not OR no OR never OR none",
    ),
    "not": (
        "the NOT (you OR i OR me OR my)",
        "love NOT (hate OR not)",
        "(phone OR iphone OR android) NOT (case OR cover OR charger)",
        "(flight OR plane) NOT (attendant OR movie)",
    ),
    "field": (
        "lang:en love",
        "lang:de the",
        "followers:[100000 TO *] phone",
        "date:2026-01-15 the",
        "domain:t.co love",
        "url:t.co/ab",
        "has:links NOT (has:mentions OR has:hashtags) phone",
        "author:user12 OR @user12",
        "author:user77* flight",
    ),
    "exact": ("{Apple}", "{US} NOT {USA}", 'raw:"I love"'),
}


def main() -> None:
    """Build the posts, ask everything, print the figures."""
    options = argparse.ArgumentParser(description=__doc__.strip().split("\n", 1)[0])
    options.add_argument("--folder", type=Path, required=True)
    options.add_argument("--posts", type=int, default=10_000_000)
    standing = Path(__file__).resolve().parents[2] / "shared" / "data"
    options.add_argument(
        "--data", type=Path, default=Path(os.environ.get("ANSWERBACK_DATA", standing))
    )
    options.add_argument("--keep", action="store_true", help="ask what is in FOLDER already")
    asked = options.parse_args()
    if not asked.keep:
        index_real(asked.data, asked.folder)
        build(asked.data, asked.folder, posts=asked.posts)
    ask_all(asked.data, asked.folder)


def index_real(data: Path, folder: Path) -> None:
    """Time what `query index` does, with real posts as they are."""
    _, texts = unique_posts(data, most=100_000)
    place = folder / "real"
    shutil.rmtree(place, ignore_errors=True)
    began, used = time.perf_counter(), time.process_time()
    take_in(place, map(_real, enumerate(texts)))
    say(
        "index real posts, one process",
        posts=len(texts),
        posts_per_second=round(len(texts) / (time.perf_counter() - began)),
        posts_per_cpu_second=round(len(texts) / (time.process_time() - used)),
        load=_load(),
    )
    shutil.rmtree(place)


def _real(told: tuple[int, str]) -> Entry:
    row, text = told
    return _entry(row, text=text, handle=f"user{row % 1000}")


def _entry(number: int, *, text: str, handle: str) -> Entry:
    at = FIRST + number * 997 % SPAN
    return Entry(
        channel="archive",
        external_id=f"p{number}",
        version=1,
        author=handle,
        text=text,
        created_at=datetime.fromtimestamp(at, UTC),
        facts={
            Field.AUTHOR: (handle,),
            Field.LANG: ("de" if number % 10 == 0 else "en",),
            Field.FOLLOWERS: (str(number * 7919 % 1_000_003),),
            Field.DATE: (datetime.fromtimestamp(at, UTC).isoformat(),),
        },
    )


def build(data: Path, folder: Path, *, posts: int) -> None:
    """Write the segments in two processes, and the manifest that names them."""
    folder.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    sizes = [min(MOST_POSTS, posts - at) for at in range(0, posts, MOST_POSTS)]
    jobs = [_Job(data, folder, number, size) for number, size in enumerate(sizes, start=1)]
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        peaks = list(pool.map(_segment, jobs))
    segments = tuple((job.file.name, ()) for job in jobs)
    ledger = Ledger(posts_in=posts, indexed=posts)
    write_manifest(folder, Manifest(segments=segments, ledger=ledger))
    say(
        "build",
        posts=posts,
        processes=2,
        seconds=round(time.perf_counter() - began),
        disk_mib=sum(job.file.stat().st_size for job in jobs) >> 20,
        peak_memory_mib_a_process=max(peaks),
        load=_load(),
    )


@dataclass(frozen=True)
class _Job:
    data: Path
    folder: Path
    number: int
    posts: int

    @property
    def file(self) -> Path:
        return self.folder / f"{self.number:06}.columns"


def _segment(job: _Job) -> int:
    """Write one segment; return the most memory that this process ever took, in MiB."""
    writing = Writing()
    for entry in _repeats(unique_posts(job.data, most=200_000)[1], job):
        writing.add(entry)
    writing.write(job.file)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def _repeats(texts: Sequence[str], job: _Job) -> Iterator[Entry]:
    chance = np.random.default_rng(SEED + job.number)
    bag = [word for text in texts for word in text.split()]
    for at in range(0, job.posts, 10_000):
        many = min(10_000, job.posts - at)
        texts_of = chance.integers(len(texts), size=many).tolist()
        handles = (chance.zipf(1.2, size=many) % HANDLES).tolist()
        other = chance.integers(len(bag), size=(many, 2)).tolist()
        where = chance.random((many, 2)).tolist()
        linked = (chance.random(many) < 0.25).tolist()  # noqa: PLR2004 - every fourth
        for row in range(many):
            number = (job.number << 24) + at + row
            words = texts[texts_of[row]].split() or ["hello"]
            for place, word in zip(where[row], other[row], strict=True):
                words[int(place * len(words))] = bag[word]
            link = f" https://t.co/{key_of('link', str(number)):x}"[:23] if linked[row] else ""
            handle = f"user{handles[row]}"
            text = f"@fan{handles[row] % 997} {' '.join(words)}{link}"
            yield _entry(number, text=text, handle=handle)


def ask_all(data: Path, folder: Path) -> None:
    """Ask each query, and print how long it took, and what is true of all of them."""
    sample, _ = unique_posts(data, most=0)
    made = [wish.written() for wish in wishes(sample, number=9)]
    kinds = {**KINDS, "brand": (*KINDS["brand"], *made)}
    asked = [(kind, text) for kind, texts in kinds.items() for text in texts]
    for file in folder.glob("*.columns"):
        file.read_bytes()  # warm: the system keeps it in memory
    took: dict[str, list[float]] = defaultdict(list)
    for kind, text in asked:
        query = parse(text)
        index = Index(folder)
        counted, replayed = (_milliseconds(query, ask, folder) for ask in (count, report))
        typed = list(_typing(text, index)) if kind in {"brand", "near"} else []
        took["count"].append(counted[0])
        took["report"].append(replayed[0])
        took["count, CPU"].append(counted[1])
        took["report, CPU"].append(replayed[1])
        took["typing, a word more"] += typed
        say(
            f"replay: {kind}",
            query=text if len(text) <= 100 else f"{text[:99]}…",  # noqa: PLR2004 - a line
            matches=count(query, shelves=index.segments),
            count_ms=counted[0],
            count_cpu_ms=counted[1],
            report_ms=replayed[0],
            report_cpu_ms=replayed[1],
            slowest_step_ms=max(typed, default=None),
        )
    posts = Index(folder).posts
    for name, times in took.items():
        say(name, posts=posts, asked=len(times), **_spread(times), unit="ms", load=_load())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    say("peak memory while asking, with the files", mib=peak)


def _milliseconds(query: Query, ask: Callable[..., object], folder: Path) -> tuple[float, float]:
    """Return the milliseconds that pass, and those of all threads' CPU time."""
    times, cpu = [], []
    for _ in range(ROUNDS):
        index = Index(folder)
        began, used = time.perf_counter(), time.process_time()
        ask(query, shelves=index.segments, spread=index.spread)
        times.append(time.perf_counter() - began)
        cpu.append(time.process_time() - used)
    return round(1000 * median(times), 1), round(1000 * median(cpu), 1)


def _typing(text: str, index: Index) -> Iterator[float]:
    """Yield the milliseconds of each step as a query is typed, word by word, with its report."""
    words = text.split()
    for end in range(1, len(words) + 1):
        query = _understood(" ".join(words[:end]))
        if query is not None:
            began = time.perf_counter()
            report(query, shelves=index.segments, examples=1, spread=index.spread)
            yield round(1000 * (time.perf_counter() - began), 1)


def _understood(text: str) -> Query | None:
    try:
        return parse(text)
    except QueryError:
        return None  # half a query, which `query try` tells of without asking the posts


def _spread(times: Sequence[float]) -> dict[str, float]:
    cuts = quantiles(times, n=20, method="inclusive")
    return {"p50": round(median(times), 1), "p95": round(cuts[-1], 1), "max": max(times)}


def _load() -> float:
    return round(os.getloadavg()[0], 1)


if __name__ == "__main__":
    main()
