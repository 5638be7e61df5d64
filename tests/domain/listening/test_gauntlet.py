"""Hard texts with what must match them, written from the language's description."""

import json
from collections import Counter
from pathlib import Path

import pytest

from answerback.domain.listening.match import compile_queries, explain
from answerback.domain.listening.query import parse

LINES = [
    json.loads(line) for line in (Path(__file__).parent / "gauntlet.jsonl").read_text().splitlines()
]
GROUPS = sorted({line["group"] for line in LINES})


@pytest.mark.parametrize("group", GROUPS)
def test_every_hard_text_of_a_group_is_judged_as_written(group: str) -> None:
    lines = [line for line in LINES if line["group"] == group]

    wrong = [
        line
        for line in lines
        if bool(compile_queries([parse(line["query"])]).match([line["text"]])) != line["match"]
    ]

    assert wrong == []


def test_every_match_of_the_gauntlet_has_its_words_shown() -> None:
    unexplained = [
        line for line in LINES if bool(explain(parse(line["query"]), line["text"])) != line["match"]
    ]

    assert unexplained == []


def test_all_queries_at_once_judge_all_texts_as_each_does_alone() -> None:
    queries = [parse(line["query"]) for line in LINES]
    texts = [line["text"] for line in LINES]

    pairs = compile_queries(queries).match(texts)

    alone = [compile_queries([query]) for query in queries]
    assert pairs == [
        (row, at)
        for row, text in enumerate(texts)
        for at, one in enumerate(alone)
        if one.match([text])
    ]


def test_the_gauntlet_is_long_enough_and_nothing_stands_in_it_twice() -> None:
    asked = Counter((line["query"], line["text"]) for line in LINES)

    assert len(LINES) >= 80
    assert max(asked.values()) == 1
    assert len({line["match"] for line in LINES}) == 2
