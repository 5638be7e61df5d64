"""
How the shipped reading does on texts that were written to mislead it.

    python -m benchmarks.accuracy_adversarial [--show]

Scores every label of tests/domain/understanding/adversarial.jsonl, by slice and by head.
Writes benchmarks/accuracy_adversarial.jsonl: figures of other versions in it are kept.
--show prints each miss as well.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.figures import wilson

from answerback.domain.records.reading import Kind, Reading
from answerback.domain.understanding.read import read_texts
from answerback.weights.language import load_language
from answerback.weights.second import load_second
from answerback.weights.store import load_heads

TEXTS = Path(__file__).parent.parent / "tests/domain/understanding/adversarial.jsonl"
RESULTS = Path(__file__).parent / "accuracy_adversarial.jsonl"
KINDS = tuple(kind.value for kind in Kind if kind is not Kind.OTHER)
HEADS = ("sentiment", *KINDS, "needs_response", "offensive")
SURE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One label of one text, and what was said."""

    id: str
    slice: str
    head: str
    text: str
    truth: str | bool
    said: str | bool
    chance: float  #: of what was said true, or of the mood that was said

    @property
    def right(self) -> bool:
        return self.truth == self.said


def cells() -> list[Cell]:
    """Read all texts by what ships, and lay each label beside what was said."""
    rows = [json.loads(line) for line in TEXTS.read_text(encoding="utf-8").splitlines()]
    texts = [row["text"] for row in rows]
    readings = read_texts(
        texts=texts, heads=load_heads(), language=load_language(), second=load_second()
    )
    return [
        _cell(row, head=head, reading=reading)
        for row, reading in zip(rows, readings, strict=True)
        for head in HEADS
        if head in row
    ]


def _cell(row: dict[str, str | bool], *, head: str, reading: Reading) -> Cell:
    said, chance = _said(reading, head)
    return Cell(
        id=str(row["id"]),
        slice=str(row["slice"]),
        head=head,
        text=str(row["text"]),
        truth=row[head],
        said=said,
        chance=chance,
    )


def _said(reading: Reading, head: str) -> tuple[str | bool, float]:
    if head == "sentiment":
        mood = max(reading.sentiment, key=lambda one: reading.sentiment[one])
        return mood.value, reading.sentiment[mood]
    own = {"needs_response": reading.needs_response, "offensive": reading.offensive}
    chance = own[head] if head in own else reading.kinds[Kind(head)]
    return chance >= SURE, chance


def figures(found: Sequence[Cell]) -> Iterator[dict[str, str | float | int]]:
    """Score all labels, each slice, each head, and each head's yes and no apart."""
    yield _figure("all", found)
    for name in dict.fromkeys(cell.slice for cell in found):
        yield _figure(f"slice {name}", [cell for cell in found if cell.slice == name])
    for head in HEADS:
        own = [cell for cell in found if cell.head == head]
        yield _figure(f"head {head}", own)
        for truth in sorted({cell.truth for cell in own}, key=str, reverse=True):
            yield _figure(f"head {head}, truly {truth}", [c for c in own if c.truth == truth])


def _figure(name: str, found: Sequence[Cell]) -> dict[str, str | float | int]:
    """Beside the share: what always saying each head's commonest label here would reach."""
    right = sum(cell.right for cell in found)
    low, high = wilson(right, len(found))
    lazy = 0
    for head in {cell.head for cell in found}:
        truths = [cell.truth for cell in found if cell.head == head]
        lazy += max(truths.count(truth) for truth in truths)
    return {
        "version": version(),
        "name": name,
        "value": round(right / len(found), 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "n": len(found),
        "commonest": round(lazy / len(found), 4),
    }


def version() -> str:
    """Name what reads: both readers."""
    return f"{load_heads().version} + {load_second().learned.version}"


def main(say: Callable[[str], object] = print) -> None:
    """Score, keep the other versions' figures, write."""
    found = cells()
    kept = []
    if RESULTS.exists():
        kept = [one for one in map(json.loads, RESULTS.open()) if one["version"] != version()]
    scored = list(figures(found))
    RESULTS.write_text("".join(json.dumps(one) + "\n" for one in [*kept, *scored]))
    for figure in scored:
        say(json.dumps(figure))
    if "--show" in sys.argv:
        for cell in found:
            if not cell.right:
                say(f"{cell.id} {cell.head} {cell.truth} {cell.chance:.2f} {cell.text}")


if __name__ == "__main__":
    main()
