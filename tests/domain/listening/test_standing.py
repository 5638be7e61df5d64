"""Queries are changed while posts come in: none is missed, none is doubled."""

import random

from answerback.domain.listening.match import compile_queries
from answerback.domain.listening.query import parse

WORDS = ["red", "fox", "late", "#RedFox", "bag", "Café"]
TEXTS = ["red fox late", "#RedFox", "a bag, a café", "nothing here", "RED bag late fox"]


def test_a_changed_set_of_queries_is_as_one_loaded_anew() -> None:
    chance = random.Random(3)  # noqa: S311 - the same edits each time
    matcher = compile_queries([])
    standing: dict[int, str] = {}

    for _ in range(300):
        row = chance.randrange(8)
        if chance.random() < 0.3:
            matcher.drop(row)
            standing.pop(row, None)
        else:
            one, other = chance.choices(WORDS, k=2)
            standing[row] = chance.choice([one, f"{one} OR {other}", f"{one} NEAR/2 {other}x*"])
            matcher.put(row, parse(standing[row]))

        rows = sorted(standing)
        anew = compile_queries([parse(standing[row]) for row in rows])
        assert matcher.match(TEXTS) == [(text, rows[at]) for text, at in anew.match(TEXTS)]


def test_dropping_what_was_never_there_changes_nothing() -> None:
    matcher = compile_queries([parse("fox")])

    matcher.drop(7)

    assert matcher.match(["fox"]) == [(0, 0)]
