"""The answered share by Kaplan-Meier: silence counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from answerback.domain.measure.rate import Z_95, Rate

#: The moments at which the answered share is told, in seconds, with their names.
HORIZONS = {"1 h": 3600.0, "4 h": 14_400.0, "24 h": 86_400.0, "7 d": 604_800.0}

#: A post this old without an answer is "never answered"; a younger one is "open".
NEVER_AFTER = timedelta(days=7)

#: Rounding of a product of up to a million factors; a share this close to one half is one half.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """
    How long one post waited for its answer.

    `closed_at` is told so that it can be ignored on purpose: a case closed without an
    answer goes on waiting.  Were it to end the wait, ignoring people would look like
    answering them.
    """

    created_at: datetime
    answered_at: datetime | None = None
    deleted_at: datetime | None = None  #: the author took the post back: nothing to answer any more
    closed_at: datetime | None = None  #: never ends a wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """
    The Kaplan-Meier curve of a set of waits.

    Shapes: `steps`, `unanswered` and `greenwood` have one entry for each distinct time at
    which an answer came, ascending; `watched` and `answered` one for each post, by time.
    Units: seconds since the post was written; `unanswered` is S(t) in [0, 1].
    """

    steps: NDArray[np.float64]
    unanswered: NDArray[np.float64]
    greenwood: NDArray[np.float64]  #: Greenwood's sum of d / (n (n - d)) up to each step
    watched: NDArray[np.float64]
    answered: NDArray[np.bool_]

    @property
    def n(self) -> int:
        """How many posts the curve rests on."""
        return len(self.watched)

    def share_at(self, seconds: float, /) -> Rate | None:
        """
        Return the answered share 1 - S(t), or None beyond the watched time.

        Error: 95 % interval by exponential Greenwood (Greenwood's variance on the
        log(-log S) scale), which keeps inside [0, 1].  Where S is 0 or 1 that scale has no
        value: then Wilson's interval over the posts whose state at t is known.
        Source: Kalbfleisch & Prentice, The Statistical Analysis of Failure Time Data,
        2nd ed. 2002, section 1.4; Kaplan & Meier 1958, J. Am. Stat. Assoc. 53:457.
        """
        if seconds < 0:
            raise ValueError(f"A wait is not negative; got {seconds} s.")
        row = int(np.searchsorted(self.steps, seconds, side="right")) - 1
        left = 1.0 if row < 0 else float(self.unanswered[row])
        if seconds > self.watched[-1] and left > 0:
            return None
        low, high = self._bounds(row=row, seconds=seconds)
        return Rate(share=1 - left, low=low, high=high, n=self.n)

    def quantile(self, share: float, /) -> float | None:
        """
        Return the seconds after which `share` of the posts had an answer; None: not reached.

        Where the curve lies at exactly that share between two answers, any moment between
        them is a quantile: their middle is returned, as in a plain median of an even number.
        """
        reached = np.flatnonzero(self.unanswered <= 1 - share + _ROUNDING)
        if not len(reached):
            return None
        row = int(reached[0])
        flat = abs(self.unanswered[row] - (1 - share)) <= _ROUNDING
        until = row + 1 if flat and row + 1 < len(self.steps) else row
        return float(self.steps[row] + self.steps[until]) / 2

    def quantile_interval(self, share: float, /) -> tuple[float | None, float | None]:
        """
        Return the 95 % interval of a quantile, in seconds; None: that end is not reached.

        Source: Brookmeyer & Crowley 1982, Biometrics 38:29: the times at which the pointwise
        interval of S still holds 1 - `share`.
        """
        bounds = [self._bounds(row=row, seconds=float(step)) for row, step in enumerate(self.steps)]
        lows = np.array([low for low, _ in bounds])
        highs = np.array([high for _, high in bounds])
        target = share - _ROUNDING
        return _first(self.steps, highs >= target), _first(self.steps, lows >= target)

    def _bounds(self, *, row: int, seconds: float) -> tuple[float, float]:
        """Return the 95 % bounds of the answered share after step `row` (-1: before the first)."""
        left = 1.0 if row < 0 else float(self.unanswered[row])
        if not 0 < left < 1:
            known = int(np.sum(self.answered | (self.watched >= seconds)))
            ends = Rate.of(known if left == 0 else 0, known)
            return ends.low, ends.high
        spread = Z_95 * sqrt(float(self.greenwood[row])) / log(left)
        return 1 - left ** exp(spread), 1 - left ** exp(-spread)


def _first(steps: NDArray[np.float64], reached: NDArray[np.bool_]) -> float | None:
    where = np.flatnonzero(reached)
    return float(steps[where[0]]) if len(where) else None


def curve(*, watched: Sequence[float], answered: Sequence[bool]) -> Curve:
    """
    Return the Kaplan-Meier curve of posts watched for so long, and answered then or not.

    Where an answer and the end of watching fall on the same second, the answer comes first.

    Shapes: one entry for each post in both, in the same order.
    Units: `watched` in seconds since the post was written: to its answer, or as far as we saw.

    :raises ValueError: for no posts, lengths that differ, or a time that is negative or no number.
    """
    seconds = np.asarray(watched, dtype=np.float64)
    came = np.asarray(answered, dtype=np.bool_)
    if not len(seconds) or seconds.shape != came.shape:
        raise ValueError(
            f"A curve needs one time and one state for each post, and at least one post; "
            f"got {len(seconds)} times and {len(came)} states."
        )
    if not np.all(np.isfinite(seconds)) or seconds.min() < 0:
        raise ValueError("A wait is a finite number of seconds, zero or more.")
    order = np.argsort(seconds, kind="stable")
    seconds, came = seconds[order], came[order]
    steps, events = np.unique(seconds[came], return_counts=True)
    at_risk = len(seconds) - np.searchsorted(seconds, steps, side="left")
    left = at_risk - events
    # Nobody left at risk: S is 0 and Greenwood's term has no value; `_bounds` never reads it.
    terms = np.divide(
        events, at_risk * left, out=np.zeros(len(steps), dtype=np.float64), where=left > 0
    )
    return Curve(
        steps=steps,
        unanswered=np.cumprod(left / at_risk, dtype=np.float64),
        greenwood=np.cumsum(terms),
        watched=seconds,
        answered=came,
    )


def watched(wait: Wait, *, at: datetime) -> tuple[float, bool]:
    """
    Return for how many seconds a wait was watched by `at`, and whether an answer ended it.

    An open post is watched until `at`, a deleted one until its deletion, a closed one on
    and on.  An answer after `at`, or after the deletion, has not happened for this report.

    Source: GLOSSARY.md, "answered share".

    :raises ValueError: when the post was written after `at`, or answered before it was written.
    """
    end = at if wait.deleted_at is None else min(at, wait.deleted_at)
    if wait.created_at > end:
        raise ValueError(f"The post of {wait.created_at} was not yet there at {end}.")
    came = wait.answered_at is not None and wait.answered_at <= end
    stop = wait.answered_at if wait.answered_at is not None and came else end
    if stop < wait.created_at:
        raise ValueError(f"The answer of {stop} cannot answer a post of {wait.created_at}.")
    return (stop - wait.created_at).total_seconds(), came


def never_answered(wait: Wait, *, at: datetime) -> bool:
    """Say whether a post of 7 days or more, not taken back, has no answer at `at`."""
    seconds, came = watched(wait, at=at)
    deleted = wait.deleted_at is not None and wait.deleted_at <= at
    return not came and not deleted and seconds >= NEVER_AFTER.total_seconds()
