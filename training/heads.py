"""All heads from all recipes, calibrated on what they never saw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.model_selection import GroupKFold

from answerback.domain.understanding.heads import Heads, sigmoid, softmax
from answerback.domain.understanding.rules import rule_lexicon
from training.fit import Floats, Matrix, fit, matrix, platt, rules_fired
from training.recipes import HEADS, MOODS, Example, examples

VERSION = "heads-v1"
FOLDS = 3
STRENGTH: Mapping[str, float] = dict.fromkeys(HEADS, 0.3) | {
    "sentiment": 0.1,
    "spam": 0.1,
    "offensive": 0.1,
}
BLEND: Mapping[str, float] = {"spam": 0.5, "offensive": 0.5}  #: else 0: see `fit`
BRAND_MIX = ("complaint", "praise")
BRANDED = ("complaints", "apple_sentiment", "brand_emotion", "corporate_messaging")
CARE = 0.98  #: share of truly spam that the discard threshold must reach out of fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """
    Every example, featurised once.

    Shapes: n examples; `features` (n, buckets), `rules` (n, r).
    """

    examples: Sequence[Example]
    features: Matrix
    rules: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """
    One head, and what it said of examples it had not seen.

    Shapes: m labelled examples of the mix it is calibrated on: `rows`, `truth` and
    `chances` (m,); for sentiment, chances (m, 3).
    """

    name: str
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    slope: Floats
    offset: Floats
    rules: Floats
    rows: NDArray[np.int64]
    truth: NDArray[Any]
    chances: Floats


def pool() -> Pool:
    """Gather and featurise every example; a minute or so."""
    every = list(examples())
    texts = [example.text for example in every]
    return Pool(examples=every, features=matrix(texts), rules=rules_fired(texts))


def unseen(
    *,
    features: Matrix,
    labels: NDArray[Any],
    groups: Sequence[str],
    strength: float,
    blend: float = 0.0,
) -> Floats:
    """
    Predict each row with a model that saw nothing of its group.

    Shapes: (n, f) features; gives logits (n, k).
    """
    logits: Floats | None = None
    for seen, held in GroupKFold(FOLDS).split(features, labels, groups):
        weights, bias, _ = fit(
            features=features[seen], labels=labels[seen], strength=strength, blend=blend
        )
        said = features[held] @ weights + bias
        if logits is None:
            logits = np.zeros((len(labels), said.shape[1]))
        logits[held] = said
    if logits is None:
        raise ValueError("There is nothing to predict.")
    return logits


def train_kind(pool: Pool, name: str) -> Trained:
    """Train one yes-or-no head on all, calibrate it on whole unseen groups."""
    rows = np.array([at for at, one in enumerate(pool.examples) if name in one.labels])
    truth = np.array([pool.examples[at].labels[name] for at in rows])
    groups = [pool.examples[at].group for at in rows]
    features = pool.features[rows]
    strength, blend = STRENGTH[name], BLEND.get(name, 0.0)
    logits = unseen(features=features, labels=truth, groups=groups, strength=strength, blend=blend)[
        :, 0
    ]
    mine = [label.startswith(f"{name}:") for label in rule_lexicon().labels]
    rules = (pool.rules[rows] * np.array(mine)).astype(np.float64)
    mix = _mix(pool, name=name, rows=rows)
    slope, offset, gains = platt(logits=logits, rules=rules, truth=truth, weights=mix)
    weights, bias, _ = fit(features=features, labels=truth, strength=strength, blend=blend)
    calibrated = slope * logits + offset + rules @ gains
    return Trained(
        name=name,
        weights=weights,
        bias=bias,
        slope=np.array([slope]),
        offset=np.array([offset]),
        rules=gains[:, None],
        rows=rows[mix > 0],
        truth=truth[mix > 0],
        chances=sigmoid(calibrated[mix > 0]),
    )


def _mix(pool: Pool, *, name: str, rows: NDArray[np.int64]) -> Floats:
    """
    Weigh examples for calibration: complaint and praise on posts that concern a brand.

    Among tweets at large both are rare, among posts that a brand hears they are not; the
    background teaches the weights, and would otherwise make every probability too small.
    """
    if name not in BRAND_MIX:
        return np.ones(len(rows))
    return np.array([pool.examples[at].source in BRANDED for at in rows], dtype=np.float64)


def train_sentiment(pool: Pool) -> Trained:
    """Train the three moods together; one temperature and three offsets, moods weighted evenly."""
    rows = np.array([at for at, one in enumerate(pool.examples) if one.mood])
    truth = np.array([MOODS.index(pool.examples[at].mood or "") for at in rows])
    groups = [pool.examples[at].group for at in rows]
    features = pool.features[rows]
    strength = STRENGTH["sentiment"]
    logits = unseen(features=features, labels=truth, groups=groups, strength=strength)
    share = 1 / np.bincount(truth)[truth]

    def loss(settings: Floats) -> float:
        chances = softmax(logits * settings[0] + settings[1:])
        picked = np.log(np.maximum(chances[np.arange(len(truth)), truth], 1e-12))
        return float(-(picked * share).sum())

    best = minimize(loss, np.array([1.0, 0.0, 0.0, 0.0]), method="Nelder-Mead").x
    weights, bias, _ = fit(features=features, labels=truth, strength=strength)
    return Trained(
        name="sentiment",
        weights=weights,
        bias=bias,
        slope=np.full(len(MOODS), best[0]),
        offset=best[1:],
        rules=np.zeros((pool.rules.shape[1], len(MOODS))),
        rows=rows,
        truth=truth,
        chances=softmax(logits * best[0] + best[1:]),
    )


def assemble(trained: Sequence[Trained], *, spam_discard_above: float) -> Heads:
    """Put the heads side by side in one matrix."""
    names = [
        name
        for one in trained
        for name in (
            [f"sentiment_{mood}" for mood in MOODS] if one.name == "sentiment" else [one.name]
        )
    ]
    return Heads(
        names=tuple(names),
        weights=np.concatenate([one.weights for one in trained], axis=1),
        bias=np.concatenate([one.bias for one in trained]),
        slope=np.concatenate([one.slope for one in trained]).astype(np.float32),
        offset=np.concatenate([one.offset for one in trained]).astype(np.float32),
        rule_names=rule_lexicon().labels,
        rules=np.concatenate([one.rules for one in trained], axis=1).astype(np.float32),
        spam_discard_above=spam_discard_above,
        version=VERSION,
    )
