"""The tables of docs/reference/relevance.md, from what `accuracy_relevance` measured."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.saying import renew

Lines = Sequence[Mapping[str, Any]]

PAGE: Final = Path(__file__).parent.parent / "docs" / "reference" / "relevance.md"
_CORRECTIONS: Final = (0, 10, 25, 50, 100, 200)
_WITH_INTERVAL: Final = 50  #: corrections at which the main rows show theirs
_EIGHT: Final = "relevance_sanders + relevance_crisis + name ambiguity"
_RECALL, _F1 = "recall_at_90_precision", "macro_f1"
#: What a row is called, whose it is, how posts were chosen, and which figure.
_ROWS: Final = (
    ("**recall, eight brands, at random**", _EIGHT, "random", _RECALL),
    ("**recall, eight brands, uncertain first**", _EIGHT, "uncertain", _RECALL),
    ("macro-F1 at 0.5, at random", _EIGHT, "random", _F1),
    ("macro-F1 at 0.5, uncertain first", _EIGHT, "uncertain", _F1),
    ("calibration error, uncertain first", _EIGHT, "uncertain", "calibration_error"),
    (
        'recall, name ambiguity ("united", "american"), uncertain first',
        *("name ambiguity", "uncertain", _RECALL),
    ),
    (
        "recall, relevance_sanders (2 brands), uncertain first",
        *("relevance_sanders", "uncertain", _RECALL),
    ),
    (
        "recall, relevance_crisis (4 events), uncertain first",
        *("relevance_crisis", "uncertain", _RECALL),
    ),
    (
        "recall, relevance_entity (20 brands), uncertain first",
        *("relevance_entity", "uncertain", _RECALL),
    ),
    (
        "average precision, narrow topic (baggage), at random",
        *("narrow topic", "random", "average_precision"),
    ),
    (
        "average precision, narrow topic (baggage), uncertain first",
        *("narrow topic", "uncertain", "average_precision"),
    ),
)
#: What the data's README gives for its own held-out brands.
_FLOORS: Final = {
    "relevance_sanders": 0.869,
    "relevance_entity": 0.568,
    "relevance_crisis": 0.780,
}


def write(lines: Lines) -> None:
    """Write both tables of the page anew."""
    found = {
        (line["name"].removeprefix("relevance: "), line.get("choice"), line["corrections"]): line
        for line in lines
    }
    renew(PAGE, begin="<!-- curve -->", end="<!-- end of curve -->", lines=_curve(found))
    renew(
        PAGE, begin="<!-- first day -->", end="<!-- end of first day -->", lines=_first_day(found)
    )


_Found = Mapping[tuple[str, str | None, int], Mapping[str, Any]]


def _curve(found: _Found) -> Iterator[str]:
    yield "| corrections | " + " | ".join(map(str, _CORRECTIONS)) + " |"
    yield "|---|" + "--:|" * len(_CORRECTIONS)
    for label, name, choice, key in _ROWS:
        cells = []
        for count in _CORRECTIONS:
            line = found.get((name, choice, count))
            cells.append(_cell(line[key], main="**" in label, count=count) if line else "")
        yield f"| {label} | " + " | ".join(cells) + " |"


def _cell(figure: Sequence[float], *, main: bool, count: int) -> str:
    value, low, high = figure
    if main and count == _WITH_INTERVAL:
        return f"**{value:.3f}** ({low:.3f}-{high:.3f})"
    return f"{value:.3f}"


def _first_day(found: _Found) -> Iterator[str]:
    yield "| file | first day | TF-IDF, same brands | README's floor |"
    yield "|---|--:|--:|--:|"
    for file, floor in _FLOORS.items():
        ours = found[file, "new brand, all posts", 0][_F1][0]
        theirs = found[file, "floor: TF-IDF", 0][_F1][0]
        yield f"| {file} | {ours:.3f} | {theirs:.3f} | {floor:.3f} |"
