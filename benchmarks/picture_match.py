"""
Draw docs/match-speed.svg from benchmarks/match.jsonl, and from nothing else; renew the table.

    python -m benchmarks.picture_match [--lines FILE] [--out FILE] [--page FILE]

Left: posts a second against the number of queries, for each engine in one process, and for the
fast one in two.  Right: the time against the number of posts.  Of several lines about the same
thing the last counts.
"""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from math import floor, log10
from pathlib import Path
from typing import Any

from benchmarks.saying import renew

from answerback.cli.svg import INK, SOFT, Axis, Picture, Spot, apart, frame, thousands

HOUSE = Path(__file__).resolve().parent.parent
RECORD = 143_199  #: tweets in one second, 3 August 2013: the most that was ever published
#: Colours after Okabe and Ito, told apart by every kind of eye; a mark of its own for each.
LOOKS: Mapping[str, tuple[str, str, str]] = {
    "fast": ("#0072B2", "square", "Answerback, fast"),
    "python": ("#D55E00", "diamond", "Answerback, pure Python"),
    "tantivy": ("#009E73", "up", "tantivy"),
    "postgres": ("#CC79A7", "down", "PostgreSQL"),
    "fts5": ("#B8860B", "left", "SQLite FTS5"),
    "aho-corasick": ("#56B4E9", "hexagon", "Aho-Corasick + Python"),
    "re": ("#444444", "bar", "loop of patterns (re)"),
}
OURS = ("fast", "python")
_FROM, _TO = "<!-- figures -->", "<!-- end of figures -->"  #: around the table in the page
_SIZE = (1160, 660)
_LEFT, _RIGHT = (84.0, 540.0), (920.0, 1100.0)  #: pixels from which to which, across
_TOP, _BOTTOM = 112.0, 560.0
_HALVES = ((112.0, 276.0), (396.0, 560.0))  #: of the right side, from above

Line = Mapping[str, Any]
Which = tuple[str, int]  #: engine, processes
Point = tuple[float, float, bool]  #: queries, posts a second, measured to the end


def main() -> None:
    """Read, draw, write."""
    options = argparse.ArgumentParser(description=(__doc__ or "").strip().split("\n", 1)[0])
    options.add_argument("--lines", type=Path, default=HOUSE / "benchmarks" / "match.jsonl")
    options.add_argument("--out", type=Path, default=HOUSE / "docs" / "match-speed.svg")
    page = HOUSE / "docs" / "reference" / "speed.md"
    options.add_argument("--page", type=Path, default=page)
    asked = options.parse_args()
    lines = [json.loads(line) for line in asked.lines.read_text(encoding="utf-8").splitlines()]
    asked.out.write_text(picture(lines), encoding="utf-8")
    renew(asked.page, begin=_FROM, end=_TO, lines=[table(lines)])


def picture(lines: Sequence[Line]) -> str:
    """Return the SVG of the last line of each kind."""
    drawn = Picture(width=_SIZE[0], height=_SIZE[1])
    title = "How fast posts are matched against listening queries"
    drawn.text(24, 36, title, font_size="20", font_weight="bold")
    _queries(drawn, [line for line in lines if line["name"] == "match"])
    timed = [line for line in lines if line["name"] == "line"]
    engines = [engine for engine in OURS if any(one["engine"] == engine for one in timed)]
    for engine, half in zip(engines, _HALVES, strict=False):
        _posts(drawn, [one for one in timed if one["engine"] == engine], half=half)
    _foot(drawn, lines)
    return drawn.drawn()


def table(lines: Sequence[Line]) -> str:
    """Return posts a second in Markdown; a star where it was stopped when its time was over."""
    matched = [line for line in lines if line["name"] == "match"]
    whichs = [(engine, processes) for engine in LOOKS for processes in (1, 2)]
    rows = {
        (which, passing): {
            queries: f"{rate:,.0f}" + "*" * (not finished) for queries, rate, finished in points
        }
        for which in whichs
        for passing in ("cold", "warm")
        if (points := _series(matched, which, passing=passing))
    }
    sizes = sorted({queries for rates in rows.values() for queries in rates})
    head = ["engine", "processes", "pass", *[f"{thousands(size)} queries" for size in sizes]]
    told = [head, ["---"] * 3 + ["--:"] * len(sizes)]
    for ((engine, processes), passing), rates in rows.items():
        found = [rates.get(size, "") for size in sizes]
        told.append([LOOKS[engine][2], str(processes), passing, *found])
    return "\n".join(f"| {' | '.join(row)} |" for row in told)


# ------------------------------------------------------------------- posts a second, by queries


def _queries(drawn: Picture, lines: Sequence[Line]) -> None:
    asked: list[Which] = [("fast", 2), *((engine, 1) for engine in LOOKS)]
    series = {which: _series(lines, which, passing="cold") for which in asked}
    series = {which: points for which, points in series.items() if points}
    rates = [rate for points in series.values() for _, rate, _ in points] + [float(RECORD)]
    most = max(queries for points in series.values() for queries, _, _ in points)
    across = Axis(low=10, high=max(most, 100), start=_LEFT[0], end=_LEFT[1], powers=True)
    low, high = _power(min(rates)), 10 * _power(max(rates))
    up = Axis(low=low, high=high, start=_BOTTOM, end=_TOP, powers=True)
    titles = ("More queries", "number of queries", "posts a second")
    frame(drawn, across, up, told=thousands, titles=titles)
    record = up.at(RECORD)
    drawn.line([(across.start, record), (across.end, record)], **_RECORD_LINE)
    for engine in OURS:
        _cold_to_warm(drawn, lines, engine=engine, across=across, up=up)
    ends = {which: _curve(drawn, which, points, across, up) for which, points in series.items()}
    _labels(drawn, ends, record=(across.end, record))


_RECORD_LINE = {"stroke": INK, "stroke_width": "1.3", "stroke_dasharray": "2 3"}


def _series(lines: Iterable[Line], which: Which, *, passing: str) -> list[Point]:
    """Return the points of one curve, in order."""
    found: dict[float, Point] = {}
    for line in lines:
        asked = (line["engine"], line["processes"], line["pass"], line["text"])
        if asked != (*which, passing, "raw" if which[0] in OURS else "plain"):
            continue
        rate = line.get("posts_per_second_wall") or line.get("estimated_posts_per_second")
        found.pop(line["queries"], None)
        if rate:
            found[line["queries"]] = (line["queries"], rate, bool(line["finished"]))
    return sorted(found.values())


def _curve(drawn: Picture, which: Which, points: Sequence[Point], across: Axis, up: Axis) -> Spot:
    engine, processes = which
    colour, shape, _ = LOOKS[engine]
    spots = [(across.at(queries), up.at(rate)) for queries, rate, _ in points]
    dash = {"stroke_dasharray": "7 4"} if processes > 1 else {}
    drawn.line(spots, stroke=colour, stroke_width="2.6" if engine in OURS else "1.6", **dash)
    for (x, y), (_, _, finished) in zip(spots, points, strict=True):
        drawn.mark(x, y, shape=shape, colour=colour, hollow=not finished)
    return spots[-1]


def _cold_to_warm(
    drawn: Picture, lines: Sequence[Line], *, engine: str, across: Axis, up: Axis
) -> None:
    cold, warm = (
        [
            (across.at(queries), up.at(rate))
            for queries, rate, _ in _series(lines, (engine, 1), passing=passing)
        ]
        for passing in ("cold", "warm")
    )
    if cold and warm:
        drawn.area([*cold, *reversed(warm)], colour=LOOKS[engine][0])


def _labels(drawn: Picture, ends: Mapping[Which, Spot], *, record: Spot) -> None:
    """Write what each line is beside its end, all of them apart from each other."""
    spots = [*ends.values(), record]
    places = apart([y for _, y in spots], gap=20, low=_TOP, high=_BOTTOM)
    left = _LEFT[1] + 30
    for (engine, processes), (x, y), place in zip(ends, ends.values(), places, strict=False):
        colour, shape, said = LOOKS[engine]
        drawn.line([(x + 7, y), (left - 3, place)], stroke=colour, stroke_width="0.8")
        drawn.mark(left + 5, place, shape=shape, colour=colour)
        weight = "bold" if engine in OURS else "normal"
        said += ", 2 processes" if processes > 1 else ""
        drawn.text(left + 18, place + 4.5, said, font_weight=weight)
    x, y = record
    drawn.line([(x, y), (left - 3, places[-1])], **_RECORD_LINE)
    drawn.text(left + 2, places[-1] + 4.5, f"{RECORD:,}: the record second of 2013")


def _power(value: float) -> float:
    """Return the power of ten at or below a value."""
    return 10.0 ** floor(log10(value))


# --------------------------------------------------------------------------------- time, by posts


def _posts(drawn: Picture, lines: Sequence[Line], *, half: tuple[float, float]) -> None:
    timed = {(one["pass"], one["posts"]): float(one["wall_seconds"]) for one in lines}
    colour, shape, said = LOOKS[lines[-1]["engine"]]
    across = Axis(low=0, high=max(posts for _, posts in timed), start=_RIGHT[0], end=_RIGHT[1])
    up = Axis(low=0, high=1.08 * max(timed.values()), start=half[1], end=half[0])
    title = f"More posts: {said.split(', ')[1]}"
    seconds = f"seconds, {thousands(lines[-1]['queries'])} queries, 1 process"
    frame(drawn, across, up, told="{:g}".format, titles=(title, "number of posts", seconds))
    ends: dict[str, Spot] = {}
    for passing, dash in (("cold", "none"), ("warm", "5 4")):
        spots = sorted((posts, time) for (told, posts), time in timed.items() if told == passing)
        places = [(across.at(posts), up.at(time)) for posts, time in spots]
        drawn.line(places, stroke=colour, stroke_width="2.2", stroke_dasharray=dash)
        for x, y in places:
            drawn.mark(x, y, shape=shape, colour=colour, hollow=passing == "warm")
        ends[passing] = places[-1]
    kept = apart([y for _, y in ends.values()], gap=15, low=half[0], high=half[1])
    for (passing, (x, _)), y in zip(ends.items(), kept, strict=True):
        drawn.text(x + 10, y + 4.5, passing, font_size="12")


def _foot(drawn: Picture, lines: Sequence[Line]) -> None:
    last = lines[-1]
    posts = max((one["posts"] for one in lines if one["name"] == "match"), default=0)
    said = (
        f"Ours: {posts:,} different real posts, raw, all of the language. "
        "The line is the first pass (cold); the shade reaches to the second (warm).\n"
        "Others: the same as small ASCII words, at their best batch, in one process; "
        f"hollow: stopped when its time was over. {last['cpu']}, commit {last['commit']}."
    )
    for at, words in enumerate(said.splitlines()):
        drawn.text(24, _SIZE[1] - 28 + 17 * at, words, font_size="12", fill=SOFT)


if __name__ == "__main__":
    main()
