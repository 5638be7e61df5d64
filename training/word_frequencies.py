"""
Count in how many public posts each common word stands.

    python -m training.word_frequencies [--out FILE]

The counts warn of a query that would bring the whole stream, and tell the engine which of a
query's words is rare.  Words are counted as the engine folds them, once a post; names of people
(mentions) are not counted, nor is anything that fewer than `FEWEST` of 10,000 posts have.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

from answerback.domain.listening.words import raw_tokens, token
from training.card import TRAINED_ON
from training.sources import TIER_A, rows, text_of

HOUSE = Path(__file__).resolve().parent.parent
OUT = HOUSE / "src/answerback/weights/files/word_frequencies.json"
#: Posts from public networks, most of them in English.
FILES = (
    *("sentiment", "tweeteval_offensive", "toxic_davidson", "complaints", "brand_emotion"),
    *("multilingual_sentiment", "relevance_entity", "tweet_acts"),
)
FEWEST = 2


def main() -> None:
    """Count, write, say how many."""
    options = argparse.ArgumentParser(description=__doc__.strip().split("\n", 1)[0])
    options.add_argument("--out", type=Path, default=OUT)
    asked = options.parse_args()
    posts, counts = counted()
    common = {word: times for word, times in counts.items() if times * 10_000 >= FEWEST * posts}
    told = {
        "what": "in how many posts each common word stands, folded",
        "counted_at": TRAINED_ON,
        "by": "training/word_frequencies.py",
        "data": [{"name": file, "tier": "A" if file in TIER_A else "B"} for file in FILES],
        "licence_note": "Counts of single common words; no text of these posts is in the program.",
        "posts": posts,
        "counts": dict(sorted(common.items())),
    }
    asked.out.write_text(json.dumps(told, ensure_ascii=False, indent=0) + "\n", "utf-8")
    print(f"{posts:,} posts, {len(common):,} common words")


def counted() -> tuple[int, Counter[str]]:
    """
    Return the number of different posts, and of posts with each word.

    :raises WrongData: when a file is absent, or is not the one in training/data.sha256.
    """
    texts = dict.fromkeys(text_of(row) for file in FILES for row in rows(file))
    counts: Counter[str] = Counter()
    for text in texts:
        raws = {raw for raw in raw_tokens(text) if raw[0] not in "@＠"}  # noqa: RUF001 - as wide
        counts.update({form for raw in raws for form, _, _ in token(raw).forms})
    return len(texts), counts


if __name__ == "__main__":
    main()
