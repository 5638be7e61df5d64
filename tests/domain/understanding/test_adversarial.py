"""Texts written to mislead: no later model may read them worse unnoticed."""

import json
from collections import defaultdict
from pathlib import Path

import pytest
from benchmarks.accuracy_adversarial import HEADS, TEXTS, Cell, cells

FLOORS = Path(__file__).parent / "adversarial_floors.json"
ROWS = [json.loads(line) for line in TEXTS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def found() -> list[Cell]:
    return cells()


def test_every_text_has_its_own_name_and_wording() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert len({row["text"] for row in ROWS}) == len(ROWS)


def test_every_label_is_one_that_a_head_can_say() -> None:
    for row in ROWS:
        labels = {key: row[key] for key in row if key in HEADS}
        mood = labels.pop("sentiment", "neutral")
        assert labels, row["id"]
        assert mood in ("negative", "neutral", "positive")
        assert all(isinstance(label, bool) for label in labels.values())
        assert set(row) <= {"id", "slice", "text", "preferred", *HEADS}


def test_every_head_has_texts_on_which_it_must_speak_and_some_on_which_it_must_not() -> None:
    for head in HEADS[1:]:
        truths = [row[head] for row in ROWS if head in row]

        assert min(truths.count(True), truths.count(False)) >= 5, head


def test_no_slice_is_read_worse_than_it_was(found: list[Cell]) -> None:
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    right: dict[str, list[bool]] = defaultdict(list)
    for cell in found:
        right[cell.slice].append(cell.right)

    reached = {name: sum(hits) / len(hits) for name, hits in right.items()}

    assert set(reached) == set(floors)
    assert {name: reached[name] for name in floors if reached[name] < floors[name]} == {}
