"""How many of the people who were owed an answer have had one, and how soon; from Events alone."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models.fields.json import KT

from answerback.desk import models
from answerback.desk.queries.joined import undone_joins
from answerback.domain.measure.answered import HORIZONS, Wait, curve, watched
from answerback.domain.measure.rate import Rate
from answerback.domain.records.event import EventName

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: The posts of so long are measured.
PERIOD: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredShare:
    """The answered share of posts written in a period that were owed an answer."""

    since: datetime | None  #: None: from the first post on
    posts: int  #: with a clock: the curve rests on them
    untimed: int  #: whose network told no time; in no curve
    shares: tuple[tuple[str, Rate | None], ...]  #: at each horizon; None: not watched so long
    median_seconds: float | None  #: None: not reached


def answered_share(
    *, brand_ids: Collection[int], at: datetime, period: timedelta | None = PERIOD
) -> AnsweredShare:
    """
    Return the answered share by Kaplan-Meier; a case closed without an answer goes on waiting.

    `period` None: of all posts there are.  Four questions to the database, however many posts.

    Source: GLOSSARY.md, "answered share".
    """
    since = None if period is None else at - period
    undone = undone_joins(brand_ids)
    asked, untimed = _asked(brand_ids, undone=undone, since=since, at=at)
    answers = _answers(brand_ids, undone=undone, since=since, at=at)
    deleted = _deleted(brand_ids, since=since, at=at)
    waits = [
        watched(_wait(asked_at, answered_at=answers.get(post), deleted_at=deleted.get(post)), at=at)
        for post, asked_at in asked.items()
        if asked_at <= at and (since is None or since <= asked_at)
    ]
    shares: tuple[tuple[str, Rate | None], ...] = tuple((name, None) for name in HORIZONS)
    median = None
    if waits:
        seen = curve(watched=[one for one, _ in waits], answered=[came for _, came in waits])
        shares = tuple((name, seen.share_at(seconds)) for name, seconds in HORIZONS.items())
        median = seen.quantile(0.5)
    return AnsweredShare(
        since=since, posts=len(waits), untimed=untimed, shares=shares, median_seconds=median
    )


def _wait(asked_at: datetime, *, answered_at: datetime | None, deleted_at: datetime | None) -> Wait:
    """Return a wait; what is dated before its question counts as done at once."""
    return Wait(
        created_at=asked_at,
        answered_at=None if answered_at is None else max(asked_at, answered_at),
        deleted_at=None if deleted_at is None else max(asked_at, deleted_at),
    )


def _asked(
    brand_ids: Collection[int], *, undone: Collection[str], since: datetime | None, at: datetime
) -> tuple[dict[int, datetime], int]:
    """Return when each post that is owed an answer was written: the newest judgement counts."""
    found: dict[int, datetime | None] = {}
    read = _events(brand_ids, EventName.POST_READ, since=since, at=at)
    for post, respond, written, joined in read.values_list(
        "post_id",
        KT("particulars__respond"),
        KT("particulars__created_at"),
        KT("particulars__joined"),
    ).iterator():
        if str(joined) in undone:
            continue
        if int(respond or 0):
            found[post] = datetime.fromisoformat(written) if written else None
        else:
            found.pop(post, None)
    timed = {post: written for post, written in found.items() if written is not None}
    return timed, len(found) - len(timed)


def _answers(
    brand_ids: Collection[int], *, undone: Collection[str], since: datetime | None, at: datetime
) -> dict[int, datetime]:
    told = (EventName.ANSWER_SEEN, EventName.ANSWER_LOST)
    answers: dict[int, datetime] = {}
    for what, post, answered_at in _moments(
        _events(brand_ids, *told, since=since, at=at), undone=undone
    ):
        if what == EventName.ANSWER_SEEN:
            answers[post] = answered_at
        else:  # it did not arrive, or is gone: they wait on
            answers.pop(post, None)
    return answers


def _deleted(
    brand_ids: Collection[int], *, since: datetime | None, at: datetime
) -> dict[int, datetime]:
    gone = _events(brand_ids, EventName.POST_DELETED, since=since, at=at)
    told = gone.values_list("post_id", "at", KT("particulars__deleted_at"))
    return {post: datetime.fromisoformat(when) if when else heard for post, heard, when in told}


def _events(
    brand_ids: Collection[int], *what: EventName, since: datetime | None, at: datetime
) -> "QuerySet[models.Event]":
    events = models.Event.objects.filter(brand_id__in=brand_ids, what__in=what, at__lte=at)
    if since is not None:
        events = events.filter(at__gte=since)  # no post is read before it is written
    return events.order_by("pk")


def _moments(
    seen: "QuerySet[models.Event]", *, undone: Collection[str]
) -> Iterator[tuple[str, int, datetime]]:
    for what, post, at, answered, joined in seen.values_list(
        "what", "post_id", "at", KT("particulars__answered_at"), KT("particulars__joined")
    ).iterator():
        if str(joined) in undone:
            continue
        yield what, post, datetime.fromisoformat(answered) if answered else at
