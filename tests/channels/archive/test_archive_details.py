"""What a row tells beside what has a field of its own: kept as told, and never a reason to fail."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.channels.files import KINDS, posts, write_bytes, write_rows

from answerback.channels.archive.columns import DETAILS
from answerback.channels.archive.detail_cells import read_details

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inside: st.lists(inside) | st.dictionaries(st.sampled_from(["text", "name"]), inside),
)


def read(name: str, cell: Any) -> Mapping[str, tuple[str, ...]]:
    return read_details({"column": cell}, columns=[(name, "column")])


@pytest.mark.parametrize("kind", KINDS)
def test_details_come_from_every_format_alike(kind: str, tmp_path: Path) -> None:
    rows = [
        {"text": "a", "lang": "en", "likes": "3", "tags": "late, bag", "verified": "yes"},
        {"text": "b", "lang": "", "likes": "many", "tags": "", "verified": "perhaps"},
    ]

    first, second = posts(write_rows(tmp_path / f"posts.{kind}", rows))

    assert first.details == {
        "lang": ("en",),
        "likes": ("3",),
        "tag": ("late", "bag"),
        "verified": ("true",),
    }
    assert second.details == {}


def test_json_may_hold_lists_numbers_and_objects(tmp_path: Path) -> None:
    line = b"""{"text": "a", "tags": ["late", {"name": "bag"}, 7], "likes": 3, "rating": 4.5,
 "verified": true, "latitude": -33.5, "to": ["@kim"], "quoted": {"text": "what  she\\u0000said"},
 "place": {"full": "x"}}"""
    path = write_bytes(tmp_path / "posts.jsonl", line.replace(b"\n", b"") + b"\n")

    (post,) = posts(path)

    assert post.details == {
        "tag": ("late", "bag", "7"),
        "likes": ("3",),
        "rating": ("4.5",),
        "verified": ("true",),
        "latitude": ("-33.5",),
        "to": ("kim",),
        "quoted": ("what  she\N{REPLACEMENT CHARACTER}said",),
    }


def test_a_mapping_fills_details(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "posts.csv", [{"text": "a", "sprache": "de", "title": "t"}])

    (post,) = posts(path, mapping={"lang": "sprache", "title": ""})

    assert post.details == {"lang": ("de",)}


def test_details_play_no_part_in_an_identifier_that_is_made(tmp_path: Path) -> None:
    liked = posts(write_rows(tmp_path / "a.csv", [{"text": "a", "likes": "3"}]))
    plain = posts(write_rows(tmp_path / "b.csv", [{"text": "a"}]))

    assert [one.external_id for one in liked] == [one.external_id for one in plain]


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("likes", "nan"),
        ("likes", True),
        ("likes", "1_000"),
        ("likes", "٣"),
        ("likes", "9" * 41),
        ("rating", float("inf")),
        ("rating", "4/5"),
        ("lang", float("nan")),
        ("lang", "None"),
        ("lang", "x" * 513),
        ("lang", False),
        ("lang", {"code": "en"}),
        ("title", "n/a"),
        ("title", "t" * (1 << 20) + "t"),
        ("title", 7),
        ("verified", "perhaps"),
        ("to", "@"),
        ("tag", [None, [], {}]),
    ],
)
def test_what_makes_no_sense_is_not_told(name: str, cell: object) -> None:
    assert read(name, cell) == {}


def test_of_very_many_labels_the_first_hundred_are_kept() -> None:
    assert len(read("tag", [str(number) for number in range(5_000)])["tag"]) == 100
    assert len(read("tag", ";".join(map(str, range(5_000))))["tag"]) == 100


@given(st.sampled_from(list(DETAILS)), ANYTHING)
def test_no_cell_is_so_absurd_that_it_stops_a_row(name: str, cell: object) -> None:
    told = read(name, cell)

    assert all(type(value) is str and "\x00" not in value for value in told.get(name, ()))
