"""The published coverage of the shipped intervals is what their page and ADR promise."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from answerback.domain.measure.rate import Rate

HOUSE = Path(__file__).parents[2]
ROWS: list[Mapping[str, Any]] = [
    json.loads(line)
    for line in (HOUSE / "benchmarks" / "coverage_recall.jsonl").read_text("utf-8").splitlines()
]
SHIPPED = {"one week": "mid_p", "four weeks": "mid_p", "sixty daily looks": "sequence"}


def coverage(row: Mapping[str, Any], kind: str) -> Rate:
    return Rate.of(round(row[kind]["coverage"] * row["weeks"]), row["weeks"])


def title(row: Mapping[str, Any]) -> str:
    return f"{row['name']}, {row['stream']}, {row['threshold_recall']}, {row['labels']}"


@pytest.mark.parametrize("row", ROWS, ids=title)
def test_the_shipped_interval_holds_the_truth_93_times_in_a_hundred(row: Mapping[str, Any]) -> None:
    shipped = coverage(row, SHIPPED[row["name"]])

    assert (row["weeks"] >= 1_000, shipped.low >= 0.93) == (True, True), shipped


def test_a_narrower_kind_cannot_promise_that() -> None:
    weeks = [row for row in ROWS if "jeffreys" in row]

    assert min(coverage(row, "jeffreys").low for row in weeks) < 0.93


def test_a_fixed_interval_breaks_when_it_is_looked_at_every_day() -> None:
    daily = [row for row in ROWS if row["name"] == "sixty daily looks"]

    assert max(row["mid_p"]["coverage"] for row in daily) < 0.9


def test_the_page_tells_the_worst() -> None:
    page = (HOUSE / "docs" / "reference" / "measured-recall.md").read_text("utf-8")
    worst = {
        name: min(row[kind]["coverage"] for row in ROWS if row["name"] == name)
        for name, kind in SHIPPED.items()
    }

    assert [name for name, least in worst.items() if f"| {name} | {least:.1%} |" not in page] == []
