"""The beta distribution, as far as intervals of shares need it; without scipy."""

from collections.abc import Callable
from math import exp, lgamma, log, log1p

_TINY = 1e-300
_SMALLEST_STEP = 1e-15
_MOST_TERMS = 10_000
_HALVINGS = 60  #: 2^-60 is below the rounding of a share


def log_beta(a: float, b: float, /) -> float:
    """Return the logarithm of the beta function; `a` and `b` are positive."""
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def beta_share_below(x: float, /, *, a: float, b: float) -> float:
    """
    Return the share of a beta distribution that lies below `x`.

    Error: below 1e-10 for a and b up to a million.
    Source: the regularised incomplete beta function, NIST DLMF 8.17.22, by the modified
    method of Lentz (Thompson and Barnett 1986, J. Comput. Phys. 64:490).

    :raises ValueError: when `a` or `b` is not positive.
    """
    if a <= 0 or b <= 0:
        raise ValueError(f"A beta distribution needs positive a and b; got {a} and {b}.")
    if x <= 0 or x >= 1:
        return float(x >= 1)
    density = exp(a * log(x) + b * log1p(-x) - log_beta(a, b))
    if x > (a + 1) / (a + b + 2):  # there the fraction converges fast from the other end only
        return 1 - density * _fraction(1 - x, b, a) / b
    return density * _fraction(x, a, b) / a


def _fraction(x: float, a: float, b: float) -> float:
    """Return 1 over (1 + d1 over (1 + d2 over (1 + …))), the fraction of DLMF 8.17.22."""
    told, above, below = 1.0, 1.0, 0.0
    for term in range(1, _MOST_TERMS):
        d = _coefficient(term, x, a, b)
        below = 1 / _away_from_zero(1 + d * below)
        above = _away_from_zero(1 + d / above)
        step = above * below
        told *= step
        if abs(step - 1) < _SMALLEST_STEP:
            break
    return 1 / told


def _coefficient(term: int, x: float, a: float, b: float) -> float:
    m, odd = divmod(term, 2)
    if odd:
        return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def beta_quantile(share: float, /, *, a: float, b: float) -> float:
    """
    Return the x below which `share` of a beta distribution lies.

    Error: below 1e-9.

    :raises ValueError: when `share` lies outside [0, 1], or `a` or `b` is not positive.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"A quantile is asked for a share in [0, 1]; got {share}.")
    return turning_point(lambda x: beta_share_below(x, a=a, b=b) >= share)


def turning_point(holds: Callable[[float], bool], /, *, low: float = 0, high: float = 1) -> float:
    """Return where, between `low` and `high`, `holds` turns from false to true, by halving."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if holds(middle):
            high = middle
        else:
            low = middle
    return (low + high) / 2
