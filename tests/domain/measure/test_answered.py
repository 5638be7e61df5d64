"""The answered share: silence counts, and closing is not answering."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from statistics import mean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerback.domain.measure.answered import (
    HORIZONS,
    Curve,
    Wait,
    curve,
    never_answered,
    watched,
)
from answerback.domain.measure.conversation import gather
from answerback.domain.measure.delays import Clocked
from answerback.domain.measure.engaging import tell
from answerback.domain.measure.rate import Rate
from answerback.domain.measure.spoken import Spoken

MONDAY_9 = datetime(2026, 3, 2, 9, tzinfo=UTC)
MONTH_LATER = MONDAY_9 + timedelta(days=30)
DAY = HORIZONS["24 h"]


def waited(hours: float | None) -> Wait:
    answered_at = None if hours is None else MONDAY_9 + timedelta(hours=hours)
    return Wait(created_at=MONDAY_9, answered_at=answered_at)


def audited(hours: Sequence[float | None]) -> Clocked:
    """Return what an audit says of people who waited so long for the brand; None: silence."""
    posts = []
    for place, hour in enumerate(hours):
        asked = Spoken(id=f"{place}", author=f"u{place}", inbound=True, at=MONDAY_9, about="Acme")
        posts.append(asked)
        if hour is not None:
            answer = MONDAY_9 + timedelta(hours=hour)
            said = replace(asked, id=f"{place}-r", author="Acme", inbound=False, at=answer)
            posts.append(replace(said, in_reply_to=asked.id))
    told = tell(brand="Acme", conversations=gather(posts).conversations, at=MONTH_LATER)
    assert told.figures.first.clocked is not None
    return told.figures.first.clocked


def curve_of(waits: Sequence[Wait], *, at: datetime) -> Curve:
    seen = [watched(wait, at=at) for wait in waits]
    return curve(watched=[seconds for seconds, _ in seen], answered=[came for _, came in seen])


def lost(waits: Sequence[Wait], *, at: datetime) -> list[int]:
    return [place for place, wait in enumerate(waits) if never_answered(wait, at=at)]


def test_the_curve_of_a_textbook_trial_is_the_textbook_curve() -> None:
    # Remission weeks of the 6-MP arm, Freireich et al. 1963, as worked by hand in
    # Kleinbaum & Klein, Survival Analysis, chapter 2.
    answered = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]

    drawn = curve(watched=answered + censored, answered=[True] * 9 + [False] * 12)

    assert drawn.steps.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert drawn.unanswered.round(4).tolist() == [
        0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482,
    ]  # fmt: skip
    assert drawn.quantile(0.5) == 23
    share = drawn.share_at(10.0)
    assert share is not None
    # The interval on the log(-log) scale, the same in lifelines.
    assert (round(1 - share.high, 3), round(1 - share.low, 3)) == (0.503, 0.889)


def test_ignoring_half_of_the_people_moves_the_headline_though_the_answered_look_the_same() -> None:
    hours = [0.2 + 0.009 * place for place in range(201)]
    half = [hour if place % 2 else None for place, hour in enumerate(hours)]

    kept, ignored = audited(hours), audited(half)

    answered = [hour for place, hour in enumerate(hours) if place % 2]
    assert mean(answered) == pytest.approx(mean(hours), rel=0.01)  # the naive figures: no change
    assert median(answered) == pytest.approx(median(hours), rel=0.01)
    assert kept.shares["24 h"] == Rate.of(201, 201)
    share = ignored.shares["24 h"]
    assert share is not None
    assert share.share == pytest.approx(100 / 201)  # the headline: falls to a half
    assert share.high < 0.58
    assert kept.spread.median == pytest.approx(median(hours) * 3600, rel=0.01)
    assert ignored.spread.median is None  # "not reached"
    assert (kept.never, ignored.never) == (0, 101)


def test_closing_without_an_answer_changes_nothing() -> None:
    open_ones = [waited(1.0)] * 10 + [waited(None)] * 10
    closed = [waited(1.0)] * 10 + [
        Wait(created_at=MONDAY_9, closed_at=MONDAY_9 + timedelta(minutes=5))
    ] * 10

    assert curve_of(closed, at=MONTH_LATER).share_at(DAY) == curve_of(
        open_ones, at=MONTH_LATER
    ).share_at(DAY)
    assert lost(closed, at=MONTH_LATER) == [*range(10, 20)]


def test_closing_taken_for_the_end_of_waiting_would_hide_the_ignored() -> None:
    hours = [0.2 + 0.009 * place for place in range(200)]
    closed = [place % 2 == 0 for place in range(200)]  # every other one, after six minutes
    seconds = [360.0 if shut else hour * 3600 for hour, shut in zip(hours, closed, strict=True)]

    wrong = curve(watched=seconds, answered=[not shut for shut in closed]).share_at(DAY)

    assert wrong is not None
    assert wrong.share == 1  # what our own curve, which goes on waiting, calls a half


def test_each_wait_is_watched_to_its_answer_its_deletion_or_the_report() -> None:
    at = MONDAY_9 + timedelta(hours=10)
    hour = timedelta(hours=1)
    deleted = Wait(created_at=MONDAY_9, deleted_at=MONDAY_9 + 2 * hour)
    too_late = Wait(
        created_at=MONDAY_9, answered_at=MONDAY_9 + 3 * hour, deleted_at=MONDAY_9 + 2 * hour
    )
    waits = [waited(1), waited(None), waited(11), deleted, too_late]

    seen = [watched(wait, at=at) for wait in waits]

    assert seen == [(3600, True), (36000, False), (36000, False), (7200, False), (7200, False)]


def test_never_answered_starts_at_seven_days_and_leaves_the_deleted_out() -> None:
    week = timedelta(days=7)
    young = Wait(created_at=MONTH_LATER - week + timedelta(seconds=1))
    old = Wait(created_at=MONTH_LATER - week)
    deleted = Wait(created_at=MONDAY_9, deleted_at=MONDAY_9 + timedelta(days=9))
    late = Wait(created_at=MONDAY_9, answered_at=MONDAY_9 + timedelta(days=20))

    assert lost([young, deleted, old, late], at=MONTH_LATER) == [2]


def test_nothing_is_told_beyond_the_watched_time() -> None:
    drawn = curve(watched=[60.0, 7200.0], answered=[True, False])

    assert drawn.share_at(7200.0) is not None
    assert drawn.share_at(7201.0) is None


def test_all_answered_is_known_for_ever() -> None:
    drawn = curve(watched=[60.0, 90.0], answered=[True, True])

    assert drawn.share_at(DAY) == Rate.of(2, 2)


def test_no_answers_at_all_is_zero_with_an_interval_from_the_posts_still_watched() -> None:
    drawn = curve(watched=[100.0, 100.0, 10.0], answered=[False] * 3)

    assert drawn.share_at(50.0) == Rate(share=0, low=0, high=Rate.of(0, 2).high, n=3)
    assert drawn.quantile(0.5) is None
    assert drawn.quantile_interval(0.5) == (None, None)


def test_answers_at_once_are_answers_after_zero_seconds() -> None:
    drawn = curve(watched=[0.0, 0.0, 0.0], answered=[True] * 3)

    assert drawn.share_at(0.0) == Rate.of(3, 3)
    assert drawn.quantile(0.5) == 0


def test_an_answer_comes_before_the_end_of_watching_in_the_same_second() -> None:
    drawn = curve(watched=[10.0, 10.0], answered=[False, True])

    assert drawn.unanswered.tolist() == [0.5]


@pytest.mark.parametrize(
    ("seconds", "came"),
    [([], []), ([1.0], [True, False]), ([-1.0], [True]), ([float("nan")], [True])],
)
def test_a_curve_refuses_what_is_no_wait(seconds: list[float], came: list[bool]) -> None:
    with pytest.raises(ValueError, match="A curve needs|A wait is"):
        curve(watched=seconds, answered=came)


def test_times_in_the_wrong_order_are_errors() -> None:
    early = Wait(created_at=MONDAY_9, answered_at=MONDAY_9 - timedelta(seconds=1))

    with pytest.raises(ValueError, match="cannot answer a post"):
        watched(early, at=MONTH_LATER)
    with pytest.raises(ValueError, match="was not yet there"):
        watched(waited(1.0), at=MONDAY_9 - timedelta(seconds=1))
    with pytest.raises(ValueError, match="not negative"):
        curve(watched=[1.0], answered=[True]).share_at(-1.0)


ARCHIVES = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=60)


def by_hand(posts: list[tuple[int, bool]], *, until: int) -> Fraction:
    """Work the product-limit formula post by post, in exact fractions."""
    left = Fraction(1)
    for step in sorted({seconds for seconds, came in posts if came and seconds <= until}):
        at_risk = sum(seconds >= step for seconds, _ in posts)
        events = sum(seconds == step and came for seconds, came in posts)
        left *= Fraction(at_risk - events, at_risk)
    return left


@given(ARCHIVES, st.integers(0, 30))
def test_the_share_is_the_product_limit_worked_in_fractions(
    posts: list[tuple[int, bool]], until: int
) -> None:
    drawn = curve(watched=[seconds for seconds, _ in posts], answered=[came for _, came in posts])
    exact = by_hand(posts, until=until)

    share = drawn.share_at(until)

    if until > max(seconds for seconds, _ in posts) and exact > 0:
        assert share is None
    else:
        assert share is not None
        assert share.share == pytest.approx(float(1 - exact), abs=1e-12)
        assert 0 <= share.low <= share.share + 1e-12
        assert share.share <= share.high + 1e-12
        assert share.high <= 1


@given(ARCHIVES)
def test_the_median_lies_where_the_curve_crosses_one_half(
    posts: list[tuple[int, bool]],
) -> None:
    drawn = curve(watched=[seconds for seconds, _ in posts], answered=[came for _, came in posts])
    half = Fraction(1, 2)
    reached = [second for second in range(31) if by_hand(posts, until=second) <= half]
    below = [second for second in range(31) if by_hand(posts, until=second) < half]

    low, high = drawn.quantile_interval(0.5)

    middle = drawn.quantile(0.5)
    ends = (reached[0], below[0] if below else reached[0]) if reached else None
    assert middle == (sum(ends) / 2 if ends else None)
    if middle is not None:
        assert low is not None
        assert low <= middle <= (float("inf") if high is None else high)


@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_when_all_are_answered_the_median_is_the_plain_one(waits: list[int]) -> None:
    drawn = curve(watched=waits, answered=[True] * len(waits))

    assert drawn.quantile(0.5) == pytest.approx(median(waits))


@given(ARCHIVES)
def test_the_order_of_the_posts_does_not_matter(
    posts: list[tuple[int, bool]],
) -> None:
    shuffled = sorted(posts, key=lambda post: (post[1], -post[0]))

    one, other = (
        curve(watched=[seconds for seconds, _ in some], answered=[came for _, came in some])
        for some in (posts, shuffled)
    )

    assert one.unanswered.tolist() == other.unanswered.tolist()
    assert one.greenwood.tolist() == other.greenwood.tolist()
