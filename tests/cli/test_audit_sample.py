"""`audit-sample`: draw, label, report, with files and with the database."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.cli.saying import Say, lines_of, written

from answerback.cli.audit_sample_file import Label, Sample, read_sample
from answerback.cli.audit_sample_label import ask

KEPT, AWAY = 20, 180


@pytest.fixture
def scored(tmp_path: Path) -> Path:
    """Return what a filter said of 200 invented posts: 20 kept, 180 set aside."""
    lines = [
        {
            "id": str(place),
            "text": f"my kettle number {place} whistles",
            "relevance": round(1 - place / 200, 3),
            "kept": place < KEPT,
            "why": [],
        }
        for place in range(KEPT + AWAY)
    ]
    return written(tmp_path / "scored.jsonl", lines)


@pytest.fixture
def sample(say: Say, scored: Path, tmp_path: Path) -> Path:
    """Return a sample of about 40 of them."""
    out = tmp_path / "sample.jsonl"
    said = say("audit-sample", "draw", str(scored), "--out", str(out), "--size", "40")
    assert said.code == 0, said.err
    return out


@pytest.fixture
def labels(sample: Path, tmp_path: Path) -> Path:
    """Return labels for all of them: what is kept is relevant, and every tenth of the rest."""
    items = lines_of(sample)[1:]
    said = [
        {"id": one["id"], "label": "relevant" if _true(int(one["id"])) else "irrelevant"}
        for one in items
    ]
    return written(tmp_path / "labels.jsonl", said)


def _true(place: int) -> bool:
    return place < KEPT or place % 10 == 0


def test_every_line_of_a_sample_says_that_it_is_for_the_audit(sample: Path) -> None:
    head, *items = lines_of(sample)

    assert all(line["audit"] is True for line in (head, *items))
    assert head["audit_sample"]["strata"][0] == {
        "name": "kept",
        "side": "kept",
        "population": KEPT,
        "drawn": 6,
    }
    assert set(items[0]) == {"audit", "id", "text", "label", "stratum", "chance"}  # no score
    assert items[0]["label"] is None


def test_drawing_again_gives_the_same_file(say: Say, scored: Path, sample: Path) -> None:
    again = sample.with_name("again.jsonl")

    say("audit-sample", "draw", str(scored), "--out", str(again), "--size", "40")

    assert again.read_bytes() == sample.read_bytes()


def test_of_a_post_that_comes_again_the_last_line_counts(say: Say, tmp_path: Path) -> None:
    line = {"id": "7", "text": "it whistles", "relevance": 0.2, "kept": False}
    scored = written(tmp_path / "twice.jsonl", [line, {**line, "text": "it sings", "kept": True}])
    out = tmp_path / "sample.jsonl"

    said = say("audit-sample", "draw", str(scored), "--out", str(out))

    (item,) = lines_of(out)[1:]
    assert (item["text"], item["stratum"]) == ("it sings", "kept")
    assert "Lines that name a post again: 1; of each post the last counts." in said.err


def test_texts_come_from_an_archive(say: Say, tmp_path: Path) -> None:
    scored = written(tmp_path / "bare.jsonl", [{"id": "7", "relevance": 0.2, "kept": False}])
    archive = written(tmp_path / "posts.jsonl", [{"id": "7", "text": "it whistles"}])
    out = tmp_path / "sample.jsonl"

    say("audit-sample", "draw", str(scored), "--texts", str(archive), "--out", str(out))

    assert [one["text"] for one in lines_of(out)[1:]] == ["it whistles"]


def test_a_report_tells_recall_and_what_it_is_not(say: Say, sample: Path, labels: Path) -> None:
    say("audit-sample", "label", str(sample), "--labels", str(labels))

    said = say("audit-sample", "report", str(sample))

    recall, precision, elusion, *_ = said.out.splitlines()
    assert recall.startswith("filter recall\t")
    assert precision.startswith("precision\t100.0% (")
    assert elusion.startswith("elusion\t")
    assert "Filter recall is not retrieval recall" in said.err
    assert said.code == 0


def test_the_alarm_looks_at_the_lower_end(say: Say, sample: Path, labels: Path) -> None:
    say("audit-sample", "label", str(sample), "--labels", str(labels))

    quiet = say("audit-sample", "report", str(sample), "--alarm-below", "0.01")
    loud = say("audit-sample", "report", str(sample), "--alarm-below", "0.9", "--json")

    assert (quiet.code, loud.code) == (0, 1)
    assert loud.json["alarm"].startswith("Recall may be below 90%: filter recall is ")


def test_looking_every_day_costs_width(say: Say, sample: Path, labels: Path) -> None:
    say("audit-sample", "label", str(sample), "--labels", str(labels))

    once = say("audit-sample", "report", str(sample), "--json").json["filter_recall"]
    daily = say("audit-sample", "report", str(sample), "--daily", "--json").json["filter_recall"]

    assert daily["low"] < once["low"] < once["high"] < daily["high"]
    assert daily["share"] == once["share"]


def test_a_person_labels_until_they_stop_and_each_answer_is_saved(sample: Path) -> None:
    saved: list[Sample] = []
    keys = iter("rxiuq")

    after = ask(read_sample(sample), save=saved.append, key=lambda: next(keys))

    said = [item.label for item in after.items[:4]]
    assert said == [Label.RELEVANT, Label.IRRELEVANT, Label.UNSURE, None]
    assert [sum(item.label is not None for item in one.items) for one in saved] == [1, 2, 3]


def test_labelling_goes_on_where_it_stopped_and_shows_no_score(
    sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = read_sample(sample)
    begun = replace(begun, items=(replace(begun.items[0], label=Label.UNSURE), *begun.items[1:]))

    ask(begun, save=lambda _: None, key=lambda: "q")

    shown = capsys.readouterr().out
    assert f"post {begun.items[1].id}\n{begun.items[1].text}\n" in shown
    assert begun.items[1].stratum not in shown


def test_without_a_terminal_labels_come_from_a_file(say: Say, sample: Path) -> None:
    said = say("audit-sample", "label", str(sample))

    assert (said.code, "Give the labels in a file" in said.err) == (2, True)


def test_a_label_of_a_post_that_was_not_drawn_is_refused(say: Say, sample: Path) -> None:
    stray = written(sample.with_name("stray.jsonl"), [{"id": "no", "label": "relevant"}])

    said = say("audit-sample", "label", str(sample), "--labels", str(stray))

    assert said.code == 2
    assert "labels the post 'no', which is not in the sample" in said.err


def test_two_labels_of_one_post_are_refused(say: Say, sample: Path) -> None:
    id_ = lines_of(sample)[1]["id"]
    both = [{"id": id_, "label": "relevant"}, {"id": id_, "label": "unsure"}]
    twice = written(sample.with_name("twice.jsonl"), both)

    said = say("audit-sample", "label", str(sample), "--labels", str(twice))

    assert said.code == 2
    assert f"says 'unsure' of the post '{id_}', and before it was 'relevant'" in said.err


def test_a_label_that_is_none_is_refused(say: Say, sample: Path) -> None:
    odd = written(sample.with_name("odd.jsonl"), [{"id": lines_of(sample)[1]["id"], "label": "x"}])

    said = say("audit-sample", "label", str(sample), "--labels", str(odd))

    assert "has the label 'x'. There are: relevant, irrelevant, unsure." in said.err


def test_a_sample_without_labels_cannot_be_reported(say: Say, sample: Path) -> None:
    said = say("audit-sample", "report", str(sample))

    assert (said.code, "has no label yet in: kept, near" in said.err) == (2, True)


def test_a_draw_is_not_pooled_with_itself(
    say: Say, sample: Path, labels: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.jsonl"
    say("audit-sample", "label", str(sample), "--labels", str(labels))
    copy.write_bytes(sample.read_bytes())

    said = say("audit-sample", "report", str(sample), str(copy))

    assert (said.code, "is a draw that was named before" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "is no audit sample"),
        ([{"id": "1"}], "is no audit sample"),
        ([{"audit_sample": {"format": 9}}], "has format 9, and this version reads format 1"),
        ([{"audit_sample": {"format": 1}}], "was changed where it tells of the draw"),
    ],
)
def test_a_file_that_is_no_sample_is_refused(
    say: Say, tmp_path: Path, lines: list[Any], sentence: str
) -> None:
    said = say("audit-sample", "report", str(written(tmp_path / "odd.jsonl", lines)))

    assert (said.code, sentence in said.err) == (2, True)


def test_a_sample_with_a_post_removed_is_refused(say: Say, sample: Path) -> None:
    written(sample, lines_of(sample)[:-1])

    said = say("audit-sample", "report", str(sample))

    assert (said.code, "Take the file as it was drawn" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"id": "1", "relevance": 2, "kept": True}, "is no line of `answerback relevance`"),
        ({"id": "1", "kept": True}, "is no line of `answerback relevance`"),
        ({"id": "1", "relevance": None, "kept": False}, "holds no post"),
    ],
)
def test_a_line_that_is_no_verdict_is_refused(
    say: Say, tmp_path: Path, line: dict[str, Any], sentence: str
) -> None:
    scored = written(tmp_path / "scored.jsonl", [line])

    said = say("audit-sample", "draw", str(scored), "--out", str(tmp_path / "out.jsonl"))

    assert (said.code, sentence in said.err) == (2, True)


def test_retrieval_recall_needs_another_way_and_is_named_apart(
    say: Say, sample: Path, labels: Path, tmp_path: Path
) -> None:
    say("audit-sample", "label", str(sample), "--labels", str(labels))
    slice_ = written(
        tmp_path / "slice.jsonl",
        [{"id": str(n), "label": "relevant", "heard": n < 8} for n in range(10)]
        + [{"id": "x", "label": "irrelevant", "heard": False}],
    )

    told = say(
        *("audit-sample", "report", str(sample), "--json"),
        *("--open-stream", str(slice_), "--second-retriever", str(slice_)),
    ).json

    assert told["retrieval_recall"]["open stream"]["share"] == 0.8
    assert told["relevant_posts"]["posts"] > 8


def test_from_the_database_and_back(say: Say, tmp_path: Path) -> None:
    posts = [
        {"id": str(n), "author": "ada", "text": "@acme it leaks" if n % 2 else "a fine day"}
        for n in range(40)
    ]
    brand = tmp_path / "acme.toml"
    brand.write_text('name = "Acme"\nhandles = ["acme"]\n', encoding="utf-8")
    say("import", str(written(tmp_path / "posts.jsonl", posts)), "--brand", str(brand))
    out = tmp_path / "sample.jsonl"

    drawn = say("audit-sample", "draw", "--brand", "Acme", "--out", str(out), "--size", "20")
    items = lines_of(out)[1:]
    said = [{"id": one["id"], "label": "relevant"} for one in items]
    labels = written(tmp_path / "labels.jsonl", said)
    for _ in range(2):  # the second time nothing is new
        assert say("audit-sample", "label", str(out), "--labels", str(labels)).code == 0
    told = say("audit-sample", "report", str(out), "--json").json

    assert drawn.code == 0
    assert {one["stratum"] for one in items} == {"kept", "not_heard"}
    assert told["elusion"] is None
    assert set(told["retrieval_recall"]) == {"stored posts"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT what FROM desk_event WHERE what LIKE 'audit%' ORDER BY id")
        assert cursor.fetchall() == [("audit_drawn",), ("audit_labelled",)]


def test_an_unknown_brand_and_a_time_without_posts_are_refused(say: Say, tmp_path: Path) -> None:
    brand = tmp_path / "acme.toml"
    brand.write_text('name = "Acme"\nhandles = ["acme"]\n', encoding="utf-8")
    posts = written(tmp_path / "posts.jsonl", [{"id": "1", "text": "hello"}])
    say("import", str(posts), "--brand", str(brand))

    draw = ("audit-sample", "draw", "--out", str(tmp_path / "out.jsonl"), "--brand")
    said = say(*draw, "Nobody")
    early = say(*draw, "Acme", "--until", "2001-01-01T00:00Z")

    assert (said.code, "There is no brand 'Nobody' here" in said.err) == (2, True)
    assert (early.code, "'Acme' has no sorted post in that time" in early.err) == (2, True)
