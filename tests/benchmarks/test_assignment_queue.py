"""The simulation says what its page says: offered by our rule, people wait less."""

import json
import random
from pathlib import Path
from statistics import median

import pytest
from benchmarks.assignment_queue import Pick, day, ours, simulate, team, turns

ROOT = Path(__file__).parents[2]


def waits(pick: Pick) -> list[float]:
    rng = random.Random(0)  # noqa: S311  a simulation, the same each time
    agents, cases = team(rng), day(rng)
    return simulate(agents, cases, pick)


@pytest.mark.slow  # a simulated shift, twice
def test_people_wait_less_than_by_turns_among_those_who_can() -> None:
    by_rule, by_turns = waits(ours), waits(turns(only_able=True))

    assert len(by_rule) == len(by_turns)
    assert median(by_rule) < 0.8 * median(by_turns)


def test_the_page_tells_the_published_figures() -> None:
    page = (ROOT / "docs/reference/assignment.md").read_text(encoding="utf-8")
    lines = (ROOT / "benchmarks/assignment_queue.jsonl").read_text(encoding="utf-8").splitlines()

    for told in map(json.loads, lines):
        figures = [round(told[name]) for name in ("value", "mean", "p95")]
        row = next(line for line in page.splitlines() if _is_row(line, name=told["name"]))
        cells = [cell.strip(" *%") for cell in row.split("|")[2:6]]
        assert cells == [*map(str, figures), str(round(100 * told["over_60"]))]
        assert f"{told['n']:,} arrivals" in page


def _is_row(line: str, *, name: str) -> bool:
    starts = {
        "assignment.ours": "| ours |",
        "assignment.turns": "| taking turns;",
        "assignment.turns with filter": "| taking turns among",
    }
    return line.startswith(starts[name])
