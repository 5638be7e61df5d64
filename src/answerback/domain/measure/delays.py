"""How long it took, in wall time: to the answer, and to the network's own offer of the post."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from answerback.domain.measure.answered import HORIZONS, Curve, curve
from answerback.domain.measure.rate import Rate
from answerback.domain.measure.spoken import Spoken
from answerback.domain.measure.waiting import Counted, State

#: Under this many posts a figure says more about chance than about the brand.
ENOUGH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """
    When a half and nine tenths of all posts had their answer; silence counts.

    Units: seconds of wall time, nights and holidays included; None: not reached.
    """

    median: float | None
    median_low: float | None  #: 95 % interval; None: that end is not reached
    median_high: float | None
    p90: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """The answered share and times of the posts that have a clock."""

    n: int
    answered: int
    never: int  #: 7 days or more, and no answer
    open: int  #: younger, and no answer
    shares: Mapping[str, Rate | None]  #: by HORIZONS; None: beyond the watched time
    spread: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """
    Whether and when a set of posts was answered.

    `clocked` and `answered_at_all` are None under 50 posts of that sort: too few.
    """

    counted: int  #: all posts that ask for an answer
    with_clock: int
    untimed: int  #: answered, but at least one time is not told or absurd: in no curve
    without_clock: int  #: posts without a usable time, the untimed included
    clocked: Clocked | None
    answered_at_all: Rate | None  #: of those without a clock, by their order in the thread


def response(posts: Sequence[Counted]) -> Response:
    """
    Measure first or next responses: by the clock where there is one, by order where there is none.

    Units: wall time.  Open hours belong to the brand's policy, which an archive does not tell.
    Source: GLOSSARY.md, "Are we answering?".
    """
    timed = [post for post in posts if post.clocked]
    bare = [post for post in posts if not post.clocked]
    came = sum(post.answer is not None for post in bare)
    return Response(
        counted=len(posts),
        with_clock=len(timed),
        untimed=sum(post.post.at is not None for post in bare),
        without_clock=len(bare),
        clocked=_clocked(timed) if len(timed) >= ENOUGH else None,
        answered_at_all=Rate.of(came, len(bare)) if len(bare) >= ENOUGH else None,
    )


def _clocked(posts: Sequence[Counted]) -> Clocked:
    states = Counter(post.state for post in posts)
    drawn = answered_curve(posts)
    return Clocked(
        n=len(posts),
        answered=states[State.ANSWERED],
        never=states[State.NEVER],
        open=states[State.OPEN],
        shares={name: drawn.share_at(seconds) for name, seconds in HORIZONS.items()},
        spread=_spread(drawn),
    )


def answered_curve(posts: Sequence[Counted]) -> Curve:
    """Return the curve of posts with a clock; the open ones are watched to the report's moment."""
    return curve(
        watched=[post.seconds for post in posts if post.seconds is not None],
        answered=[post.state is State.ANSWERED for post in posts if post.seconds is not None],
    )


def _spread(drawn: Curve) -> Spread:
    low, high = drawn.quantile_interval(0.5)
    return Spread(
        median=drawn.quantile(0.5), median_low=low, median_high=high, p90=drawn.quantile(0.9)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkDelay:
    """How long the network sat on a post before it offered it; where both times are known."""

    n: int
    spread: Spread


def network_delay(posts: Sequence[Spoken], *, at: datetime) -> NetworkDelay | None:
    """
    Return the network's part of the delay, `created_at` to `available_at`; None under 50 posts.

    A post offered before it was written has a wrong clock and is left out.

    Units: seconds of wall time.
    Source: GLOSSARY.md, "delay decomposition".
    """
    delays = [
        (post.available_at - post.at).total_seconds()
        for post in posts
        if post.at is not None
        and post.available_at is not None
        and post.at <= post.available_at <= at
    ]
    if len(delays) < ENOUGH:
        return None
    drawn = curve(watched=delays, answered=[True] * len(delays))
    return NetworkDelay(n=len(delays), spread=_spread(drawn))
