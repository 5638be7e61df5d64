"""A share that cannot be shown without how sure we are of it."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

#: The normal quantile of a two-sided 95 % interval.
Z_95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """
    A share with its 95 % interval and the number of cases behind it.

    Units: `share`, `low` and `high` lie in [0, 1]; `n` counts cases.
    """

    share: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, k: int, n: int, /) -> "Rate":
        """
        Return the share of `k` in `n` with its Wilson score interval.

        `Rate.of(8, 10)` prints as '80.0% (49.0%-94.3%, n=10)'.

        Error: exact at k = 0 (low is 0) and k = n (high is 1); elsewhere floating point.
        Source: Wilson 1927, J. Am. Stat. Assoc. 22:209; GLOSSARY.md, "Measures".

        :raises ValueError: when there is no case, or `k` lies outside 0..n.
        """
        if n < 1:
            raise ValueError(f"A rate needs at least one case; got n={n}.")
        if not 0 <= k <= n:
            raise ValueError(f"A rate counts some of its cases; got {k} of {n}.")
        share = k / n
        spread = Z_95 * Z_95 / n
        middle = (share + spread / 2) / (1 + spread)
        reach = Z_95 * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
        low = 0.0 if k == 0 else middle - reach
        high = 1.0 if k == n else middle + reach
        return cls(share=share, low=low, high=high, n=n)

    def overlaps(self, other: "Rate", /) -> bool:
        """Say whether the two intervals touch: then we cannot tell which share is larger."""
        return self.low <= other.high and other.low <= self.high

    def __str__(self) -> str:
        return f"{self.share:.1%} ({self.low:.1%}-{self.high:.1%}, n={self.n})"
