"""
Draw docs/tune.svg: what each threshold would cost a desk that the filter never saw.

    python -m benchmarks.picture_tune [--out FILE]

5,000 public posts to airlines, of which a baggage desk wants those about bags, are scored by the
filter's first day; 1,200 are drawn by `audit-sample`, labelled by the public labels, and shown by
`tune`, which also prints its table; then what all the public labels say.  All files but the
picture lie in a temporary folder.  Half a minute; needs the public data.
"""

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.relevance_cases import BAGGAGE, baggage_posts

from answerback.cli import main as answerback

HOUSE = Path(__file__).resolve().parent.parent
PER_HOUR = 400
TOLD = (0.2, 0.3, 0.4, 0.5, 0.63, 0.83, 0.9)
SIZE = 1_200  #: labels, as of three weeks


def main() -> None:
    """Score, draw, label, show."""
    options = argparse.ArgumentParser(description=(__doc__ or "").strip().split("\n", 1)[0])
    options.add_argument("--out", type=Path, default=HOUSE / "docs" / "tune.svg")
    asked = options.parse_args()
    texts, relevant = baggage_posts()
    with tempfile.TemporaryDirectory() as made:
        _show(Path(made), texts=texts, relevant=relevant, picture=asked.out)


def _show(folder: Path, *, texts: Sequence[str], relevant: Sequence[bool], picture: Path) -> None:
    posts = [{"id": str(at), "text": text} for at, text in enumerate(texts)]
    archive, brand = _written(folder / "posts.jsonl", posts), _brand(folder / "brand.toml")
    scored, sample = str(folder / "scored.jsonl"), str(folder / "sample.jsonl")
    _say("relevance", archive, "--brand", brand, "--out", scored)
    _say("audit-sample", "draw", scored, "--texts", archive, "--out", sample, "--size", str(SIZE))
    drawn = [json.loads(line)["id"] for line in Path(sample).read_text("utf-8").splitlines()[1:]]
    truth = [
        {"id": one, "label": "relevant" if relevant[int(one)] else "irrelevant"} for one in drawn
    ]
    _say("audit-sample", "label", sample, "--labels", _written(folder / "truth.jsonl", truth))
    _say(
        *("tune", scored, "--labels", sample, "--per-hour", str(PER_HOUR)),
        *("--at-threshold", "0.5", "--picture", str(picture)),
    )
    scores = [
        json.loads(line)["relevance"] for line in Path(scored).read_text("utf-8").splitlines()
    ]
    found = sorted(score for score, one in zip(scores, relevant, strict=True) if one)
    for threshold in TOLD:
        missed = sum(score < threshold for score in found)
        print(f"In truth {missed} of {len(found)} relevant posts lie below {threshold:g}.")


def _written(path: Path, lines: Sequence[Mapping[str, object]]) -> str:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return str(path)


def _brand(path: Path) -> str:
    told = {"name": BAGGAGE.name, "query": BAGGAGE.query, "about": BAGGAGE.about}
    # A string is written in JSON as it is in TOML.
    keys = [f"{key} = {json.dumps(one)}" for key, one in told.items()]
    path.write_text("\n".join(keys), encoding="utf-8")
    return str(path)


def _say(*typed: str) -> None:
    try:
        answerback(typed)
    except SystemExit as done:
        if done.code:
            raise


if __name__ == "__main__":
    main()
