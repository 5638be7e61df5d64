"""What is chosen by looking at labels: only ever those of the training folds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.figures import Metric
from training.fit import Floats, Matrix
from training.heads import unseen

_STEPS = np.linspace(-1.0, 1.0, 21)  #: shifts tried, in standard deviations of the logits
_ROUNDS = 2
_WORTH = 0.001  #: a shift that gains less is left at nought


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """
    How strongly to fit, and what to add to each class before the likeliest one is said.

    Shapes: k classes, `shift` (k,).
    Units: `strength` is C, the inverse of the penalty; `blend` is a share of 1; `shift`
    is in logits.
    """

    strength: float
    shift: Floats
    blend: float = 0.0


def choose(
    *,
    features: Matrix,
    labels: NDArray[Any],
    groups: Sequence[Any],
    ways: Sequence[tuple[float, float]],
    metric: Metric,
    scored: NDArray[np.bool_],
) -> Choice:
    """
    Choose what does best on the unseen groups among these rows, and these rows alone.

    Called with the training folds of an outer cross-validation, so that the figure on
    the fold held out is not flattered by the choice.

    Shapes: (n, f) features; n labels, groups and `scored`, which says what rows count;
    `ways` to fit: a strength and a blend each.
    """
    classes = np.unique(labels)
    best: tuple[float, Choice] | None = None
    for strength, blend in ways:
        found = unseen(
            features=features, labels=labels, groups=groups, strength=strength, blend=blend
        )
        logits = each_class(found)[scored]
        shift = shift_for(logits=logits, labels=labels[scored], classes=classes, metric=metric)
        value = metric(labels[scored], classes[(logits + shift).argmax(axis=1)])
        if best is None or value > best[0]:
            best = value, Choice(strength=strength, shift=shift, blend=blend)
    if best is None:
        raise ValueError("There is no way to fit to choose from.")
    return best[1]


def shift_for(
    *, logits: Floats, labels: NDArray[Any], classes: NDArray[Any], metric: Metric
) -> Floats:
    """
    Find what to add to each class's logit so that the metric is best; one class at a time.

    A shift is judged by the mean over itself and its two neighbours, so that a lucky
    spike is not taken for a hill.

    Shapes: (n, k) logits, (n,) labels, (k,) classes and result.
    """
    shift = np.zeros(len(classes))
    steps = _STEPS * logits.std()
    best = metric(labels, classes[logits.argmax(axis=1)])
    first = 1 if len(classes) == 2 else 0  # noqa: PLR2004 -- of two classes one shift is enough
    for _ in range(_ROUNDS):
        for column in range(first, len(classes)):
            values = []
            for step in steps:
                moved = shift.copy()
                moved[column] = step
                values.append(metric(labels, classes[(logits + moved).argmax(axis=1)]))
            smooth = np.convolve(values, np.ones(3) / 3, mode="valid")
            at = int(smooth.argmax()) + 1
            if values[at] > best + _WORTH:
                shift[column], best = steps[at], values[at]
    return shift


def each_class(logits: Floats) -> Floats:
    """
    Give both classes a logit where a model gave only the second one's.

    Shapes: (n, 1) becomes (n, 2); anything else stays.
    """
    return np.column_stack([-logits / 2, logits / 2]) if logits.shape[1] == 1 else logits
