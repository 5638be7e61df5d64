from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.triage.triaging import MONDAY_9, make_policy, make_post

from answerback.domain.records.plan import Plan
from answerback.domain.records.post import Post
from answerback.domain.records.reading import Kind
from answerback.domain.triage.priority import (
    HEAD_START,
    Part,
    queue_order,
    reach,
    repeat,
    waiting,
    weigh,
)

HOUR = timedelta(hours=1)
shares = st.floats(0, 1)
values = st.fixed_dictionaries(dict.fromkeys(Part, shares))


def make_plan(
    *, harm: float = 0.0, deadline: float = 0.0, due: datetime | None, respond: bool = True
) -> Plan:
    return Plan(
        respond=respond,
        kind=Kind.COMPLAINT,
        queue="care",
        priority=harm + deadline,
        priority_parts={"urgency": harm, "deadline": deadline},
        respond_by=due,
        reasons=(),
    )


@given(found=values)
def test_the_parts_lie_between_zero_and_their_weights(found: dict[Part, float]) -> None:
    weights = make_policy().weights

    parts = weigh(values=found, weights=weights)

    assert set(parts) == {part.value for part in Part}
    assert all(0 <= parts[part] <= weights[part] for part in Part)


@given(found=values, part=st.sampled_from(list(Part)), more=shares)
def test_more_of_anything_never_lowers_the_priority(
    found: dict[Part, float], part: Part, more: float
) -> None:
    weights = make_policy().weights
    raised = {**found, part: max(found[part], more)}

    before = sum(weigh(values=found, weights=weights).values())

    assert sum(weigh(values=raised, weights=weights).values()) >= before


@pytest.mark.parametrize(
    ("used", "weight"), [(-1, 0), (0, 0), (0.5, 0.125), (1, 0.5), (2, 0.75), (10, 0.95)]
)
def test_a_wait_weighs_what_the_documentation_says(used: float, weight: float) -> None:
    assert waiting(used=used) == pytest.approx(weight)


@given(used=st.floats(0, 1e6), more=st.floats(0, 1e6))
def test_a_longer_wait_never_weighs_less_and_never_more_than_one(used: float, more: float) -> None:
    assert waiting(used=used) <= waiting(used=used + more) < 1


@pytest.mark.parametrize(
    ("followers", "weight"),
    [(None, 0), (-5, 0), (0, 0), (999, 3 / 7), (9_999_999, 1), (10**12, 1)],
)
def test_reach_counts_powers_of_ten(followers: int | None, weight: float) -> None:
    assert reach(followers=followers) == pytest.approx(weight)


@pytest.mark.parametrize(("earlier", "weight"), [(0, 0), (1, 1 / 2), (3, 3 / 4)])
def test_each_earlier_post_weighs_less_than_the_one_before(earlier: int, weight: float) -> None:
    assert repeat(earlier=earlier) == pytest.approx(weight)


def test_the_inbox_begins_with_what_cannot_wait_and_ends_with_what_needs_nothing() -> None:
    def place(name: str, plan: Plan) -> tuple[str, Plan, Post]:
        return name, plan, make_post(external_id=name)

    inbox = [
        place("nothing owed", make_plan(due=None, respond=False)),
        place("due tonight", make_plan(due=MONDAY_9 + 9 * HOUR)),
        place("due soon", make_plan(due=MONDAY_9 + 2 * HOUR)),
        place("nothing owed but harmful", make_plan(due=None, respond=False, harm=0.4)),
        place("overdue", make_plan(due=MONDAY_9 - 2 * HOUR)),
        place("due tonight and harmful", make_plan(due=MONDAY_9 + 9 * HOUR, harm=0.5)),
    ]

    inbox.sort(key=lambda line: queue_order(line[1], line[2]))

    assert [name for name, *_ in inbox] == [
        "due tonight and harmful",
        "overdue",
        "due soon",
        "due tonight",
        "nothing owed but harmful",
        "nothing owed",
    ]


def test_ties_go_to_the_older_post_and_then_to_the_smaller_id() -> None:
    plan = make_plan(due=MONDAY_9 + HOUR)
    posts = [
        make_post(external_id="b"),
        make_post(external_id="c", created_at=MONDAY_9 - HOUR),
        make_post(external_id="a"),
    ]

    posts.sort(key=lambda post: queue_order(plan, post))

    assert [post.external_id for post in posts] == ["c", "a", "b"]


def test_the_place_of_a_post_does_not_change_while_it_waits() -> None:
    post, due = make_post(), MONDAY_9 + HOUR

    early = queue_order(make_plan(due=due, harm=0.25, deadline=0.0), post)
    late = queue_order(make_plan(due=due, harm=0.25, deadline=0.5), post)

    assert late == early


def test_a_post_without_a_clock_stands_as_if_due_when_it_was_heard() -> None:
    post = make_post(created_at=None)

    order = queue_order(make_plan(due=None, harm=0.25), post)

    assert order == (0, post.heard_at - HEAD_START / 4, post.heard_at, "1")


@given(
    harms=st.tuples(shares, shares),
    due=st.integers(1, 2000),
    after=st.integers(1, 5000),
    target=st.integers(1, 2000),
)
def test_nobody_who_writes_a_day_after_my_deadline_is_ever_before_me(
    harms: tuple[float, float], due: int, after: int, target: int
) -> None:
    minute = timedelta(minutes=1)
    my_deadline = MONDAY_9 + due * minute
    written = my_deadline + HEAD_START + after * minute
    mine = queue_order(make_plan(due=my_deadline, harm=harms[0]), make_post())

    theirs = queue_order(
        make_plan(due=written + target * minute, harm=harms[1]), make_post(created_at=written)
    )

    assert mine < theirs


def overload(*, place: Callable[[Plan, Post, datetime], Any]) -> list[int]:
    """
    Return how many are before a mild post, hour by hour, until it is answered.

    Each hour two urgent posts arrive and only one post is answered, for 200 hours.
    """
    inbox = [("mild", make_plan(due=MONDAY_9 + 8 * HOUR), make_post(external_id="mild"))]
    ranks = []
    for hour in range(200):
        now = MONDAY_9 + hour * HOUR
        for name in (f"{hour}a", f"{hour}b"):
            urgent = make_plan(due=now + HOUR, harm=0.5)
            inbox.append((name, urgent, make_post(external_id=name, created_at=now)))
        inbox.sort(key=lambda line: place(line[1], line[2], now))
        ranks.append([name for name, *_ in inbox].index("mild"))
        if inbox.pop(0)[0] == "mild":
            break
    return ranks


def test_a_mild_post_is_answered_though_urgent_ones_arrive_faster_than_we_answer() -> None:
    ranks = overload(place=lambda plan, post, _: queue_order(plan, post))

    # It is due after 8 hours, and half a head start is 12: those of 19 hours come before it.
    assert ranks == [*range(2, 20), *range(20, -1, -1)]


def test_by_priority_alone_the_same_post_would_starve() -> None:
    def priority(plan: Plan, post: Post, now: datetime) -> float:
        written = post.created_at or now
        used = (now - written) / ((plan.respond_by or now) - written)
        return -(plan.priority + 0.5 * waiting(used=used))

    ranks = overload(place=priority)

    assert ranks == list(range(2, 202))
