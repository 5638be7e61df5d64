"""The style sheet's pairs of colours, held to WCAG 2.2 AA in both themes."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from answerback.domain.records.reading import Kind
from answerback.domain.triage.priority import Part
from answerback.web.assets import find_asset
from answerback.web.cards import KINDS, PARTS, Hurry, bar

TEXT, SHAPE = 4.5, 3.0  # success criteria 1.4.3 and 1.4.11
TONES = range(8)
PAPERS = ("page", "sheet", "hover", "picked", "track")
STANDS = ("overdue", "at-risk", "in-time", "info")
TEXT_PAIRS = (
    *product(("ink", "quiet", "accent"), (*PAPERS, "accent-sheet", "note")),
    *product(("overdue", "at-risk", "info", "in-time"), PAPERS),
    *product(("accent-hover",), ("page", "sheet", "accent-sheet")),
    *product(("ink", "quiet"), (f"{stand}-sheet" for stand in STANDS)),
    *((stand, f"{stand}-sheet") for stand in STANDS),
    *((f"tone-{tone}", f"tone-{tone}-sheet") for tone in TONES),
    *product(("on-accent",), ("accent", "accent-hover")),
    *(("sheet", "overdue"), ("page", "ink")),  # a badge, a toast: paper written on ink
)
SHAPE_PAIRS = (
    *product(("accent", "control-edge"), (*PAPERS, "note")),
    *product((part.value for part in Part), ("sheet",)),
    ("quiet", "track"),
)
_COLOUR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6,8}), (#[0-9a-f]{6,8})\);")


def _sheets() -> dict[str, str]:
    found = find_asset("web/css/tokens.css")
    assert found is not None
    folder = Path(str(finders.find("web/css/tokens.css"))).parent
    return {sheet.name: sheet.read_text() for sheet in sorted(folder.glob("*.css"))}


def _sheet() -> str:
    return "\n".join(_sheets().values())


def _themes() -> dict[str, dict[str, str]]:
    told = _COLOUR.findall(_sheets()["tokens.css"])
    return {
        "light": {name: light for name, light, _ in told},
        "dark": {name: dark for name, _, dark in told},
    }


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


def test_every_token_is_used_and_every_used_token_is_there() -> None:
    told = set(re.findall(r"^ +--([\w-]+):", _sheets()["tokens.css"], re.MULTILINE))

    assert set(re.findall(r"var\(--([\w-]+)\)", _sheet())) == told


def test_colours_stand_only_among_the_tokens() -> None:
    others = {name: sheet for name, sheet in _sheets().items() if name != "tokens.css"}

    assert [
        name for name, sheet in others.items() if re.search(r"#[0-9a-f]{3,8}\b|rgb", sheet)
    ] == []


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
    for hurry in Hurry:
        assert re.search(rf"\.chip(:is\()?[^{{]*\.{hurry}\b", _sheet())


def test_a_bars_parts_lie_side_by_side_and_largest_first() -> None:
    drawn = bar({"reach": 0.0, "urgency": 0.125, "deadline": 0.5})

    assert [(part.name, part.start, part.width) for part in drawn] == [
        ("deadline", "0.00", "50.00"),
        ("urgency", "50.00", "12.50"),
    ]
