"""Mistakes with audit samples that people will make: each is a sentence, and writes nothing."""

from pathlib import Path

import pytest
from tests.cli.saying import Say, lines_of, written
from tests.databases import on_files_only


@pytest.fixture
def stored(say: Say, tmp_path: Path) -> Path:
    """Return a sample of twelve posts, drawn from the database."""
    posts = [{"id": f"n{n}", "author": "ada", "text": f"@acme it leaks {n}"} for n in range(12)]
    brand = tmp_path / "acme.toml"
    brand.write_text('name = "Acme"\nhandles = ["acme"]\n', encoding="utf-8")
    say("import", str(written(tmp_path / "posts.jsonl", posts)), "--brand", str(brand))
    out = tmp_path / "stored.jsonl"
    said = say("audit-sample", "draw", "--brand", "Acme", "--out", str(out))
    assert said.code == 0, said.err
    return out


def drawn(say: Say, out: Path, *, first: int) -> Path:
    """Return a sample of ten posts of a file, the first of which has this number."""
    lines = [
        {"id": str(n), "text": f"late {n}", "relevance": 0.9, "kept": True}
        for n in range(first, first + 10)
    ]
    scored = written(out.with_name("scored.jsonl"), lines)
    assert say("audit-sample", "draw", str(scored), "--out", str(out)).code == 0
    return out


def labels_for(sample: Path) -> str:
    items = lines_of(sample)[1:]
    told = [{"id": item["id"], "label": "relevant"} for item in items]
    return str(written(sample.with_name("labels.jsonl"), told))


@pytest.mark.parametrize("id_", ["n3", "99999", "-1", "0" * 5_000, "9" * 5_000])
def test_a_post_that_the_database_did_not_draw_is_refused_before_anything_is_written(
    say: Say, stored: Path, id_: str
) -> None:
    head, *items = lines_of(stored)
    written(stored, [head, {**items[0], "id": id_}, *items[1:]])
    before = stored.read_bytes()

    said = say("audit-sample", "label", str(stored), "--labels", labels_for(stored))

    assert said.code == 2
    assert f"has the post '{id_}', which the draw" in said.err.replace("\n", "")
    assert stored.read_bytes() == before


@on_files_only
def test_where_the_draw_is_not_known_labels_are_in_the_file_and_it_says_so(
    say: Say, stored: Path, tmp_path: Path
) -> None:
    nowhere = str(tmp_path / "nowhere")

    said = say(
        *("audit-sample", "label", str(stored), "--labels", labels_for(stored)),
        *("--data", nowhere),
    )

    assert (said.code, "There is no database in" in said.err) == (2, True)
    assert {item["label"] for item in lines_of(stored)[1:]} == {"relevant"}


def test_an_alarm_below_no_number_is_refused(say: Say, tmp_path: Path) -> None:
    sample = drawn(say, tmp_path / "sample.jsonl", first=1)
    say("audit-sample", "label", str(sample), "--labels", labels_for(sample))

    said = say("audit-sample", "report", str(sample), "--alarm-below", "nan")

    assert (said.code, "nan is not a number" in said.err) == (2, True)
    assert say("audit-sample", "report", str(sample)).code == 0


def test_labels_do_not_go_into_the_file_of_another_draw(say: Say, tmp_path: Path) -> None:
    first = drawn(say, tmp_path / "week1.jsonl", first=1)
    second = drawn(say, tmp_path / "week2.jsonl", first=101)
    before = first.read_bytes()

    said = say(
        *("audit-sample", "label", str(second), "--out", str(first)),
        *("--labels", labels_for(first)),
    )

    assert said.code == 2
    assert f"--out {first} is another draw than {second}" in said.err
    assert first.read_bytes() == before


def test_labelling_goes_on_in_the_file_where_it_went_before(say: Say, tmp_path: Path) -> None:
    sample, out = drawn(say, tmp_path / "week.jsonl", first=1), tmp_path / "labelled.jsonl"
    ids = [item["id"] for item in lines_of(sample)[1:]]
    for id_ in ids[:2]:
        told = written(tmp_path / "told.jsonl", [{"id": id_, "label": "unsure"}])
        say("audit-sample", "label", str(sample), "--out", str(out), "--labels", str(told))

    assert [item["label"] for item in lines_of(out)[1:4]] == ["unsure", "unsure", None]
    assert [item["label"] for item in lines_of(sample)[1:4]] == [None, None, None]


def test_a_draw_does_not_write_over_labels(say: Say, tmp_path: Path) -> None:
    sample = drawn(say, tmp_path / "sample.jsonl", first=1)
    again = ("audit-sample", "draw", str(sample.with_name("scored.jsonl")), "--out", str(sample))
    unlabelled = say(*again)
    say("audit-sample", "label", str(sample), "--labels", labels_for(sample))
    before = sample.read_bytes()

    said = say(*again)

    assert unlabelled.code == 0
    assert said.code == 2
    assert "holds 10 labels that people gave. Name another --out" in said.err
    assert sample.read_bytes() == before


def test_a_draw_does_not_write_over_a_damaged_sample(say: Say, tmp_path: Path) -> None:
    sample = drawn(say, tmp_path / "sample.jsonl", first=1)
    sample.write_text(sample.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    before = sample.read_bytes()

    said = say(
        *("audit-sample", "draw", str(sample.with_name("scored.jsonl")), "--out", str(sample))
    )

    assert said.code == 2
    assert sample.name in said.err
    assert sample.read_bytes() == before


def test_a_draw_for_a_brand_that_is_not_here_names_those_that_are(
    say: Say, stored: Path, tmp_path: Path
) -> None:
    said = say("audit-sample", "draw", "--brand", "Acmee", "--out", str(tmp_path / "new.jsonl"))

    assert stored.exists()
    assert said.code == 2
    assert "There is no brand 'Acmee' here. Brands that were imported: 'Acme'." in said.err


def test_a_sample_of_a_file_keeps_its_posts_from_training_when_it_is_given_too(
    say: Say, stored: Path, tmp_path: Path
) -> None:
    sample = drawn(say, tmp_path / "sample.jsonl", first=100)
    told = [{"text": "Late  101", "label": "relevant"}, {"text": "it leaks", "label": "relevant"}]
    corrections = written(tmp_path / "told.jsonl", told)
    brand = str(stored.with_name("acme.toml"))
    both = ("--corrections", str(corrections), "--corrections", str(sample))

    said = say("filter", "train", "--brand", brand, "--json", *both).json

    assert (said["relevant"], said["irrelevant"]) == (1, 0)
    assert said["left_out_under_audit"] == 11
