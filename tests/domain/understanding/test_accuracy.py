"""The shipped heads on real posts that never trained them."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from answerback.domain.records.reading import Kind, Sentiment
from answerback.domain.understanding.read import read_texts
from answerback.domain.understanding.second_reading import Second
from answerback.weights.second import load_second
from answerback.weights.store import load_heads


class English:
    def identify(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        return [("en", 1.0) for _ in texts]


def f1(truth: list[bool], said: list[bool]) -> float:
    right = sum(real and told for real, told in zip(truth, said, strict=True))
    return 2 * right / (sum(truth) + sum(said))


def moods_of(rows: Sequence[dict[str, str]], *, second: Second | None = None) -> float:
    """Give the macro-F1 of the mood."""
    texts = [row["text"] for row in rows]
    read = read_texts(texts=texts, heads=load_heads(), language=English(), second=second)
    moods = [max(reading.sentiment, key=reading.sentiment.__getitem__) for reading in read]
    scores = [
        f1([row["label"] == mood for row in rows], [told is mood for told in moods])
        for mood in Sentiment
    ]
    return sum(scores) / 3


def test_both_readers_hold_their_figures_on_an_unseen_trade(shared_data: Path) -> None:
    with (shared_data / "airline.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][::20]

    # The card says what they reach on all rows; a twentieth of them is sure to 0.05.
    assert moods_of(rows, second=load_second()) > max(0.68, moods_of(rows) + 0.03)


def test_the_shipped_heads_hold_their_figures_on_an_unseen_trade(shared_data: Path) -> None:
    with (shared_data / "airline.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][::6]

    readings = list(
        read_texts(texts=[row["text"] for row in rows], heads=load_heads(), language=English())
    )

    # The card says 0.632 on all rows; a sixth of them is sure to 0.03.
    assert moods_of(rows) == pytest.approx(0.632, abs=0.03)
    assert sum(reading.kinds[Kind.SPAM] > 0.9 for reading in readings) <= len(readings) / 200
