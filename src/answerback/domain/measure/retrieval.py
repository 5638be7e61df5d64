"""Retrieval recall: of the relevant posts that exist, how many we fetched."""

from dataclasses import dataclass
from math import exp, log1p, sqrt

from answerback.domain.measure.limits import IntervalKind, limits_of
from answerback.domain.measure.recall import Estimate

_Z_95 = 1.959963984540054


def share_heard(*, heard: int, of: int) -> Estimate:
    """
    Return the share of the relevant posts found by another way that our query had heard too.

    Of a random slice of an open stream this is retrieval recall.  Of a second retriever it is
    so only where finding a post is independent of our finding it; what both find easily
    makes it too high.

    Source: limits of Clopper and Pearson; GLOSSARY.md, "retrieval recall".

    :raises ValueError: when there is no post, or more are heard than there are.
    """
    if of < 1:
        raise ValueError("Retrieval recall needs at least one relevant post found another way.")
    low, high = limits_of(heard, of, kind=IntervalKind.CLOPPER_PEARSON)
    return Estimate(share=heard / of, low=low, high=high, n=of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """
    How many relevant posts there are in all, known or not, with its 95 % interval.

    Units: posts, not rounded.
    """

    posts: float
    low: float
    high: float


def captured_twice(*, ours: int, theirs: int, both: int) -> Number:
    """
    Return how many relevant posts there are, from two retrievers and what both found.

    `captured_twice(ours=80, theirs=50, both=40)` gives about 100.

    Error: too low where the retrievers find the same easy posts, which is usual.
    Source: Chapman 1951, with the log-normal limits of Chao 1987, Biometrics 43:783; the
    variance of Seber 1982, "The Estimation of Animal Abundance", 3.1.

    :raises ValueError: when more posts are in both than in one of the two.
    """
    if not 0 <= both <= min(ours, theirs):
        raise ValueError(f"Found by both are some of each; got {both} of {ours} and {theirs}.")
    posts = (ours + 1) * (theirs + 1) / (both + 1) - 1
    seen = ours + theirs - both
    unseen = posts - seen
    if unseen <= 0:
        return Number(posts=seen, low=seen, high=seen)
    spread = _spread(ours=ours, theirs=theirs, both=both)
    reach = exp(_Z_95 * sqrt(log1p(spread / unseen**2)))
    return Number(posts=posts, low=seen + unseen / reach, high=seen + unseen * reach)


def _spread(*, ours: int, theirs: int, both: int) -> float:
    """Return the variance of Chapman's number, in posts squared."""
    missed = (ours - both) * (theirs - both)
    return (ours + 1) * (theirs + 1) * missed / ((both + 1) ** 2 * (both + 2))
