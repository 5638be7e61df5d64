"""
Draw docs/tune.svg: what each threshold would cost a desk that the filter never saw.

    python -m benchmarks.picture_tune [--out FILE]

5,000 public posts to airlines, of which a baggage desk wants those about bags, are scored by the
filter's first day; 1,200 are drawn by `audit-sample`, labelled by the public labels, and shown by
`tune`, which also prints its table.  The page's table says beside it what all the public labels
say.  All files but picture and page lie in a temporary folder.  Half a minute, or two without
VNNI; needs the public data.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.relevance_cases import BAGGAGE, baggage_posts
from benchmarks.saying import renew

from answerback.cli import main as answerback
from answerback.cli.tune_files import read_labels, read_scored
from answerback.domain.measure.operating_point import Tradeoff
from answerback.domain.records.operating_point import OperatingPoint

HOUSE = Path(__file__).resolve().parent.parent
PER_HOUR = 400
PAGE = HOUSE / "docs" / "reference" / "tune.md"
BEGIN, END = "<!-- written by benchmarks/picture_tune.py -->", "<!-- end -->"
TOLD = (0.2, 0.3, 0.5, 0.63, 0.83, 0.9)
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
    told = read_scored(Path(scored))
    labels = read_labels([Path(sample)], scored=told).labels
    tradeoff = Tradeoff(scores=told.scores, labels=labels, hours=len(told.scores) / PER_HOUR)
    ours = [score for score, one in zip(told.scores, relevant, strict=True) if one]
    renew(PAGE, begin=BEGIN, end=END, lines=_table(tradeoff, relevant=ours))


def _table(tradeoff: Tradeoff, *, relevant: Sequence[float]) -> Iterator[str]:
    """Yield what the labels estimate, beside what all public labels say."""
    yield (
        "| threshold | posts to read an hour | misses per 1,000, estimated (95 %) "
        "| in truth, by all 5,000 labels |"
    )
    yield "|--:|--:|--:|--:|"
    for threshold in TOLD:
        told = tradeoff.outlook(OperatingPoint(threshold=threshold))
        if told.misses is None:
            raise ValueError("No label of the sample is relevant.")
        value, low, high = (
            round(1000 * one) for one in (told.misses.share, told.misses.low, told.misses.high)
        )
        hourly = round(tradeoff.pace(told.read))
        truth = round(1000 * sum(score < threshold for score in relevant) / len(relevant))
        yield f"| {threshold:g} | {hourly} | {value} ({low}-{high}) | {truth} |"


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
