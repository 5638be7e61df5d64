"""What another policy would have done to the posts that came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from answerback.domain.records.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The plans of one policy beside those of another, over the same posts."""

    posts: int
    since: datetime | None  #: of the posts, by when they were written; None: there were none
    until: datetime | None
    owed_before: int
    owed_after: int
    newly_owed: int
    not_owed_any_more: int
    sooner: int  #: owed by both, with an earlier deadline now
    later: int
    sooner_by: timedelta | None  #: the median of those; None: there are none
    later_by: timedelta | None
    other_queue: int  #: owed by both, in another queue now
    breached_before: int  #: owed, and not answered when the deadline passed
    breached_after: int

    @property
    def moved(self) -> int:
        return self.sooner + self.later


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One post under both policies."""

    written_at: datetime
    before: Plan
    after: Plan
    answered_at: datetime | None  #: None: not yet


def what_if(*, tried: Sequence[Tried], at: datetime) -> WhatIf:
    """
    Compare two policies over the same posts.

    A deadline counts as breached when it passed before the answer, or before `at` without one.

    Shapes: any order of the posts gives the same figures.
    Units: `sooner_by` and `later_by` are wall time between the two deadlines.
    """
    moves = [
        one.after.respond_by - one.before.respond_by
        for one in tried
        if one.before.respond_by is not None and one.after.respond_by is not None
    ]
    both = [one for one in tried if one.before.respond and one.after.respond]
    sooner = sorted(-move for move in moves if move < timedelta())
    later = sorted(move for move in moves if move > timedelta())
    written = sorted(one.written_at for one in tried)
    return WhatIf(
        posts=len(tried),
        since=written[0] if written else None,
        until=written[-1] if written else None,
        owed_before=sum(one.before.respond for one in tried),
        owed_after=sum(one.after.respond for one in tried),
        newly_owed=sum(one.after.respond and not one.before.respond for one in tried),
        not_owed_any_more=sum(one.before.respond and not one.after.respond for one in tried),
        sooner=len(sooner),
        later=len(later),
        sooner_by=_middle(sooner),
        later_by=_middle(later),
        other_queue=sum(one.before.queue != one.after.queue for one in both),
        breached_before=sum(_breached(one.before, one, at=at) for one in tried),
        breached_after=sum(_breached(one.after, one, at=at) for one in tried),
    )


def _middle(sizes: Sequence[timedelta]) -> timedelta | None:
    return sizes[len(sizes) // 2] if sizes else None


def _breached(plan: Plan, one: Tried, *, at: datetime) -> bool:
    if not plan.respond or plan.respond_by is None:
        return False
    return plan.respond_by < (one.answered_at or at)
