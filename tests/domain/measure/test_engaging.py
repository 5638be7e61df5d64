"""All of one brand, and brands side by side."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerback.domain.measure.conversation import gather
from answerback.domain.measure.delays import ENOUGH, Response
from answerback.domain.measure.engaging import (
    Told,
    by_brand,
    collected_from_answers,
    last_moment,
    ranked,
    ranking,
    rate_by_clock,
    tell,
)
from answerback.domain.measure.rate import Rate
from answerback.domain.measure.spoken import Spoken

MONDAY_9 = datetime(2026, 3, 2, 9, tzinfo=UTC)
MONTH_LATER = MONDAY_9 + timedelta(days=30)


def talk(
    number: int, *, minutes: float | None, brand: str = "Acme", clock: bool = True
) -> Iterator[Spoken]:
    """One person's question and, after so many minutes, the brand's answer; None: silence."""
    name, asked = f"{brand}-{number}", MONDAY_9 + timedelta(minutes=number)
    yield Spoken(
        id=name, author=f"u{number}", inbound=True, at=asked if clock else None, about=brand
    )
    if minutes is not None:
        yield Spoken(
            id=f"{name}-r",
            author=brand,
            inbound=False,
            at=asked + timedelta(minutes=minutes) if clock else None,
            in_reply_to=name,
            about=brand,
        )


def told_of(posts: list[Spoken], *, at: datetime | None = MONTH_LATER) -> Told:
    (one,) = by_brand(gather(posts)).items()
    return tell(brand=one[0], conversations=one[1], at=at)


def archive(answered: int, silent: int, *, clock: bool = True, brand: str = "Acme") -> list[Spoken]:
    minutes = [30.0] * answered + [None] * silent
    return [
        post
        for number, minute in enumerate(minutes)
        for post in talk(number, minutes=minute, brand=brand, clock=clock)
    ]


def test_a_brand_that_ignores_half_shows_half() -> None:
    figures = told_of(archive(40, 40)).figures

    assert figures.first.clocked is not None
    day = rate_by_clock(figures.first)
    assert day is not None
    assert (day.share, day.n) == (0.5, 80)
    assert (figures.first.clocked.answered, figures.first.clocked.never) == (40, 40)
    assert figures.first.clocked.spread.p90 is None
    assert (figures.posts, figures.conversations, figures.voices) == (120, 80, ("Acme",))


def test_the_never_answered_are_listed_oldest_first() -> None:
    told = told_of(archive(2, 3))

    assert [wait.post.id for wait in told.never] == ["Acme-2", "Acme-3", "Acme-4"]


def test_one_post_under_fifty_is_too_few() -> None:
    few, enough = (told_of(archive(ENOUGH - silent, 0)).figures for silent in (1, 0))

    assert (few.first.with_clock, few.first.clocked, few.talk) == (49, None, None)
    assert enough.first.clocked is not None
    assert enough.talk is not None


def test_without_a_clock_there_is_a_share_but_no_curve() -> None:
    figures = told_of(archive(45, 15, clock=False), at=None).figures

    assert figures.first.clocked is None
    assert figures.first.answered_at_all == Rate.of(45, 60)
    assert (figures.at, figures.posts_with_clock) == (None, 0)


def test_the_report_ends_with_the_brands_own_latest_post_unless_told() -> None:
    conversations = gather(archive(1, 9)).conversations

    assert last_moment(conversations) == MONDAY_9 + timedelta(minutes=30)
    assert told_of(archive(1, 9), at=None).never == []  # not watched for 7 days
    assert len(told_of(archive(1, 9)).never) == 9


def test_posts_after_the_report_are_not_in_it() -> None:
    figures = told_of(archive(60, 0), at=MONDAY_9 + timedelta(minutes=9)).figures

    assert (figures.posts, figures.conversations, figures.first.with_clock) == (10, 10, 10)


def test_the_networks_own_delay_is_told_where_both_times_are_known() -> None:
    posts = [
        Spoken(
            id=str(number),
            author=f"u{number}",
            inbound=number > 0,
            at=MONDAY_9,
            available_at=MONDAY_9 + timedelta(seconds=number),
            about="Acme",
        )
        for number in range(61)
    ]
    noise = [
        Spoken(id="early", author="x", inbound=True, at=MONDAY_9, about="Acme",
               available_at=MONDAY_9 - timedelta(hours=1)),
        Spoken(id="untold", author="x", inbound=True, at=MONDAY_9, about="Acme"),
    ]  # fmt: skip

    delay = told_of(posts + noise).figures.delay

    assert delay is not None
    assert (delay.n, delay.spread.median) == (61, 30)
    assert told_of(posts[:40]).figures.delay is None


def test_a_hole_of_three_months_is_told() -> None:
    late = Spoken(
        id="late", author="u", inbound=True, at=MONDAY_9 + timedelta(days=120), about="Acme"
    )

    assert told_of(archive(5, 5), at=None).figures.hole is None
    assert told_of([*archive(5, 5), late], at=None).figures.hole == timedelta(days=120) - timedelta(
        minutes=34
    )


@pytest.mark.parametrize(
    ("answered", "silent", "suspect"), [(30, 0, True), (29, 0, False), (300, 1, False)]
)
def test_an_archive_without_one_ignored_person_is_suspect(
    *, answered: int, silent: int, suspect: bool
) -> None:
    conversations = gather(archive(answered, silent)).conversations

    assert collected_from_answers(conversations) is suspect


def test_brands_stand_in_order_and_touching_intervals_are_marked() -> None:
    rates = {"few": None, "low": Rate.of(10, 200), "best": Rate.of(190, 200),
             "near": Rate.of(185, 200)}  # fmt: skip

    placed = ranking(rates)

    assert [(one.brand, one.as_above) for one in placed] == [
        ("best", False),
        ("near", True),
        ("low", False),
    ]


def test_brands_are_ranked_by_follow_ups_where_first_posts_mean_nothing() -> None:
    figures = told_of(archive(60, 0)).figures

    assert ranked([figures], from_answers=False) == {"Acme": figures.first}
    assert ranked([figures], from_answers=True) == {"Acme": figures.follow_up}


def test_each_brand_has_its_own_posts_only() -> None:
    brands = by_brand(gather(archive(3, 2) + archive(1, 1, brand="Bolt")))

    assert {name: len(talks) for name, talks in brands.items()} == {"Acme": 5, "Bolt": 2}


def total(response: Response) -> int:
    return response.with_clock + response.without_clock


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.booleans(), st.booleans(), st.integers(0, 20_000)),
        min_size=1,
        max_size=80,
    )
)
def test_every_customers_post_is_counted_once(
    rows: list[tuple[int, bool, bool, int]],
) -> None:
    posts = [
        Spoken(
            id=str(number),
            author="Acme" if not inbound else f"u{thread}",
            inbound=inbound,
            at=MONDAY_9 + timedelta(minutes=minute) if clock else None,
            conversation_id=str(thread),
            about="Acme",
        )
        for number, (thread, inbound, clock, minute) in enumerate(rows)
    ]

    figures = told_of(posts).figures

    assert figures.posts == len(rows)
    assert total(figures.first) + total(figures.next) == sum(inbound for _, inbound, _, _ in rows)
    assert figures.first.counted == len({thread for thread, inbound, _, _ in rows if inbound})
