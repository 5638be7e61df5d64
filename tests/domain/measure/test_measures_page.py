"""docs/reference/measures.md has every figure, each with unit, interval and source."""

import re
from dataclasses import fields
from pathlib import Path

from answerback.domain.measure.conversation import BothSides
from answerback.domain.measure.delays import Clocked, Response, Spread
from answerback.domain.measure.engaging import Figures
from answerback.domain.measure.rate import Rate

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "measures.md"


def sections() -> dict[str, str]:
    parts = re.split(r"^#{2,3} ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    told = (part.partition("\n") for part in parts)
    return {name.strip("`"): body for name, _, body in told if name.startswith("`")}


def test_every_figure_has_its_heading_and_no_heading_is_left_over() -> None:
    bounds = {"n", "answered", "spread", "median_low", "median_high"}
    figures = {
        *(field.name for field in fields(Figures) if field.type is Response),
        *(field.name for field in fields(BothSides) if field.type is Rate),
        *(field.name for record in (Clocked, Spread) for field in fields(record)),
        *("answered_at_all", "delay", "middle_turns"),
    }

    assert set(sections()) == figures - bounds


def test_every_figure_tells_its_unit_its_interval_and_its_source() -> None:
    for name, body in sections().items():
        told = re.findall(r"^- (Units|Interval|Source): \S", body, flags=re.MULTILINE)
        assert told == ["Units", "Interval", "Source"], name
