"""Hard texts with what must match them, written from the language's description."""

from collections import Counter

import pytest
from tests.domain.listening.gauntlet import FULL, SHORT, engines, wrong

from answerback.domain.listening.match import Engine, compile_queries, explain
from answerback.domain.listening.query import parse

LINES = [*SHORT, *FULL]
GROUPS = sorted({line.group for line in LINES})
ENGINES = engines()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("group", GROUPS)
def test_every_hard_text_of_a_group_is_judged_as_written(group: str, engine: Engine) -> None:
    assert wrong([line for line in LINES if line.group == group], engine=engine) == []


def test_every_match_of_the_gauntlet_has_its_words_shown() -> None:
    unexplained = [
        line
        for line in LINES
        if bool(explain(parse(line.query), line.text, line.facts)) != line.match
        and not (line.match and line.facts)  # a field alone shows no words of the text
    ]

    assert unexplained == []


@pytest.mark.parametrize("engine", ENGINES)
def test_all_queries_at_once_judge_all_texts_as_each_does_alone(engine: Engine) -> None:
    lines = LINES[::3]  # each with each: a hundred thousand judgements are enough
    queries = [parse(line.query) for line in lines]
    texts, facts = [line.text for line in lines], [line.facts for line in lines]

    pairs = compile_queries(queries, engine=engine).match(texts, facts)

    alone = [compile_queries([query], engine=engine).match(texts, facts) for query in queries]
    assert pairs == sorted((row, at) for at, one in enumerate(alone) for row, _ in one)


def test_the_gauntlet_is_long_enough_and_nothing_stands_in_it_twice() -> None:
    asked = Counter((line.query, line.text, str(line.facts)) for line in LINES)

    assert len(FULL) >= 300
    assert len({line.script for line in FULL}) >= 10
    assert max(asked.values()) == 1
    assert 0.4 < sum(line.match for line in LINES) / len(LINES) < 0.7


def test_every_line_of_the_long_gauntlet_says_what_it_tests() -> None:
    assert [line for line in FULL if not line.why or not line.script] == []
