"""Learn topics from examples: a linear model that starts from what the topics are called."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Numbers = NDArray[np.int64]

#: Logits of a topic are this often its likeness, a cosine, until examples say otherwise.
SHARPNESS = 20.0
_PULL = 0.03  #: how strongly weights are held at their prototypes; a square costs half of it
_ALIKE = 0.25  #: squared length of a middle whose examples are thoroughly alike
_FEW = 5  #: examples of which half the common part is believed
_TURNS = 40  #: at most; the loss moves by less than `_ENOUGH` of itself long before
_ENOUGH = 1e-4
_REMEMBERED = 8  #: steps that shape the next one
_SHORTEST = 2.0**-12  #: a step halved so often leads nowhere
_DESCENT = 1e-4  #: of the promised gain, what a step must bring


def common_part(*, meanings: Matrix, topics: Numbers, count: int) -> Matrix:
    """
    Return what the examples of all topics have in common, to be taken off each meaning.

    Posts to one brand are alike before they are about anything; topics told apart by the rest
    are told apart better.  Little is taken off when examples are few, or unlike each other.

    Shapes: n examples of `count` topics; `meanings` (n, d), `topics` (n,) in; (d,) out.
    """
    known = np.unique(topics)
    if len(known) == 0:
        return np.zeros(meanings.shape[1], dtype=np.float32)
    middles = [meanings[topics == topic].mean(axis=0) for topic in known]
    middle: Matrix = np.mean(middles, axis=0)
    alike = min(1.0, float(middle @ middle) / _ALIKE)
    few = len(topics) / (len(topics) + _FEW)
    return middle * np.float32(alike * few * (1 - 1 / count))


def apart(meanings: Matrix, common: Matrix) -> Matrix:
    """Return meanings without their common part, of length 1.  Shapes: (n, d), (d,); (n, d)."""
    return _of_length_1(meanings - common)


def prototypes(*, said: Matrix, meanings: Matrix, topics: Numbers) -> Matrix:
    """
    Return the middle of what each topic is said to be, which counts as two, and its examples.

    Shapes: k topics, n examples; `said` (k, d), `meanings` (n, d), `topics` (n,): of which
    topic each example is; (k, d) out, rows of length 1.
    """
    sums = (2 * said).astype(np.float32)
    np.add.at(sums, topics, meanings)
    return _of_length_1(sums)


def _of_length_1(rows: Matrix) -> Matrix:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Matrix = rows / np.maximum(lengths, np.float32(1e-9))
    return scaled


def learn(*, said: Matrix, meanings: Matrix, topics: Numbers) -> tuple[Matrix, Matrix]:
    """
    Fit softmax regression whose weights are pulled towards the prototypes, not towards nought.

    With no example the weights are the prototypes, with few they lie near them, with many
    they are what a trained linear model finds: there is no switch between the three.

    Shapes: k topics, n examples, d wide; `said` (k, d), `meanings` (n, d), `topics` (n,)
    in; weights (k, d) and bias (k,) out: a text's logits are weights @ meaning + bias.
    Error: stops when a step gains less than 1/10,000 of the loss.
    Source: L-BFGS as in Nocedal and Wright, algorithm 7.4, its first guess of the curvature
    being the bound of Böhning (1992) for softmax regression.
    """
    middles = prototypes(said=said, meanings=meanings, topics=topics)
    start = np.hstack([SHARPNESS * middles, np.zeros((len(middles), 1), np.float32)])
    if len(topics) == 0 or len(middles) == 1:
        return start[:, :-1], start[:, -1]
    inputs = np.hstack([meanings, np.ones((len(meanings), 1), np.float32)]).astype(np.float32)
    weights = _descend(_Loss(inputs=inputs, topics=topics, start=start), start=start)
    return weights[:, :-1], weights[:, -1]


class _Loss:
    """How badly weights tell the examples apart, and how far they are from where they began."""

    def __init__(self, *, inputs: Matrix, topics: Numbers, start: Matrix) -> None:
        self._inputs, self._topics, self._start = inputs, topics, start
        self._rows = np.arange(len(topics))
        bound = inputs.T @ inputs / np.float32(len(start))
        bound[np.diag_indices_from(bound)] += np.float32(_PULL)
        self._curvature = np.linalg.inv(bound.astype(np.float64)).astype(np.float32)

    def __call__(self, weights: Matrix) -> tuple[float, Matrix]:
        """Return the loss, and how it changes with each weight."""
        logits = self._inputs @ weights.T
        logits -= logits.max(axis=1, keepdims=True)
        truth = logits[self._rows, self._topics]
        np.exp(logits, out=logits)
        sums = logits.sum(axis=1, keepdims=True)
        away = weights - self._start
        loss = float((np.log(sums[:, 0]) - truth).sum()) + _PULL / 2 * float((away**2).sum())
        logits /= sums
        logits[self._rows, self._topics] -= 1.0
        slope: Matrix = logits.T @ self._inputs + np.float32(_PULL) * away
        return loss, slope

    def first_guess(self, slope: Matrix) -> Matrix:
        """Return the step that would be best if the loss were as curved as its bound."""
        step: Matrix = slope @ self._curvature
        return step


_Steps = deque[tuple[Matrix, Matrix, float]]  #: each step, what it did to the slope, their product


def _descend(loss_of: _Loss, *, start: Matrix) -> Matrix:
    weights = start
    loss, slope = loss_of(weights)
    steps: _Steps = deque(maxlen=_REMEMBERED)
    for _ in range(_TURNS):
        step = _direction(slope, steps=steps, loss_of=loss_of)
        promised = float((step * slope).sum())
        share = 1.0
        while share > _SHORTEST:
            after, bent = loss_of(weights - np.float32(share) * step)
            if after <= loss - _DESCENT * share * promised:
                break
            share /= 2
        else:
            return weights
        moved = np.float32(-share) * step
        if (product := float((moved * (bent - slope)).sum())) > 0:
            steps.append((moved, bent - slope, product))
        gained, weights, loss, slope = loss - after, weights + moved, after, bent
        if gained <= _ENOUGH * loss:
            break
    return weights


def _direction(slope: Matrix, *, steps: _Steps, loss_of: _Loss) -> Matrix:
    """Return the slope seen through what the last steps told of the curvature."""
    shares = []
    rest = slope
    for moved, change, product in reversed(steps):
        shares.append(float((moved * rest).sum()) / product)
        rest = rest - np.float32(shares[-1]) * change
    step = loss_of.first_guess(rest)
    for (moved, change, product), share in zip(steps, reversed(shares), strict=True):
        back = float((change * step).sum()) / product
        step = step + np.float32(share - back) * moved
    return step
