"""
How many posts a second one core matches against 1 to 10,000 listening queries.

    python benchmarks/speed_match.py [--queries 1,10,1000] [--posts 100000] [--data DATA]

The posts are unique public ones, raw.  The queries are made by a seed: a brand's spellings
without something (35 %), a brand and a context (30 %), NEAR between alternatives (25 %), a
stated need (10 %); most brands are invented, the rest are words of the posts.  Cold is the first
pass, when every token is new; warm is the second.  Prints one JSON object for each size.
"""

import argparse
import json
import os
import random
import resource
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from answerback.domain.listening.match import compile_queries
from answerback.domain.listening.query import parse
from answerback.domain.listening.words import raw_tokens
from answerback.weights.frequencies import load_frequencies

HOUSE = Path(__file__).resolve().parent.parent
FILES = ("sentiment", "conversations", "disaster", "toxic_davidson", "relevance_crisis")
BATCH = 1_000
SEED = 143_199
BRAND = '("united airlines" OR unitedairlines OR @united) (flight OR bag* OR delay*) NOT manchester'
SYLLABLES = ("ka", "lo", "ven", "tri", "mo", "zur", "pel", "sha", "nix", "dor", "bel", "qua")


def main() -> None:
    """Measure each size and print what came out."""
    options = argparse.ArgumentParser(description=__doc__.strip().split("\n", 1)[0])
    standing = Path(os.environ.get("ANSWERBACK_DATA", HOUSE.parent / "shared" / "data"))
    options.add_argument("--data", type=Path, default=standing)
    options.add_argument("--queries", default="1,10,1000")
    options.add_argument("--posts", type=int, default=100_000)
    asked = options.parse_args()
    texts = unique_texts(asked.data, most=asked.posts)
    made = list(queries(texts, number=max(map(int, asked.queries.split(",")))))
    for number in map(int, asked.queries.split(",")):
        print(json.dumps(measured([BRAND] if number == 1 else made[:number], texts)), flush=True)


def unique_texts(data: Path, *, most: int) -> list[str]:
    """Return up to so many different posts, in the order of the files."""
    seen: dict[str, None] = {}
    for file in FILES:
        with (data / f"{file}.jsonl").open(encoding="utf-8") as rows:
            for row in rows:
                seen[json.loads(row)["text"]] = None
                if len(seen) == most:
                    return list(seen)
    return list(seen)


def queries(texts: Sequence[str], *, number: int) -> Iterator[str]:
    """Yield queries as brands write them, always the same ones."""
    chance = random.Random(SEED)  # noqa: S311 - the same queries each time, not a secret
    counted = Counter(
        raw.lower() for text in texts[:20_000] for raw in raw_tokens(text) if raw.isalpha()
    )
    known: list[str] = [word for word, times in counted.items() if times > 1 and len(word) > 3]  # noqa: PLR2004 - no "the"
    rare = [word for word in known if counted[word] < 10]  # noqa: PLR2004 - in under 1 of 2,000

    def brand() -> str:
        if chance.random() < 0.6:  # noqa: PLR2004 - most brands are seldom named
            return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))
        return chance.choice(rare)

    def some(words: Sequence[str], fewest: int, most: int) -> str:
        return " OR ".join(chance.choices(words, k=chance.randint(fewest, most)))

    for _ in range(number):
        name, place = brand(), chance.random()
        spelled = f'({name} OR @{name} OR #{name} OR "{name} {brand()}" OR {name}s)'
        if place < 0.35:  # noqa: PLR2004 - shares of the templates, as the head of the file says
            yield f"{spelled} NOT ({some(known, 1, 6)})"
        elif place < 0.65:  # noqa: PLR2004 - likewise
            yield f"{spelled} AND ({some(known, 2, 20)}) NOT {brand()}"
        elif place < 0.90:  # noqa: PLR2004 - likewise
            yield f"({name} OR {brand()}) NEAR/{chance.randint(3, 10)} ({some(known, 2, 12)})"
        else:
            yield f'(need OR want OR "looking for") NEAR/5 ({name} OR {some(rare, 1, 4)})'


def measured(wanted: Sequence[str], texts: Sequence[str]) -> dict[str, float]:
    """Match everything twice, in batches, in this process."""
    began = time.process_time()
    matcher = compile_queries([parse(query) for query in wanted], frequencies=load_frequencies())
    compiled = time.process_time() - began
    passes: list[float] = []
    pairs = 0
    for _ in ("cold", "warm"):
        began = time.process_time()
        pairs = sum(
            len(matcher.match(texts[at : at + BATCH])) for at in range(0, len(texts), BATCH)
        )
        passes.append(len(texts) / (time.process_time() - began))
    return {
        "queries": len(wanted),
        "posts": len(texts),
        "pairs": pairs,
        "compile_seconds": round(compiled, 3),
        "cold_posts_per_cpu_second": round(passes[0]),
        "warm_posts_per_cpu_second": round(passes[1]),
        "peak_memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    main()
