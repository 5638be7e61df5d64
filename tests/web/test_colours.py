"""The style sheet's pairs of colours, held to WCAG 2.2 AA in both themes."""

import re
from itertools import product

import pytest

from answerback.domain.records.reading import Kind
from answerback.domain.triage.priority import Part
from answerback.web.assets import find_asset
from answerback.web.cards import KINDS, PARTS, Hurry, bar

TEXT, SHAPE = 4.5, 3.0  # success criteria 1.4.3 and 1.4.11
TEXT_PAIRS = (
    *product(("ink", "quiet", "accent", "overdue", "at-risk"), ("page", "sheet")),
    ("on-accent", "accent"),
    ("overdue", "overdue-sheet"),
    ("at-risk", "at-risk-sheet"),
    ("in-time", "in-time-sheet"),
    ("ink", "track"),
)
SHAPE_PAIRS = (
    *product(("accent", "control-edge"), ("page", "sheet")),
    *product((part.value for part in Part), ("sheet",)),
)


def _sheet() -> str:
    found = find_asset("web/desk.css")
    assert found is not None
    return found.content.decode()


def _themes() -> dict[str, dict[str, str]]:
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", _sheet(), re.DOTALL)
    )
    return {"light": light, "dark": dark}


def _luminance(colour: str) -> float:
    """Source: WCAG 2.2, "relative luminance"."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (red, green, blue)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_reckoned_as_the_standard_does() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # a known near miss


def test_both_themes_name_the_same_colours() -> None:
    themes = _themes()

    assert themes["light"].keys() == themes["dark"].keys()
    assert set(re.findall(r"var\(--([\w-]+)\)", _sheet())) == themes["light"].keys()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [(*pair, TEXT) for pair in TEXT_PAIRS] + [(*pair, SHAPE) for pair in SHAPE_PAIRS],
)
def test_a_pair_has_enough_contrast(theme: str, front: str, back: str, least: float) -> None:
    colours = _themes()[theme]

    assert _contrast(colours[front], colours[back]) >= least


def test_the_sheet_loads_nothing() -> None:
    assert re.findall(r"@import|url\(|//", _sheet()) == []


def test_every_kind_part_and_hurry_has_a_word_or_a_colour() -> None:
    assert set(KINDS) == set(Kind)
    assert set(PARTS) == set(Part)
    for part in Part:
        assert f".part.{part} " in _sheet()
    for hurry in set(Hurry) - {Hurry.NONE}:
        assert f".case.{hurry} " in _sheet()


def test_a_bars_parts_lie_side_by_side_and_largest_first() -> None:
    drawn = bar({"reach": 0.0, "urgency": 0.125, "deadline": 0.5})

    assert [(part.name, part.start, part.width) for part in drawn] == [
        ("deadline", "0.00", "50.00"),
        ("urgency", "50.00", "12.50"),
    ]
