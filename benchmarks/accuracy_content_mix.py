"""
How well the content mix sorts a company's posts, on the nearest public set.

The set tells information, dialogue and action apart; original, engagement and promotion
are the nearest of ours.  Prints one JSON line for each figure.

    python benchmarks/accuracy_content_mix.py [FOLDER OF THE SHARED DATA]
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from answerback.domain.community.content_mix import ContentClass, content_class

ROOT = Path(__file__).parent.parent
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
        _say(f"content_mix_f1_{name}", score, unit="F1", n=len(rows))
    _say("content_mix", sum(scores.values()) / len(scores), unit="macro-F1", n=len(rows))


def _f1(seen: Counter[tuple[ContentClass, ContentClass]], name: ContentClass) -> float:
    right = seen[name, name]
    told = sum(count for (_, verdict), count in seen.items() if verdict is name)
    true = sum(count for (truth, _), count in seen.items() if truth is name)
    return 2 * right / (told + true)


def _say(name: str, value: float, *, unit: str, n: int) -> None:
    line = {"name": name, "value": round(value, 3), "unit": unit, "n": n, "commit": _commit()}
    print(json.dumps(line))


def _commit() -> str:
    told = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - the developer's own git
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
