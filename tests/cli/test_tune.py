"""`answerback tune` on files and on the database: figures, picture, choice, and what is refused."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from tests.cli.saying import Say, written
from tests.databases import on_files_only

SVG = "{http://www.w3.org/2000/svg}"
BRAND = """
name = "Acme"
handles = ["acme"]
query = "acme"
"""
POSTS = [
    {"id": "1", "author": "ada", "text": "@acme my kettle arrived broken, what now?"},
    {"id": "2", "author": "bob", "text": "an acme of my career, this poem"},
]
CHOICE = ("--by", "ada", "--reason", "two agents can read 60 posts an hour")


@pytest.fixture
def scored(tmp_path: Path) -> str:
    """Return what a filter said of 200 invented posts, from 0 to nearly 1."""
    lines = [
        {"id": str(place), "relevance": place / 200, "kept": place >= 100, "why": []}
        for place in range(200)
    ]
    return str(written(tmp_path / "scored.jsonl", lines))


def item(place: int, *, label: str | None, chance: float = 1.0) -> dict[str, Any]:
    text = f"my kettle number {place} whistles"
    told = {"audit": True, "id": str(place), "text": text, "label": label}
    return {**told, "stratum": "far" if chance < 1 else "kept", "chance": chance}


@pytest.fixture
def labels(tmp_path: Path) -> str:
    """Return a sample: all posts from 100 on are relevant; below, every tenth was drawn."""
    above = [item(place, label="relevant") for place in range(100, 200)]
    below = [
        item(place, label="relevant" if place == 90 else "irrelevant", chance=0.1)
        for place in range(0, 100, 10)
    ]
    head = {"audit": True, "audit_sample": {"format": 1, "brand": None}}
    return str(written(tmp_path / "labels.jsonl", [head, *above, *below]))


@pytest.fixture
def brand(say: Say, tmp_path: Path) -> str:
    """Return a brand file whose two posts are in the database."""
    file = tmp_path / "brand.toml"
    file.write_text(BRAND, encoding="utf-8")
    posts = str(written(tmp_path / "posts.jsonl", POSTS))
    assert say("import", posts, "--brand", str(file)).code == 0
    return str(file)


def test_each_threshold_tells_misses_with_their_interval_and_posts_to_read(
    say: Say, scored: str, labels: str
) -> None:
    told = say(
        *("tune", scored, "--labels", labels, "--hours", "10"), "--at-threshold", "0.5", "--json"
    ).json

    [now] = [row for row in told["rows"] if row["marks"] == ["now"]]
    assert (told["posts"], told["labels"], told["drawn"]) == (200, 110, True)
    assert (now["read"], now["read_per_hour"]) == (100, 10)
    # One relevant post found below with a chance of one in ten stands for ten, beside 100.
    assert now["misses"]["share"] == pytest.approx(10 / 110)
    assert 0 < now["misses"]["low"] < 10 / 110 < now["misses"]["high"]


def test_the_table_is_for_other_programs_when_piped(say: Say, scored: str, labels: str) -> None:
    said = say("tune", scored, "--labels", labels, "--per-hour", "20")

    head, *rows = said.out.splitlines()
    assert head.split("\t")[:3] == ["threshold", "to read an hour", "misses per 1,000 (95 %)"]
    assert rows[0].split("\t")[:2] == ["0", "20"]
    assert {len(row.split("\t")) for row in rows if row[0] != "#"} == {7}
    assert rows[-1].startswith("# Suggested: 0.45, the highest threshold with at most 50 misses")


def test_without_a_pace_posts_are_told_of_a_thousand_and_it_is_said(
    say: Say, scored: str, labels: str
) -> None:
    said = say("tune", scored, "--labels", labels, "--against", "0.5")

    assert "to read of 1,000" in said.out
    assert "No --hours and no --per-hour: posts to read are told of 1,000 scored ones." in said.out
    assert "10 labelled posts are read now, as all are, and set aside at 0.5; 1 of them" in said.out
    assert "my kettle number 90 whistles" in said.out


def test_the_picture_is_whole_xml_and_says_what_its_points_are(
    say: Say, scored: str, labels: str, tmp_path: Path
) -> None:
    out = tmp_path / "tune.svg"

    say("tune", scored, "--labels", labels, "--per-hour", "20", "--picture", str(out))

    drawn = ET.fromstring(out.read_text(encoding="utf-8"))  # noqa: S314  our own file
    words = [text.text for text in drawn.iter(f"{SVG}text")]
    assert "suggested: 0.45" in words
    assert "posts to read an hour" in words
    assert any("labels of an audit sample" in (text or "") for text in words)


def test_the_words_of_marked_points_stand_apart_and_one_point_has_one_set_of_words(
    say: Say, scored: str, labels: str, tmp_path: Path
) -> None:
    out, files = tmp_path / "tune.svg", ("tune", scored, "--labels", labels)

    say(*files, "--at-threshold", "0.45", "--against", "0.46", "--picture", str(out))

    drawn = ET.fromstring(out.read_text(encoding="utf-8"))  # noqa: S314  our own file
    told = {text.text or "": float(text.get("y", "0")) for text in drawn.iter(f"{SVG}text")}
    assert told["now and suggested: 0.45"] - told["looked at: 0.46"] >= 40
    assert "now: 0.45" not in told


def test_without_labels_misses_are_told_to_be_unknown(
    say: Say, scored: str, tmp_path: Path
) -> None:
    out = tmp_path / "tune.svg"

    said = say("tune", scored, "--hours", "1", "--picture", str(out))

    assert said.code == 0
    assert "No post is labelled, so nobody can tell how many relevant ones" in said.out
    assert "the misses cannot be told" in out.read_text(encoding="utf-8")


def test_labels_of_which_none_is_relevant_suggest_nothing(
    say: Say, scored: str, tmp_path: Path
) -> None:
    lines = [item(place, label="irrelevant") for place in range(0, 200, 20)]
    files = ("tune", scored, "--labels", str(written(tmp_path / "labels", lines)))
    out = tmp_path / "tune.svg"

    told = say(*files, "--picture", str(out), "--json").json

    assert (told["labels"], told["relevant"], told["suggested"]) == (10, 0, None)
    assert {row["misses"] for row in told["rows"]} == {None}
    assert "None of the 10 labels is relevant: nobody can tell how many" in told["cautions"][1]
    assert "No relevant post is labelled" in out.read_text(encoding="utf-8")


def test_a_terminal_of_eighty_characters_shows_every_interval_and_what_the_signs_mean(
    scored: str, labels: str
) -> None:
    typed = ("tune", scored, "--labels", labels, "--per-hour", "20", "--against", "0.5")

    said = said_on_a_terminal(*typed, characters=80)

    assert "…" not in said
    assert "S 0.45" in said
    assert "X 0.5 " in said
    assert "S suggested, X looked at" in said


def said_on_a_terminal(*typed: str, characters: int) -> str:
    """Run the program as it is, with a terminal of so many characters across."""
    mine, its = os.openpty()
    told = {**os.environ, "COLUMNS": str(characters), "TERM": "dumb"}
    program = [sys.executable, "-m", "answerback", *typed]
    parts: list[bytes] = []
    with subprocess.Popen(program, stdout=its, env=told):  # noqa: S603  our own program
        os.close(its)
        with contextlib.suppress(OSError):  # how Linux says that the other end is closed
            while part := os.read(mine, 65_536):
                parts.append(part)
    os.close(mine)
    return b"".join(parts).decode()


def test_corrections_are_read_and_said_to_be_no_fair_sample(
    say: Say, scored: str, tmp_path: Path
) -> None:
    corrections = [{"id": str(at), "text": "a kettle", "label": "relevant"} for at in (50, 150)]

    told = say("tune", scored, "--labels", str(written(tmp_path / "c", corrections)), "--json").json

    assert told["drawn"] is False
    assert any("corrections, not an audit sample" in said for said in told["cautions"])


def test_what_is_undecided_or_not_scored_is_left_out_with_a_count(
    say: Say, scored: str, tmp_path: Path
) -> None:
    lines = [
        item(150, label="relevant"),
        *(item(151, label="unsure"), item(152, label=None)),
        item(900, label="relevant"),
    ]

    said = say("tune", scored, "--labels", str(written(tmp_path / "labels", lines)))

    assert "Labels of posts that are not in SCORED, left out: 1." in said.out
    assert "Lines not labelled yet, or unsure, left out: 2." in said.out


def test_a_choice_holds_with_its_reason_and_what_was_expected_of_it(
    say: Say, scored: str, labels: str, brand: str
) -> None:
    files = ("tune", scored, "--labels", labels, "--hours", "10", "--brand", brand)

    chosen = say(*files, "--choose", "0.5", *CHOICE, "--json").json["chosen"]
    [choice] = say("tune", "--brand", "Acme", "--history", "--json").json["choices"]
    again = say(*files, "--json").json

    assert chosen["threshold"] == 0.5
    assert (choice["by"], choice["reason"]) == ("ada", CHOICE[3])
    assert choice["misses_per_1000"] == pytest.approx(1000 * 10 / 110)
    assert (choice["reads_per_hour"], choice["labels"], choice["drawn"]) == (10, 110, True)
    assert (again["now"], "chosen" in again) == (0.5, False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM desk_event WHERE what = 'operating_point_chosen'")
        assert cursor.fetchone() == (1,)


def test_a_choice_sets_stored_posts_aside_and_another_one_hears_them_again(
    say: Say, brand: str
) -> None:
    all_away = say("tune", "--brand", brand, "--choose", "1", *CHOICE)
    back = say("tune", "--brand", brand, "--choose", "0", *CHOICE)

    again = say("tune", "--brand", brand, "--choose", "0", *CHOICE)

    assert "Chosen for Acme: 1.\nSet aside now: 2 posts of those stored." in all_away.out
    assert "Heard again: 2 posts. To sort them, type your last" in back.out
    assert "No stored post changes side." in again.out


def test_the_history_shows_the_latest_first_and_which_one_holds(say: Say, brand: str) -> None:
    nobody = say("tune", "--brand", "Acme", "--history")
    say("tune", "--brand", brand, "--choose", "0.2", *CHOICE)
    say("tune", "--brand", brand, "--choose", "0.3", *CHOICE)

    _, last, first = say("tune", "--brand", "Acme", "--history").out.splitlines()
    assert nobody.out.startswith("Nobody has chosen an operating point for Acme")
    assert last.split("\t")[2::4] == ["0.3", "holds"]
    assert first.split("\t")[2::4] == ["0.2", ""]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ((), "Name SCORED, a file that `answerback relevance` wrote"),
        (("SCORED", "--hours", "1", "--per-hour", "2"), "Tell either --hours or --per-hour"),
        (("SCORED", "--hours", "nan"), "--hours nan must be more than 0"),
        (("SCORED", "--per-hour", "0"), "--per-hour 0 must be more than 0"),
        (("SCORED", "--most-misses", "1001"), "--most-misses 1001 must lie from 0 to 1000"),
        (("--choose", "2", "--brand", "Acme", *CHOICE), "The threshold 2 lies outside 0 to 1"),
        (("SCORED", "--against", "1.5"), "The threshold 1.5 lies outside 0 to 1"),
        (("SCORED", "--against", "nan"), "The threshold nan lies outside 0 to 1"),
        (("SCORED", "--band", "-1"), "The band -1 lies outside 0 to 1"),
        (("SCORED", "--labels", "nowhere"), "nowhere cannot be read"),
        (("nowhere",), "nowhere cannot be read"),
        (("SCORED", "--picture", "SCORED"), "being read"),
        (("SCORED", "--choose", "0.5", *CHOICE), "are about one brand. Name it"),
        (("--choose", "0.5", "--brand", "Acme", "--by", "ada"), "it needs --by NAME and --reason"),
        (("--choose", "0.5", "--brand", "Acme", "--by", " ", "--reason", "x"), "it needs --by"),
        (("--labels", "x", "--history", "--brand", "Acme"), "--labels belong to scored posts"),
        (("SCORED", "--history", "--brand", "Acme"), "--history shows what was chosen"),
        (("--history",), "are about one brand. Name it"),
    ],
)
def test_what_does_not_fit_together_is_refused_in_a_sentence(
    say: Say, scored: str, typed: tuple[str, ...], sentence: str
) -> None:
    said = say("tune", *(scored if one == "SCORED" else one for one in typed))

    assert (said.code, said.out) == (2, "")
    assert sentence in said.err


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", "Line 1 of"),
        ('{"id": "1", "relevance": 1.5}', "has the relevance 1.5, which is not from 0 to 1"),
        ('{"id": "1", "relevance": true}', "has the relevance True"),
        ('{"id": "1"}', "holds no scored post"),
        ("", "holds no scored post"),
        ("\udcff", "is not UTF-8 text"),
    ],
)
def test_a_file_that_holds_no_scores_is_refused(
    say: Say, tmp_path: Path, line: str, sentence: str
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_bytes(line.encode("utf-8", "surrogateescape"))

    said = say("tune", str(wrong))

    assert said.code == 2
    assert sentence in said.err


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"id": "1", "label": "yes"}, "Line 1 of"),
        ({"id": "1", "label": 1}, "has the label 1"),
        ({"id": "1", "label": "relevant", "chance": 0}, "drawn with a chance of 0"),
        (
            {"id": "900", "label": "relevant"},
            "No label is of a scored post: SCORED has none of their ids (1)",
        ),
        ({"audit": True, "audit_sample": {"brand": "Acme"}}, "was drawn from the database"),
    ],
)
def test_labels_that_cannot_be_used_are_refused(
    say: Say, scored: str, tmp_path: Path, line: Any, sentence: str
) -> None:
    said = say("tune", scored, "--labels", str(written(tmp_path / "labels", [line])))

    assert said.code == 2
    assert sentence in said.err


@pytest.mark.usefixtures("brand")
def test_an_unknown_brand_is_refused(say: Say) -> None:
    unknown = say("tune", "--brand", "Nobody", "--choose", "0.5", *CHOICE)

    assert (unknown.code, "Nobody" in unknown.err) == (2, True)


@on_files_only
def test_a_choice_without_a_database_is_refused(say: Say, brand: str) -> None:
    elsewhere = ("--data", f"{brand}-elsewhere")

    said = say("tune", "--brand", brand, *elsewhere, "--choose", "0.5", *CHOICE)

    assert (said.code, "There is no database" in said.err) == (2, True)


def test_sort_sets_aside_below_a_threshold_that_is_tried(
    say: Say, brand: str, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"

    said = say(
        *("sort", str(tmp_path / "posts.jsonl"), "--brand", brand, "--threshold", "1"),
        *("--out", str(out), "--processes", "1", "--json"),
    )

    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert said.json["heard"] == 0
    assert {line["discarded"] for line in lines} == {"not_about_us"}
    assert all(line["relevance"] > 0 for line in lines)
    bare = say("sort", str(tmp_path / "posts.jsonl"), "--threshold", "1")
    assert (bare.code, "Name it too: --brand" in bare.err) == (2, True)
