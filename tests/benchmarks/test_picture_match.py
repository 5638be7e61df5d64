"""The picture of the speeds, from invented figures."""

from typing import Any
from xml.etree import ElementTree as ET

from benchmarks.picture_match import picture, table

from answerback.cli.svg import Axis, apart

SVG = "{http://www.w3.org/2000/svg}"


def line(**told: Any) -> dict[str, Any]:
    """Return a line of the file, right by default."""
    return {
        "name": "match",
        "engine": "python",
        "queries": 10,
        "posts": 1000,
        "processes": 1,
        "pass": "cold",
        "text": "raw",
        "near": True,
        "finished": True,
        "posts_per_second_wall": 50_000.0,
        "posts_per_cpu_second": 51_000.0,
        "wall_seconds": 0.02,
        "peak_mib_sum": 90,
        "cpu": "an invented processor",
        "commit": "abc1234",
        **told,
    }


LINES = [
    line(),
    line(queries=1000, posts_per_second_wall=20_000.0),
    line(**{"pass": "warm"}, posts_per_second_wall=90_000.0),
    line(engine="fts5", text="plain", posts_per_second_wall=300_000.0),
    line(engine="fts5", text="plain", queries=1000, posts_per_second_wall=40_000.0),
    line(engine="re", text="plain", queries=1000, posts_per_second_wall=500.0, finished=False),
    line(name="line", posts=500, wall_seconds=0.01),
    line(name="line", posts=1000, wall_seconds=0.02),
    line(**{"name": "line", "pass": "warm"}, posts=500, wall_seconds=0.005),
    line(**{"name": "line", "pass": "warm"}, posts=1000, wall_seconds=0.01),
]


def words_of(drawn: str) -> list[str]:
    """Return everything that is written in a picture."""
    return [text.text or "" for text in ET.fromstring(drawn).iter(f"{SVG}text")]  # noqa: S314 - ours


def test_the_picture_names_every_engine_that_was_measured_and_no_other() -> None:
    said = words_of(picture(LINES))

    assert "Answerback, pure Python" in said
    assert "SQLite FTS5" in said
    assert "loop of patterns (re)" in said
    assert [text for text in said if "tantivy" in text or "PostgreSQL" in text] == []


def test_the_picture_shows_the_record_second_and_where_it_was_measured() -> None:
    said = words_of(picture(LINES))

    assert "143,199: the record second of 2013" in said
    assert said[-1].endswith("an invented processor, commit abc1234.")


def test_nothing_is_drawn_outside_of_the_picture() -> None:
    root = ET.fromstring(picture(LINES))  # noqa: S314 - ours
    width, height = float(root.attrib["width"]), float(root.attrib["height"])

    spots = [
        tuple(map(float, spot.split(",")))
        for shape in (*root.iter(f"{SVG}polyline"), *root.iter(f"{SVG}polygon"))
        for spot in shape.attrib["points"].split()
    ]

    assert [spot for spot in spots if not (0 <= spot[0] <= width and 0 <= spot[1] <= height)] == []


def test_the_last_line_about_the_same_thing_counts() -> None:
    later = [*LINES, line(posts_per_second_wall=70_000.0)]

    assert "70,000" in table(later)
    assert "50,000" not in table(later)


def test_the_table_has_a_row_for_each_engine_and_says_what_was_not_measured() -> None:
    rows = table(LINES).splitlines()

    assert rows[0] == "| engine | processes | pass | 10 queries | 1k queries |"
    assert rows[2] == "| Answerback, pure Python | 1 | cold | 50,000 | 20,000 |"
    assert rows[3] == "| Answerback, pure Python | 1 | warm | 90,000 |  |"
    assert rows[-1] == "| loop of patterns (re) | 1 | cold |  | 500* |"


def test_labels_keep_apart_and_in_their_order() -> None:
    assert apart([10.0, 12.0, 11.0], gap=5, low=0, high=100) == [10.0, 20.0, 15.0]
    assert apart([98.0, 99.0], gap=5, low=0, high=100) == [95.0, 100.0]


def test_an_axis_of_powers_has_one_step_for_each_power() -> None:
    axis = Axis(low=10, high=100_000, start=0, end=400, powers=True)

    assert axis.ticks() == [10, 100, 1000, 10_000, 100_000]
    assert axis.at(1000) == 200


def test_a_straight_axis_has_round_steps() -> None:
    assert Axis(low=0, high=0.9, start=0, end=100).ticks() == [0, 0.2, 0.4, 0.6000000000000001, 0.8]
