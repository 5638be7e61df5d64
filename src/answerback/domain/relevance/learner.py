"""Logistic regression that stays near where it starts until the labels pull it away."""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

_MOST_STEPS = 30
_SETTLED = 1e-4  #: of the objective, in nats
_SHORTEST_STEP = 1e-4


def fit(
    *,
    columns: Matrix,
    relevant: NDArray[np.bool_],
    offset: Matrix,
    deviations: Matrix,
    start: Matrix | None = None,
) -> Matrix:
    """
    Return the most probable correction of the logits `offset`, as weights of the columns.

    Each weight is believed to be nought, give or take its `deviations`; so without labels
    nothing is corrected, and few labels correct little.  Classes of unequal size are evened
    by half: a post weighs the root of what would even them out.

    Shapes: n posts, d columns; `columns` (n, d), `relevant` and `offset` (n,), `deviations`,
    `start` (weights to begin at) and the result (d,).
    Error: the objective is within 1e-4 nats of its least; it is convex, so there is one.
    """
    signed = np.where(relevant, 1.0, -1.0)
    sizes = np.where(relevant, relevant.sum(), (~relevant).sum())
    weights = np.sqrt(len(relevant) / (2 * sizes))
    precision = 1 / deviations**2
    told = np.zeros(columns.shape[1]) if start is None else start.copy()

    def objective(some: Matrix) -> float:
        loss = weights @ np.logaddexp(0, -signed * (offset + columns @ some))
        return float(loss + precision @ (some * some) / 2)

    now = objective(told)
    for _ in range(_MOST_STEPS):
        chance = _sigmoid(offset + columns @ told)
        slope = columns.T @ (weights * (relevant - chance)) - precision * told
        bent = (columns.T * (weights * chance * (1 - chance))) @ columns
        bent[np.diag_indices_from(bent)] += precision
        step = np.linalg.solve(bent, slope)
        length = 1.0
        while (then := objective(told + length * step)) > now and length > _SHORTEST_STEP:
            length /= 2
        if then > now:
            break
        told = told + length * step
        if now - then < _SETTLED:
            break
        now = then
    return told


def _sigmoid(logits: Matrix) -> Matrix:
    chances: Matrix = np.exp(-np.logaddexp(0.0, -logits))
    return chances


def chances(logits: Matrix) -> Matrix:
    """Turn logits into probabilities, without overflow however large they are."""
    return _sigmoid(logits)
