from datetime import timedelta

from tests.builders import MONDAY_9

from answerback.domain.records.plan import Plan
from answerback.domain.records.reading import Kind
from answerback.domain.triage.what_if import Tried, WhatIf, what_if

HOUR = timedelta(hours=1)


def plan(hours: float | None, *, queue: str = "care") -> Plan:
    """Return a plan that is due so many hours after nine; None: nothing is owed."""
    return Plan(
        respond=hours is not None,
        kind=Kind.COMPLAINT,
        queue=queue,
        priority=0.5,
        priority_parts={},
        respond_by=None if hours is None else MONDAY_9 + hours * HOUR,
        reasons=(),
    )


def tried(before: Plan, after: Plan, *, answered: float | None = None) -> Tried:
    return Tried(
        written_at=MONDAY_9,
        before=before,
        after=after,
        answered_at=None if answered is None else MONDAY_9 + answered * HOUR,
    )


def test_it_counts_what_moves_what_is_owed_and_what_would_have_been_missed() -> None:
    found = what_if(
        tried=[
            tried(plan(4), plan(1), answered=2),  # sooner, and missed now
            tried(plan(4), plan(2), answered=1),  # sooner, and kept by both
            tried(plan(2), plan(6, queue="sales"), answered=3),  # later: kept now
            tried(plan(2), plan(None)),  # not owed any more; was missed
            tried(plan(None), plan(9)),  # owed now, and still in time
            tried(plan(3), plan(3), answered=1),  # as before
        ],
        at=MONDAY_9 + 8 * HOUR,
    )

    assert found == WhatIf(
        posts=6,
        since=MONDAY_9,
        until=MONDAY_9,
        owed_before=5,
        owed_after=5,
        newly_owed=1,
        not_owed_any_more=1,
        sooner=2,
        later=1,
        sooner_by=3 * HOUR,
        later_by=4 * HOUR,
        other_queue=1,
        breached_before=2,
        breached_after=1,
    )
    assert found.moved == 3


def test_of_no_posts_nothing_is_said() -> None:
    found = what_if(tried=[], at=MONDAY_9)

    assert (found.posts, found.since, found.sooner_by, found.moved) == (0, None, None, 0)
