"""`answerback relevance` and `answerback filter` on real files, with the encoder that ships."""

import json
from pathlib import Path

import pytest
from tests.cli.saying import Say, written

from answerback.weights.encoder import ENCODER_FILE, load_encoder

pytestmark = pytest.mark.skipif(not ENCODER_FILE.exists(), reason="needs the encoder's file")

BRAND = """
name = "Fernweh Ferries"
handles = ["fernweh"]
query = "fernweh OR ferry"
about = "Fernweh Ferries sails ships between islands. Passengers ask about crossings and cabins."
"""
POSTS = [
    {"id": "1", "author": "ada", "text": "@fernweh our crossing was cancelled, what now?"},
    {"id": "2", "author": "bob", "text": "I have such fernweh tonight, writing a sad poem"},
    {"id": "3", "author": "fernweh", "text": "we sail again at six"},
    {"id": "4", "author": "cleo", "text": " "},
]


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """Return a file of four posts and a broken line, and the brand's file."""
    posts, brand = tmp_path / "posts.jsonl", tmp_path / "brand.toml"
    posts.write_text("\n".join([*map(json.dumps, POSTS), "{"]), encoding="utf-8")
    brand.write_text(BRAND, encoding="utf-8")
    return str(posts), str(brand)


def corrections(folder: Path, *, audit: bool = False) -> str:
    path = folder / "said.jsonl"
    lines = [
        {"text": f"the ferry to the island was {how}", "label": "relevant"} for how in "abc"
    ] + [{"text": f"fernweh is a feeling, {how}", "label": "irrelevant"} for how in "abc"]
    told = [{**line, **({"audit": True} if audit else {})} for line in lines]
    path.write_text("\n".join(map(json.dumps, told)), encoding="utf-8")
    return str(path)


def test_every_row_that_is_a_post_has_a_line_and_the_counts_are_conserved(
    files: tuple[str, str], tmp_path: Path, say: Say
) -> None:
    posts, brand = files
    out = tmp_path / "out.jsonl"

    said = say("relevance", posts, "--brand", brand, "--out", str(out), "--json")

    told = json.loads(said.out)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert said.code == 0
    assert [list(line) for line in lines] == [["id", "relevance", "kept", "why"]] * 4
    assert [(line["id"], line["kept"]) for line in lines[:1]] == [("1", True)]
    assert lines[0]["relevance"] > lines[1]["relevance"]
    assert [(line["relevance"], line["why"]) for line in lines[2:]] == [
        (None, ["the brand said it itself"]),
        (None, ["it has no text"]),
    ]
    assert told["rows"] == 5 == told["kept"] + told["set_aside"] + told["unreadable"]
    assert told["unreadable"] == 1
    assert told["balances"]


def test_the_brands_own_posts_and_empty_ones_are_neither_drawn_nor_tuned_on(
    files: tuple[str, str], tmp_path: Path, say: Say
) -> None:
    posts, brand = files
    scored, sample = str(tmp_path / "scored.jsonl"), tmp_path / "sample.jsonl"
    say("relevance", posts, "--brand", brand, "--out", scored)

    drawn = say("audit-sample", "draw", scored, "--out", str(sample))
    said = [{"id": one, "label": "relevant"} for one in "12"]
    tuned = say("tune", scored, "--labels", str(written(tmp_path / "said.jsonl", said)), "--json")

    head, *items = map(json.loads, sample.read_text().splitlines())
    assert (drawn.code, tuned.code) == (0, 0)
    assert sorted(one["id"] for one in items) == ["1", "2"]
    assert sum(one["population"] for one in head["audit_sample"]["strata"]) == 2
    assert tuned.json["posts"] == 2


def test_a_threshold_of_nought_keeps_all_posts_and_of_one_none(
    files: tuple[str, str], say: Say
) -> None:
    posts, brand = files

    for threshold, kept in (("0", 2), ("1", 0)):
        said = say("relevance", posts, "--brand", brand, "--threshold", threshold)
        assert said.out.count('"kept": true') == kept
    assert say("relevance", posts, "--brand", brand, "--threshold", "nan").code == 2


@pytest.mark.parametrize("threshold", ["0", "0.02", "0.5", "0.9999", "1"])
def test_reasons_against_the_verdict_are_never_read_as_reasons_for_it(
    threshold: str, files: tuple[str, str], tmp_path: Path, say: Say
) -> None:
    _, brand = files
    posts = tmp_path / "two.jsonl"
    other = {**POSTS[1], "text": "50% off crypto http://t.example/x #win #cash @bob @kim"}
    posts.write_text("\n".join(map(json.dumps, (POSTS[0], other))), encoding="utf-8")

    said = say("relevance", str(posts), "--brand", brand, "--threshold", threshold)

    lines = [json.loads(line) for line in said.out.splitlines()]
    assert [line["relevance"] >= 0.5 for line in lines] == [True, False]
    for line in lines:
        first = line["why"][0]
        if line["kept"] is (line["relevance"] >= 0.5):
            assert "although" not in first
        elif line["kept"]:
            assert first == (
                f"kept: its relevance {line['relevance']:.4g} is not below the threshold of "
                f"{threshold}, although more speaks against it than for it"
            )
        else:
            assert first == (
                f"set aside: its relevance {line['relevance']:.4g} lies below the threshold of "
                f"{threshold}, although more speaks for it than against it"
            )
    assert len({line["kept"] for line in lines}) == (2 if threshold == "0.5" else 1)


def test_corrections_change_scores_and_are_named_as_reasons(
    files: tuple[str, str], tmp_path: Path, say: Say
) -> None:
    posts, brand = files
    before = say("relevance", posts, "--brand", brand)

    said = say("relevance", posts, "--brand", brand, "--corrections", corrections(tmp_path))

    one, other = json.loads(before.out.splitlines()[1]), json.loads(said.out.splitlines()[1])
    assert other["relevance"] < one["relevance"]
    assert "Learned from 3 relevant and 3 irrelevant posts." in said.err
    assert "These are few" in said.err


def test_an_audit_sample_is_never_learned_from(
    files: tuple[str, str], tmp_path: Path, say: Say
) -> None:
    posts, brand = files

    said = say(
        *("relevance", posts, "--brand", brand),
        *("--corrections", corrections(tmp_path, audit=True)),
    )

    assert said.code == 2
    assert "belongs to an audit sample" in said.err
    assert said.out == ""


def test_an_empty_file_of_corrections_and_an_output_that_is_read_are_refused(
    files: tuple[str, str], tmp_path: Path, say: Say
) -> None:
    posts, brand = files
    (tmp_path / "none").write_text("")

    empty = say("relevance", posts, "--brand", brand, "--corrections", str(tmp_path / "none"))
    same = say("relevance", posts, "--brand", brand, "--out", posts)

    assert (empty.code, same.code) == (2, 2)
    assert "hold no line" in empty.err
    assert "being read" in same.err


def test_a_post_under_audit_is_known_in_a_file_of_corrections_by_id_and_by_words(
    files: tuple[str, str], tmp_path: Path, say: Say
) -> None:
    brand = files[1]
    posts = str(
        written(
            tmp_path / "six.jsonl",
            [
                {
                    "id": str(9000 + row),
                    "author": "ada",
                    "text": f"@fernweh crossing {row} was late",
                }
                for row in range(1, 7)
            ],
        )
    )
    early = [{"text": "@FERNWEH crossing 4  was late", "label": "relevant"}]
    told = [
        {"id": "9002", "text": "we wait for the second crossing", "label": "relevant"},
        {"text": "@fernweh  crossing 3 was late", "label": "relevant"},
        {"text": "@fernweh Crossing 5 was late", "label": "relevant"},
        {"id": "2", "text": "fernweh is a feeling", "label": "irrelevant"},  # 9002 is in row 2
    ]
    say("import", posts, "--brand", brand)
    train = ("filter", "train", "--brand", brand, "--json", "--corrections")
    before = say(*train, str(written(tmp_path / "early.jsonl", early))).json
    sample = str(tmp_path / "sample.jsonl")
    drawn = say("audit-sample", "draw", "--brand", "Fernweh Ferries", "--out", sample)

    after = say(*train, str(written(tmp_path / "told.jsonl", told))).json

    counts = ("relevant", "irrelevant", "left_out_under_audit")
    assert drawn.code == 0
    assert [before[key] for key in counts] == [1, 0, 0]
    assert [after[key] for key in counts] == [0, 1, 4]  # what version 1 knew is left out too


def test_threads_that_nobody_understands_are_refused_in_a_sentence(
    files: tuple[str, str], say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts, brand = files
    monkeypatch.setenv("ANSWERBACK_ENCODER_THREADS", "abc")
    load_encoder.cache_clear()  # as in a process that begins

    said = say("relevance", posts, "--brand", brand)

    assert (said.code, said.out) == (2, "")
    assert "ANSWERBACK_ENCODER_THREADS='abc' is not understood. Set it to a whole" in said.err


def test_a_filter_is_taught_shown_and_rolled_back_by_commands(
    files: tuple[str, str], tmp_path: Path, say: Say
) -> None:
    posts, brand = files
    say("import", posts, "--brand", brand)

    assert "Nobody has corrected a post" in say("filter", "train", "--brand", brand).err
    corrected = say(
        *("filter", "correct", "1", "--brand", "Fernweh Ferries"), "--as", "relevant", "--json"
    )
    trained = say(
        *("filter", "train", "--brand", brand, "--by", "ada", "--json"),
        *("--corrections", corrections(tmp_path)),
    )
    again = say("filter", "train", "--brand", brand, "--json")
    back = say("filter", "rollback", "--brand", brand, "--json")
    shown = json.loads(say("filter", "versions", "--brand", brand, "--json").out)["versions"]

    assert json.loads(corrected.out) == {"corrected": [{"id": "1", "label": "relevant"}]}
    assert json.loads(trained.out)["version"] == 1
    assert (json.loads(trained.out)["relevant"], json.loads(trained.out)["irrelevant"]) == (4, 3)
    assert json.loads(again.out)["relevant"] == 4  # what a file told is not forgotten
    assert json.loads(back.out) == {"active": 1}
    assert [(line["number"], line["active"], line["by"]) for line in shown] == [
        (2, False, None),
        (1, True, "ada"),
    ]
