"""
How fast the two readers read: the first pass, the encoder, and both on a stream.

    python -m benchmarks.speed_cascade

Posts of public conversations, customers' own; the streams mix what a brand hears (airline
posts), one post in four or in twenty, with tweets at large, which listening sets aside first:
only what is heard is read.  Writes benchmarks/speed_cascade.jsonl and the table in
docs/reference/speed.md; times are wall clock.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.saying import commit, renew
from training.readers_card import speed_table
from training.sources import any_rows

from answerback.domain.pipeline import Stage, run
from answerback.domain.records.brand import Brand
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.post import Author, Post
from answerback.domain.understanding.features import plain
from answerback.domain.understanding.read import read_texts
from answerback.domain.understanding.verdicts import chunks, judge
from answerback.project import wiring
from answerback.weights.encoder import load_encoder
from answerback.weights.language import load_language
from answerback.weights.second import load_second
from answerback.weights.store import load_heads

RESULTS = Path(__file__).parent / "speed_cascade.jsonl"
PAGE = Path(__file__).parent.parent / "docs" / "reference" / "speed.md"
_BEGIN, _END = "<!-- reading: written by benchmarks/speed_cascade.py -->", "<!-- end of reading -->"
POSTS = 2_000
BATCH = 500
HEARD_ONE_IN = {4: "four", 20: "twenty"}  #: a narrow search, and an open stream
CORES = 2
AT = datetime(2026, 11, 25, tzinfo=UTC)
BRAND = Brand(
    name="Airlines",
    query="(flight* OR plane OR airport OR bag* OR airline* OR southwestair OR united OR jetblue)",
    handles=("united", "americanair", "usairways", "southwestair", "jetblue", "virginamerica"),
)
_LOAD = """
import time, resource
began = time.perf_counter()
from answerback.weights.encoder import load_encoder
load_encoder().read(["hello"])
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def stages() -> tuple[Stage, ...]:
    """Give listening and understanding, as the program puts them together."""
    every = wiring.stages(brand=BRAND, policy=wiring.load_policy(None), at=AT)
    return tuple(stage for stage in every if stage.name in ("listening", "understanding"))


def stream(posts: int, *, one_in: int) -> list[str]:
    """Mix what the brand hears with tweets at large, one in so many."""
    ours = iter([row["text"] for row in any_rows("airline")])
    large = iter([row["text"] for row in any_rows("sentiment")])
    return [next(large if at % one_in else ours) for at in range(posts)]


def read_all(texts: Sequence[str]) -> int:
    """Send texts through the two stages, a batch at a time; give how many were read."""
    house, read = stages(), 0
    for at in range(0, len(texts), BATCH):
        batch = [_dossier(place, text) for place, text in enumerate(texts[at : at + BATCH])]
        read += sum(one.reading is not None for one in run(batch, stages=house))
    return read


def _warm(_: int) -> None:
    read_all(["@united my bag is late"])
    time.sleep(0.2)  # so that each worker has its turn


def _dossier(place: int, text: str) -> Dossier:
    return Dossier(
        post=Post(
            channel="speed",
            source="speed",
            external_id=str(place),
            author=Author(handle="somebody"),
            text=text,
            created_at=AT,
            heard_at=AT,
        )
    )


def figures() -> Iterator[tuple[str, float, str]]:
    texts = [row["text"] for row in any_rows("conversations") if row["inbound"]][:POSTS]
    heads, language, second, encoder = load_heads(), load_language(), load_second(), load_encoder()

    def read(*, with_second: bool) -> None:
        told = second if with_second else None
        for at in range(0, len(texts), BATCH):
            part = texts[at : at + BATCH]
            list(read_texts(texts=part, heads=heads, language=language, second=told))

    read(with_second=True)
    first = [judge(heads=heads, texts=plain(texts)[part]).probabilities for part in chunks(texts)]
    left = np.concatenate([second.learned.open(one) for one in first])
    yield "left to the encoder by the first pass", round(100 * float(left.mean())), "% of them"
    yield (
        "first pass alone, batches",
        _speed(partial(read, with_second=False), len(texts)),
        "posts/s, 1 core",
    )
    yield (
        "both readers, batches",
        _speed(partial(read, with_second=True), len(texts)),
        "posts/s, 1 core",
    )
    yield (
        "encoder alone, batches",
        _speed(_encode(encoder, texts, BATCH), len(texts)),
        "posts/s, 1 core",
    )
    few = texts[:300]
    yield "encoder alone, one by one", _speed(_encode(encoder, few, 1), len(few)), "posts/s, 1 core"
    for one_in, named in HEARD_ONE_IN.items():
        yield from _stream(one_in, named=named)
    told = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-c", _LOAD], capture_output=True, text=True, check=True, env=os.environ
    )
    seconds, kilobytes = told.stdout.split()
    yield "load the encoder and read one post", round(float(seconds), 2), "s"
    yield "memory of that process", round(float(kilobytes) / 1024), "MiB"
    here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield "memory of this one, both readers", round(here / 1024), "MiB"


def _stream(one_in: int, *, named: str) -> Iterator[tuple[str, float, str]]:
    mixed = stream(8 * POSTS, one_in=one_in)
    half = len(mixed) // CORES
    parts = [mixed[at * half : (at + 1) * half] for at in range(CORES)]
    with ProcessPoolExecutor(CORES) as pool:
        list(pool.map(_warm, range(2 * CORES)))
        began = time.perf_counter()
        read = sum(pool.map(read_all, parts))
        seconds = time.perf_counter() - began
    yield f"stream, one post in {named} heard", round(len(mixed) / seconds), "posts/s, 2 cores"
    yield f"one in {named}: heard and read", round(100 * read / len(mixed)), "%"
    yield f"one in {named}: read in full", round(read / seconds), "posts/s, 2 cores"


def _encode(encoder: Any, texts: Sequence[str], size: int) -> Callable[[], None]:
    def work() -> None:
        for at in range(0, len(texts), size):
            encoder.read(texts[at : at + size])

    return work


def _speed(work: Callable[[], object], posts: int) -> float:
    began = time.perf_counter()
    work()
    return round(posts / (time.perf_counter() - began))


def main() -> None:
    lines = []
    for name, value, unit in figures():
        lines.append({"name": name, "value": value, "unit": unit, "commit": commit()})
        print(json.dumps(lines[-1]), flush=True)
    RESULTS.write_text("".join(json.dumps(line) + "\n" for line in lines))
    renew_page(lines, whole=multiplies_bytes())


def multiplies_bytes() -> bool:
    """Say whether this processor multiplies bytes by itself; one that does is far faster."""
    told = Path("/proc/cpuinfo")
    words = told.read_text().split() if told.exists() else []
    return any(flag in words for flag in ("avx512_vnni", "avx_vnni", "amx_int8", "asimddp"))


def renew_page(lines: Sequence[dict[str, Any]], *, whole: bool) -> None:
    """Write the table of the page about speed anew."""
    how = "with" if whole else "without"
    said = (
        f"Measured on two cores of a processor {how} instructions that multiply bytes (VNNI, AMX)."
    )
    renew(PAGE, begin=_BEGIN, end=_END, lines=[said, "", *speed_table(lines)])


if __name__ == "__main__":
    main()
