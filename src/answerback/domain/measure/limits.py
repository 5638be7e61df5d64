"""How sure a share is, drawn by chance: several kinds of 95 % limits."""

from enum import StrEnum
from functools import lru_cache
from math import log, log1p, sqrt

from answerback.domain.measure.beta import (
    beta_quantile,
    beta_share_below,
    log_beta,
    turning_point,
)

#: How often the truth may lie outside: one time in twenty.
MISS = 0.05
#: The same for one stratum's sequence.  A tenth, because at one of many looks the strata that
#: are combined may lie off together; at 1/20 each, 60 looks missed up to 8 times in a hundred.
_SEQUENCE_MISS = MISS / 10
#: The mixture over which a sequence bets: Jeffreys', which is sharpest near 0.
_BETS = 0.5

Limits = tuple[float, float]


class IntervalKind(StrEnum):
    """How limits are made; docs/reference/measured-recall.md tells how often each covers."""

    CLOPPER_PEARSON = "clopper_pearson"  #: never covers less than it says; widest
    MID_P = "mid_p"  #: the same, with the observed count taken half: what reports show
    JEFFREYS = "jeffreys"  #: narrowest; with few labels it covers less than it says
    SEQUENCE = "sequence"  #: covers however often it is looked at


@lru_cache(maxsize=100_000)
def limits_of(hits: float, of: float, /, *, kind: IntervalKind) -> Limits:
    """
    Return the 95 % limits of a share of which `hits` were seen in `of` draws.

    Counts may be fractions, as pooled draws of several weights give; no draw at all gives
    (0, 1).  The limits always hold hits/of between them.

    Error: below 1e-8.
    Source: Clopper and Pearson 1934, Biometrika 26:404; Lancaster 1961, JASA 56:223 (mid-P);
    Brown, Cai and DasGupta 2001, Stat. Sci. 16:101 (Jeffreys); Robbins 1970, Ann. Math. Stat.
    41:1397, and Howard et al. 2021, Ann. Stat. 49:1055 (the mixture behind the sequence).

    :raises ValueError: when there are more hits than draws, or fewer than none.
    """
    if not 0 <= hits <= of:
        raise ValueError(f"Hits are some of the draws; got {hits} of {of}.")
    if of == 0:
        return 0.0, 1.0
    low = 0.0 if hits == 0 else _LOWEST[kind](hits, of)
    high = 1.0 if hits == of else 1 - _LOWEST[kind](of - hits, of)
    return min(low, hits / of), max(high, hits / of)


def _clopper_pearson(hits: float, of: float) -> float:
    return beta_quantile(MISS / 2, a=hits, b=of - hits + 1)


def _jeffreys(hits: float, of: float) -> float:
    return beta_quantile(MISS / 2, a=hits + 0.5, b=of - hits + 0.5)


def _mid_p(hits: float, of: float) -> float:
    """Return the share at which half the chance of `hits` and all of more make the miss."""

    def enough(share: float) -> bool:
        as_many = beta_share_below(share, a=hits, b=of - hits + 1)
        more = beta_share_below(share, a=hits + 1, b=of - hits) if hits < of else 0.0
        return (as_many + more) / 2 >= MISS / 2

    return turning_point(enough)


def _sequence(hits: float, of: float) -> float:
    """
    Return the smallest share against which the bets have not won 200 times their stake.

    The bets are a mixture of all shares; against the true one their gain is a martingale
    that starts at 1, and by Ville's inequality it ever reaches 200 one time in 200.
    """
    best = log_beta(hits + _BETS, of - hits + _BETS) - log_beta(_BETS, _BETS)

    def stands(share: float) -> bool:
        if share <= 0:
            return False
        missed = of - hits
        against = hits * log(share) + (missed * log1p(-share) if missed else 0.0)
        return best - against < -log(_SEQUENCE_MISS)

    return turning_point(stands, high=hits / of)


_LOWEST = {
    IntervalKind.CLOPPER_PEARSON: _clopper_pearson,
    IntervalKind.MID_P: _mid_p,
    IntervalKind.JEFFREYS: _jeffreys,
    IntervalKind.SEQUENCE: _sequence,
}


def of_a_finite_heap(limits: Limits, /, *, share: float, drawn: float, heap: float) -> Limits:
    """
    Return limits narrowed because the draws were not put back; equal when all were drawn.

    Source: the finite population correction, Cochran 1977, "Sampling Techniques", 2.6.
    """
    if heap <= 1 or drawn >= heap:
        return share, share
    left = min(1.0, sqrt((heap - drawn) / (heap - 1)))
    return share - (share - limits[0]) * left, share + (limits[1] - share) * left
