"""
How many posts a second one core reads: every head, language and reasons together.

    python -m benchmarks.speed_read [FILE]

FILE is JSON lines with a "text" each; without it, airline.jsonl of the public data.
Prints one line of JSON for each figure; times are CPU time of this process.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from training.sources import folder

from answerback.domain.records.dossier import Dossier
from answerback.domain.records.post import Author, Post
from answerback.domain.understanding.read import reader
from answerback.domain.understanding.verdicts import chunks, judge
from answerback.weights.language import load_language
from answerback.weights.store import load_heads

BATCH = 500
ROUNDS = 3


def main() -> None:
    path = Path(sys.argv[1]) if sys.argv[1:] else folder() / "airline.jsonl"
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    began = time.perf_counter()
    heads, language = load_heads(), load_language()
    _say("load heads and language", time.perf_counter() - began, "s", 1)
    step = reader(heads=heads, language=language)
    dossiers = [_dossier(str(at), text) for at, text in enumerate(texts)]
    step(dossiers[:BATCH])  # the first call hashes the phrase lists

    def read() -> None:
        for at in range(0, len(dossiers), BATCH):
            step(dossiers[at : at + BATCH])

    def tell() -> None:
        for at in range(0, len(texts), BATCH):
            language.identify(texts[at : at + BATCH])

    def weigh() -> None:
        for part in chunks(texts):
            judge(heads=heads, texts=texts[part])

    for name, work in (("read", read), ("language alone", tell), ("heads alone", weigh)):
        _say(name, len(texts) / _fastest(work), "posts/s on one core", len(texts))
    _long(texts)


def _long(texts: Sequence[str]) -> None:
    """One post of a million characters, made of real ones."""
    text = " ".join(texts)[:1_000_000]
    step = reader(heads=load_heads(), language=load_language())
    _say("read one post of 1 MB", _fastest(lambda: step([_dossier("long", text)])), "s CPU", 1)


def _fastest(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def _dossier(name: str, text: str) -> Dossier:
    post = Post(
        channel="archive",
        source="benchmark",
        external_id=name,
        author=Author(handle="somebody"),
        text=text,
        heard_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return Dossier(post=post)


def _say(name: str, value: float, unit: str, n: int) -> None:
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit, "n": n}), flush=True)


if __name__ == "__main__":
    main()
