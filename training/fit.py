"""Hashed n-grams as a sparse matrix, and linear models on it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from answerback.domain.understanding.features import BITS, featurise
from answerback.domain.understanding.heads import sigmoid
from answerback.domain.understanding.lexicon import spot
from answerback.domain.understanding.rules import rule_lexicon
from answerback.domain.understanding.verdicts import fired

SEED = 20261121
_AT_ONCE = 2_000

Matrix = Any  #: a scipy.sparse.csr_matrix; scipy ships no types
Floats = NDArray[np.float64]


def matrix(texts: Sequence[str]) -> Matrix:
    """
    Turn texts into the very features that the program computes at run time.

    Shapes: n texts in, (n, 2 ** BITS) out.
    """
    parts = [_part(texts[at : at + _AT_ONCE]) for at in range(0, len(texts), _AT_ONCE)]
    return sparse.vstack(parts, format="csr")


def _part(texts: Sequence[str]) -> Matrix:
    seen = featurise(texts=texts)
    rows, columns, values = [], [], []
    for families, scale in (
        (seen.characters, seen.character_scale),
        (seen.phrases, seen.word_scale),
    ):
        for family in families:
            owners = seen.word_texts[family.words]
            rows.append(owners)
            columns.append(family.buckets)
            values.append(scale[owners])
    coordinates = (np.concatenate(rows), np.concatenate(columns))
    shape = (seen.texts, 1 << BITS)
    table = sparse.coo_matrix((np.concatenate(values), coordinates), shape=shape, dtype=np.float32)
    return table.tocsr()


def rules_fired(texts: Sequence[str]) -> NDArray[np.float32]:
    """Shapes: n texts in, (n, rules) out, 1 where a rule fired."""
    parts = []
    for at in range(0, len(texts), _AT_ONCE):
        seen = featurise(texts=texts[at : at + _AT_ONCE])
        spots = spot(lexicon=rule_lexicon(), tokens=seen.tokens)
        parts.append(fired(spots=spots, features=seen))
    return np.concatenate(parts)


def rarity(features: Matrix) -> NDArray[np.float32]:
    """Give each bucket its inverse document frequency; it is folded into the shipped weights."""
    count = np.bincount(features.indices, minlength=features.shape[1])
    scale: NDArray[np.float32] = np.log((1 + features.shape[0]) / (1 + count)).astype(np.float32)
    return scale


def fit(
    *,
    features: Matrix,
    labels: NDArray[Any],
    strength: float,
    blend: float = 0.0,
    weights: Floats | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[Any]]:
    """
    Fit a logistic regression, classes weighted evenly, with rarity folded into the weights.

    With a blend, each bucket also counts by how much it tells a class from the rest, and
    three classes are fitted one against the rest; what it counts is folded into the
    weights too, so that reading costs the same.

    Shapes: (n, f) features, (n,) labels; gives weights (f, k), bias (k,) and the k
    classes; k is 1 for two classes (the second one's logit).
    Units: `strength` is C, the inverse of the penalty; `blend` is a share of 1.
    """
    scale = rarity(features)
    if not blend:
        return _regress(features, labels, scale=scale, strength=strength, weights=weights)
    classes = np.unique(labels)
    parts = []
    for one in classes[-1:] if len(classes) == 2 else classes:  # noqa: PLR2004 -- two are one
        mine = labels == one
        told = scale * tells(features=features, mine=mine, scale=scale, blend=blend)
        parts.append(_regress(features, mine, scale=told, strength=strength, weights=weights))
    folded = np.concatenate([part[0] for part in parts], axis=1)
    return folded, np.concatenate([part[1] for part in parts]), classes


def _regress(
    features: Matrix,
    labels: NDArray[Any],
    *,
    scale: NDArray[np.float32],
    strength: float,
    weights: Floats | None,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[Any]]:
    model = LogisticRegression(
        C=strength, max_iter=80, tol=1e-3, class_weight="balanced", random_state=SEED
    )
    model.fit(features @ sparse.diags(scale), labels, sample_weight=weights)
    folded = (model.coef_ * scale).T.astype(np.float32)
    return folded, model.intercept_.astype(np.float32), model.classes_


def tells(
    *, features: Matrix, mine: NDArray[np.bool_], scale: NDArray[np.float32], blend: float
) -> NDArray[np.float32]:
    """
    Give each bucket a factor: how much its presence tells one class from the rest.

    The naive Bayes log count ratio, without its sign and mixed with 1.  The mean square
    of the scaled features is left as it was, so that a strength keeps its meaning.

    Shapes: (n, f) features, (n,) `mine`, (f,) scale and result.
    Units: `blend` is a share of 1; at 0 every factor is 1.
    Source: Wang and Manning (2012), which we mix by feature, not by fitted weight.
    """
    there = features.shape[1]
    held = mine[np.repeat(np.arange(features.shape[0]), np.diff(features.indptr))]
    ours = np.bincount(features.indices[held], minlength=there)
    others = np.bincount(features.indices[~held], minlength=there)
    share_ours, share_others = (ours + 1) / (mine.sum() + 2), (others + 1) / ((~mine).sum() + 2)
    ratio = np.abs(np.log(share_ours / share_others))
    squares = np.bincount(features.indices, features.data.astype(np.float64) ** 2, there)
    power = squares * scale.astype(np.float64) ** 2
    if not (power * ratio**2).sum():
        return np.ones(there, dtype=np.float32)  # no bucket tells anything
    ratio = ratio / np.sqrt((power * ratio**2).sum() / power.sum())
    factor = (1 - blend) + blend * ratio
    even: NDArray[np.float32] = (factor / np.sqrt((power * factor**2).sum() / power.sum())).astype(
        np.float32
    )
    return even


def platt(
    *, logits: Floats, rules: Floats, truth: Floats, weights: Floats
) -> tuple[float, float, Floats]:
    """
    Fit slope, offset and rule weights on logits that were predicted out of fold.

    A rule that would speak against its kind is given no weight.

    Shapes: (n,) logits, truth and weights, (n, r) rules; gives slope, offset, (r,).
    """
    kept = list(range(rules.shape[1]))
    while True:
        table = np.column_stack([logits, rules[:, kept]])
        model = LogisticRegression(C=10.0, max_iter=1000)
        model.fit(table, truth, sample_weight=weights)
        slope, *gains = model.coef_[0].tolist()
        bad = [at for at, gain in zip(kept, gains, strict=True) if gain <= 0]
        if not bad:
            break
        kept = [at for at in kept if at not in bad]
    found = np.zeros(rules.shape[1])
    found[kept] = gains
    return float(slope), float(model.intercept_[0]), found


def calibration_error(*, chances: Floats, truth: Floats, bins: int = 10) -> float:
    """
    Give the expected calibration error: how far chances are from shares, on average.

    Shapes: (n,) both.  Units: share of 1.  Source: Guo and others (2017), equal-width bins.
    """
    at = np.minimum((chances * bins).astype(int), bins - 1)
    gap = 0.0
    for one in range(bins):
        held = at == one
        if held.any():
            gap += abs(float(chances[held].mean() - truth[held].mean())) * held.mean()
    return gap


def logistic(logits: Floats) -> Floats:
    return sigmoid(logits)
