"""Figures with their intervals: how often, how sure."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, recall_score

from training.fit import SEED

Labels = NDArray[Any]
Metric = Callable[[Labels, Labels], float]

_Z = 1.959963984540054  #: two-sided 95 %
_DRAWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """
    One measured number.

    Units: shares in [0, 1]; `low` and `high` bound it at 95 %; n counts posts.
    """

    name: str
    value: float
    unit: str
    n: int
    low: float
    high: float
    floor: float | None = None  #: what the data's README says a plain model reaches
    ece: float | None = None  #: expected calibration error, on the same unseen posts
    note: str = ""


def wilson(hits: int, n: int) -> tuple[float, float]:
    """
    Give the 95 % interval of a share.

    Source: Wilson (1927).

    :raises ValueError: for no cases.
    """
    if n < 1:
        raise ValueError(f"A share needs at least one case; got n={n}.")
    share, widen = hits / n, _Z * _Z / n
    middle = (share + widen / 2) / (1 + widen)
    reach = _Z * sqrt(share * (1 - share) / n + widen / (4 * n)) / (1 + widen)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def bootstrap(*, truth: Labels, said: Labels, metric: Metric) -> tuple[float, float]:
    """
    Give the 95 % percentile interval of a metric by redrawing posts.

    Error: redraws posts, not brands, so it says nothing of how brands differ.
    """
    chance = np.random.default_rng(SEED)
    values = []
    for _ in range(_DRAWS):
        drawn = chance.integers(0, len(truth), len(truth))
        values.append(metric(truth[drawn], said[drawn]))
    low, high = np.percentile(values, [2.5, 97.5]).tolist()
    return low, high


def macro_f1(truth: Labels, said: Labels) -> float:
    return float(f1_score(truth, said, average="macro", zero_division=0.0))


def macro_recall(truth: Labels, said: Labels) -> float:
    return float(recall_score(truth, said, average="macro", zero_division=0.0))


def f1_of(label: object) -> Metric:
    def metric(truth: Labels, said: Labels) -> float:
        return float(f1_score(truth == label, said == label, zero_division=0.0))

    return metric
