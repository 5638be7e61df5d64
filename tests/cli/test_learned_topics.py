"""`answerback sort` with topics that are told by what posts mean."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from answerback.cli.sort import command
from answerback.weights.encoder import ENCODER_FILE

pytestmark = pytest.mark.skipif(
    not ENCODER_FILE.exists(), reason="needs the encoder's weights: make train writes them"
)

BRAND = """
name = "Fernweh Ferries"
handles = ["fernweh"]

[topics.refunds]
about = "Somebody wants their money back, or asks where their refund is."
queue = "accounts"

[topics.delays]
query = "late OR delay*"
about = "A crossing leaves or arrives late, or is cancelled"
examples = ["still sitting in the harbour, two hours now"]
"""
POSTS = {
    "owed": "@fernweh you took 80 euros twice, give me back what you owe me",
    "late": "@fernweh late again",
    "waiting": "@fernweh why has the boat not left the harbour yet??",
    "greeting": "@fernweh happy new year to all the crew",
}


def verdicts(folder: Path, *, brand: str = BRAND) -> dict[str, dict[str, Any]]:
    (folder / "brand.toml").write_text(brand)
    lines = (json.dumps({"id": name, "text": text}) for name, text in POSTS.items())
    (folder / "posts.jsonl").write_text("\n".join(lines))
    told = [str(folder / "posts.jsonl"), "--brand", str(folder / "brand.toml")]
    done = CliRunner().invoke(
        command, [*told, "--out", str(folder / "out.jsonl")], catch_exceptions=False
    )
    assert done.exit_code == 0
    return {
        line["id"]: line
        for line in map(json.loads, (folder / "out.jsonl").read_text().splitlines())
    }


def test_a_sentence_about_a_topic_is_enough_to_route_by_it(tmp_path: Path) -> None:
    owed = verdicts(tmp_path)["owed"]

    assert list(owed["topics"]) == ["refunds"]
    assert 0.5 <= owed["topics"]["refunds"] < 1
    assert owed["queue"] == "accounts"
    assert any(why.startswith("it reads like topic 'refunds' (") for why in owed["why"])


def test_a_topics_query_scores_one_and_its_examples_find_the_rest(tmp_path: Path) -> None:
    told = verdicts(tmp_path)

    assert told["late"]["topics"] == {"delays": 1.0}
    assert 0.5 <= told["waiting"]["topics"]["delays"] < 1
    assert told["waiting"]["why"][-1].endswith(
        "near its example 'still sitting in the harbour, two hours now'"
    )


def test_a_post_may_be_about_none(tmp_path: Path) -> None:
    assert verdicts(tmp_path)["greeting"]["topics"] == {}
