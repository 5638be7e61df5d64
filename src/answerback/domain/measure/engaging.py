"""Is the brand engaging back?  Every figure of one brand, and brands side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from answerback.domain.measure.conversation import (
    BothSides,
    Conversation,
    Gathered,
    both_sides,
    widest_gap,
)
from answerback.domain.measure.delays import (
    ENOUGH,
    NetworkDelay,
    Response,
    network_delay,
    response,
)
from answerback.domain.measure.rate import Rate
from answerback.domain.measure.waiting import Counted, Part, State, counted

#: With n conversations and not one without the brand, the true share without it lies under
#: 3/n (rule of three, Hanley & Lippman-Hand 1983): from 30 on under a tenth.
_SELECTION_SEEN = 30

#: A hole this long in a brand's archive looks like two collections glued together.
_HOLE = timedelta(days=90)

#: Stands in where no post has a clock, and so nothing is ever compared with it.
_NO_CLOCK = datetime.max.replace(tzinfo=UTC)

#: The moment by which brands are compared.
RANKED_AT = "24 h"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All that an archive tells about one brand."""

    brand: str
    voices: tuple[str, ...]  #: the accounts that spoke for it
    posts: int
    posts_with_clock: int
    begun_at: datetime | None  #: its first post with a clock
    at: datetime | None  #: the report's moment; None: no post has a clock
    first: Response
    next: Response
    follow_up: Response  #: those of `next` that the brand had answered before
    talk: BothSides | None  #: None under 50 conversations
    conversations: int
    delay: NetworkDelay | None
    hole: timedelta | None  #: a long gap in the archive; None: no such gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One brand's figures and the posts behind them."""

    figures: Figures
    conversations: tuple[Conversation, ...]
    counted: tuple[Counted, ...]

    @property
    def never(self) -> list[Counted]:
        """The never-answered first posts, oldest first."""
        lost = [
            post for post in self.counted if post.state is State.NEVER and post.part is Part.FIRST
        ]
        return sorted(lost, key=lambda post: -(post.seconds or 0))


def by_brand(gathered: Gathered) -> dict[str, list[Conversation]]:
    """Return the conversations of each brand, in the archive's order."""
    brands: dict[str, list[Conversation]] = {}
    for talk in gathered.conversations:
        if talk.brand is not None:
            brands.setdefault(talk.brand, []).append(talk)
    return brands


def last_moment(conversations: Iterable[Conversation]) -> datetime | None:
    """Return the time of the latest post: as long as we know that somebody was collecting."""
    return max(
        (post.at for talk in conversations for post in talk.posts if post.at is not None),
        default=None,
    )


def tell(*, brand: str, conversations: Sequence[Conversation], at: datetime | None) -> Told:
    """
    Measure one brand.

    `at` None takes the brand's latest post as the report's moment: nothing in an archive
    shows that anybody was still collecting after it.

    Shapes: each customer post up to `at` that needs a response is counted once.
    """
    moment = at or last_moment(conversations)
    shown = [_until(talk, at=moment) for talk in conversations] if moment else [*conversations]
    shown = [talk for talk in shown if talk.posts]
    stops = moment or _NO_CLOCK
    waits = tuple(post for talk in shown for post in counted(talk, at=stops))
    posts = [post for talk in shown for post in talk.posts]
    hole = widest_gap(shown)
    figures = Figures(
        brand=brand,
        voices=tuple(dict.fromkeys(post.author for post in posts if post.inbound is False)),
        posts=len(posts),
        posts_with_clock=sum(post.at is not None for post in posts),
        begun_at=min((post.at for post in posts if post.at is not None), default=None),
        at=moment,
        first=response([post for post in waits if post.part is Part.FIRST]),
        next=response([post for post in waits if post.part is Part.NEXT]),
        follow_up=response([post for post in waits if post.follow_up and post.part is Part.NEXT]),
        talk=both_sides(shown, at=stops) if len(shown) >= ENOUGH else None,
        conversations=len(shown),
        delay=network_delay(posts, at=stops),
        hole=hole if hole >= _HOLE else None,
    )
    return Told(figures=figures, conversations=tuple(shown), counted=waits)


def _until(talk: Conversation, *, at: datetime) -> Conversation:
    """Return the conversation as it stood at the moment `at`."""
    posts = tuple(post for post in talk.posts if post.at is None or post.at <= at)
    return replace(talk, posts=posts)


def collected_from_answers(conversations: Sequence[Conversation]) -> bool:
    """
    Say whether an archive seems to hold only conversations that the brands answered.

    Then nobody who was ignored is in it, and its answered share of first posts says
    nothing.  A brand that truly answers everybody looks the same: only an archive of
    what people wrote to it, answered or not, can tell the two apart.
    """
    return len(conversations) >= _SELECTION_SEEN and all(
        any(post.inbound is False for post in talk.posts) for talk in conversations
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One brand's place; `as_above`: its interval touches the one above, so order may be chance."""

    brand: str
    rate: Rate
    as_above: bool


def ranking(rates: Mapping[str, Rate | None]) -> list[Placed]:
    """
    Order brands by a rate, best first; those without one (too few posts) have no place.

    Overlap of two 95 % intervals is a careful test: it calls a few true differences the same.
    """
    known = [(brand, rate) for brand, rate in rates.items() if rate is not None]
    known.sort(key=lambda pair: (-pair[1].share, pair[0].casefold()))
    placed: list[Placed] = []
    for brand, rate in known:
        same = bool(placed) and rate.overlaps(placed[-1].rate)
        placed.append(Placed(brand=brand, rate=rate, as_above=same))
    return placed


def rate_by_clock(measured: Response) -> Rate | None:
    """Return the answered share by which brands are ranked; None: too few, or not watched."""
    return measured.clocked.shares[RANKED_AT] if measured.clocked else None


def ranked(figures: Sequence[Figures], *, from_answers: bool) -> dict[str, Response]:
    """
    Return the response by which brands may be compared.

    First posts; in an archive collected from answers the follow-ups, since a conversation
    came into it by its first answer, whatever became of the posts after that.
    """
    return {one.brand: one.follow_up if from_answers else one.first for one in figures}
