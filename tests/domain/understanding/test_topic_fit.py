"""The model behind topics: where it begins, and where examples take it."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from answerback.domain.understanding.encoder import Matrix
from answerback.domain.understanding.topic_fit import (
    SHARPNESS,
    Numbers,
    apart,
    common_part,
    learn,
    prototypes,
)


def directions(count: int, *, seed: int = 1, wide: int = 24) -> Matrix:
    drawn = np.random.default_rng(seed).standard_normal((count, wide)).astype(np.float32)
    return apart(drawn, np.zeros(wide, dtype=np.float32))


SAID = directions(3)
NOTHING = np.zeros((0, 24), dtype=np.float32)


def near(topics: int, each: int, *, seed: int = 2) -> tuple[Matrix, Numbers]:
    """Draw examples around what topics are said to be."""
    of = np.repeat(np.arange(topics), each)
    return apart(SAID[of] + 0.8 * directions(len(of), seed=seed), np.zeros(24, np.float32)), of


def test_without_examples_the_weights_are_what_the_topics_are_said_to_be() -> None:
    weights, bias = learn(said=SAID, meanings=NOTHING, topics=np.zeros(0, dtype=np.int64))

    assert np.allclose(weights, SHARPNESS * SAID, atol=1e-4)
    assert not bias.any()


def test_each_example_takes_the_weights_further_from_where_they_began() -> None:
    way = []
    for each in (1, 10, 100):
        meanings, topics = near(3, each)
        weights, _ = learn(said=SAID, meanings=meanings, topics=topics)
        begun = SHARPNESS * prototypes(said=SAID, meanings=meanings, topics=topics)
        way.append(float(np.linalg.norm(weights - begun)))

    assert way == sorted(way)


def test_with_many_examples_it_says_what_logistic_regression_says() -> None:
    meanings, topics = near(3, 400)
    unseen, _ = near(3, 200, seed=3)
    weights, bias = learn(said=SAID, meanings=meanings, topics=topics)
    peer = LogisticRegression(C=1 / 0.03, max_iter=1_000).fit(meanings, topics)

    said = (unseen @ weights.T + bias).argmax(axis=1)

    assert np.mean(said == peer.predict(unseen)) > 0.98


def test_the_end_is_a_minimum() -> None:
    meanings, topics = near(3, 20)
    weights, bias = learn(said=SAID, meanings=meanings, topics=topics)
    start = SHARPNESS * prototypes(said=SAID, meanings=meanings, topics=topics)
    logits = meanings @ weights.T + bias
    chances = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
    chances[np.arange(len(topics)), topics] -= 1
    slope = chances.T @ meanings + 0.03 * (weights - start)

    assert np.abs(slope).max() < 0.2


def test_posts_that_are_all_alike_lose_what_they_share() -> None:
    meanings, topics = near(3, 50)
    shared = directions(1, seed=9)[0]
    alike = apart(meanings + 2 * shared, np.zeros(24, np.float32))

    common = common_part(meanings=alike, topics=topics, count=3)

    assert float(common @ shared) > 0.4
    assert np.mean(apart(alike, common) @ shared) < np.mean(alike @ shared) - 0.2


@pytest.mark.parametrize("count", [1, 3])
def test_nothing_is_shared_where_nothing_is_known(count: int) -> None:
    none = common_part(meanings=NOTHING, topics=np.zeros(0, dtype=np.int64), count=count)
    alone = common_part(meanings=SAID[:1], topics=np.zeros(1, dtype=np.int64), count=1)

    assert not none.any()
    assert not alone.any()
