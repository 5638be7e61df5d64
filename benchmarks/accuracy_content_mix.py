"""
How well the content mix sorts a company's posts, on the nearest public set.

The set tells information, dialogue and action apart; original, engagement and promotion
are the nearest of ours.  Prints one JSON line for each figure.

    python -m benchmarks.accuracy_content_mix [FOLDER OF THE SHARED DATA]
"""

import json
import os
import sys
from collections import Counter
from pathlib import Path

from benchmarks.saying import ROOT, say

from answerback.domain.community.content_mix import ContentClass, content_class

NEAREST = {
    "information": ContentClass.ORIGINAL,
    "dialogue": ContentClass.ENGAGEMENT,
    "action": ContentClass.PROMOTION,
}


def main() -> None:
    told = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("ANSWERBACK_DATA")
    folder = Path(told) if told else ROOT.parent / "shared" / "data"
    with (folder / "corporate_messaging.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    seen = Counter(
        (NEAREST[row["label"]], content_class(text=row["text"], is_reply=False)) for row in rows
    )
    scores = {name: _f1(seen, name) for name in ContentClass}
    for name, score in scores.items():
        say(f"content_mix_f1_{name}", value=round(score, 3), unit="F1", n=len(rows))
    mean = sum(scores.values()) / len(scores)
    say("content_mix", value=round(mean, 3), unit="macro-F1", n=len(rows))


def _f1(seen: Counter[tuple[ContentClass, ContentClass]], name: ContentClass) -> float:
    right = seen[name, name]
    told = sum(count for (_, verdict), count in seen.items() if verdict is name)
    true = sum(count for (truth, _), count in seen.items() if truth is name)
    return 2 * right / (told + true)


if __name__ == "__main__":
    main()
