from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.triage.triaging import OFFICE_HOURS, make_hours

from answerback.domain.records.brand import OpenHours
from answerback.domain.triage.deadlines import NeverOpen, UnknownZone, calendar_of, due_at, zone_of

MINUTE = timedelta(minutes=1)
ZONES = [
    *("UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"),
    *("Pacific/Apia", "Africa/Casablanca", "America/Havana"),
]
#: Weeks in which clocks change somewhere in the list above, and an ordinary one.  Samoa
#: left out 30 December 2011 altogether; Havana changes at midnight.
WEEKS = [
    *(datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 26, tzinfo=UTC)),
    *(datetime(2026, 4, 2, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)),
    *(datetime(2026, 10, 22, tzinfo=UTC), datetime(2026, 10, 29, tzinfo=UTC)),
    *(datetime(2011, 12, 27, tzinfo=UTC), datetime(2025, 12, 29, tzinfo=UTC)),
    *(datetime(2026, 2, 13, tzinfo=UTC), datetime(2026, 7, 6, tzinfo=UTC)),
]


def walked(*, created_at: datetime, target: timedelta, hours: OpenHours) -> datetime:
    """Find the same by brute force: look at the clock on the wall in every minute."""
    zone = ZoneInfo(hours.timezone)
    left, now = target, created_at
    while True:
        wall = now.astimezone(zone)
        if wall.date() not in hours.holidays and any(
            begins <= wall.time() and (wall.time() < ends or ends == time())
            for begins, ends in hours.week.get(wall.weekday(), ())
        ):
            left -= MINUTE
        now += MINUTE
        if not left:
            return now


@st.composite
def open_hours(draw: st.DrawFn) -> OpenHours:
    def day() -> tuple[tuple[time, time], ...]:
        cuts = sorted(draw(st.sets(st.integers(0, 95), min_size=2, max_size=6)))
        spans = zip(cuts[::2], cuts[1::2], strict=False)
        return tuple((quarter(begins), quarter(ends)) for begins, ends in spans)

    days = draw(st.sets(st.integers(0, 6), min_size=2))
    holidays = draw(st.frozensets(st.sampled_from(WEEKS), max_size=2))
    return OpenHours(
        timezone=draw(st.sampled_from(ZONES)),
        week={weekday: day() for weekday in sorted(days)},
        holidays=frozenset(moment.date() + timedelta(days=3) for moment in holidays),
    )


def quarter(count: int) -> time:
    return time(count // 4, count % 4 * 15)


moments = st.builds(
    lambda week, minutes: week + minutes * MINUTE, st.sampled_from(WEEKS), st.integers(0, 6 * 1440)
)
targets = st.integers(1, 600).map(lambda minutes: minutes * MINUTE)


@settings(max_examples=50, deadline=None)
@given(created_at=moments, target=targets, hours=open_hours())
def test_a_deadline_is_what_a_person_finds_who_watches_the_clock_minute_by_minute(
    created_at: datetime, target: timedelta, hours: OpenHours
) -> None:
    assert due_at(created_at=created_at, target=target, hours=hours) == walked(
        created_at=created_at, target=target, hours=hours
    )


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("week", WEEKS)
def test_an_all_night_desk_keeps_the_walkers_deadlines_through_every_change_of_the_clock(
    zone: str, week: datetime
) -> None:
    hours = make_hours(zone, (time(), time(2, 15)), (time(2, 30), time()))

    for created_at in (week, week + timedelta(days=2, minutes=7)):
        target = timedelta(hours=31)
        assert due_at(created_at=created_at, target=target, hours=hours) == walked(
            created_at=created_at, target=target, hours=hours
        )


@settings(max_examples=50, deadline=None)
@given(created_at=moments, later=targets, target=targets, hours=open_hours())
def test_a_later_post_is_never_due_earlier(
    created_at: datetime, later: timedelta, target: timedelta, hours: OpenHours
) -> None:
    first = due_at(created_at=created_at, target=target, hours=hours)

    assert due_at(created_at=created_at + later, target=target, hours=hours) >= first


@settings(max_examples=50, deadline=None)
@given(created_at=moments, target=targets, days=st.integers(-2, 9), hours=open_hours())
def test_one_more_holiday_never_makes_a_deadline_earlier(
    created_at: datetime, target: timedelta, days: int, hours: OpenHours
) -> None:
    more = OpenHours(
        timezone=hours.timezone,
        week=hours.week,
        holidays=hours.holidays | {created_at.date() + timedelta(days=days)},
    )

    assert due_at(created_at=created_at, target=target, hours=more) >= due_at(
        created_at=created_at, target=target, hours=hours
    )


@settings(max_examples=50, deadline=None)
@given(created_at=moments, target=targets, hours=open_hours())
def test_the_open_time_up_to_a_deadline_is_the_target(
    created_at: datetime, target: timedelta, hours: OpenHours
) -> None:
    due = due_at(created_at=created_at, target=target, hours=hours)

    assert calendar_of(hours).open_time(since=created_at, until=due) == target


def test_a_post_at_half_past_four_with_two_hours_is_due_at_half_past_ten_the_next_open_day() -> (
    None
):
    friday = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)

    due = due_at(created_at=friday, target=timedelta(hours=2), hours=OFFICE_HOURS)

    assert due == datetime(2026, 3, 9, 10, 30, tzinfo=UTC)


def test_a_target_that_ends_with_the_day_is_due_at_closing_time() -> None:
    friday = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)

    due = due_at(created_at=friday, target=timedelta(minutes=30), hours=OFFICE_HOURS)

    assert due == datetime(2026, 3, 6, 17, tzinfo=UTC)


def test_lunch_between_two_shifts_does_not_count() -> None:
    hours = make_hours("UTC", (time(9), time(12, 30)), (time(13, 30), time(17)))
    before_lunch = datetime(2026, 3, 6, 12, tzinfo=UTC)

    due = due_at(created_at=before_lunch, target=timedelta(hours=1), hours=hours)

    assert due == datetime(2026, 3, 6, 14, tzinfo=UTC)


def test_an_office_day_after_the_clocks_change_neither_gains_nor_loses_an_hour() -> None:
    hours = OpenHours(timezone="Europe/London", week=OFFICE_HOURS.week)
    friday = datetime(2026, 3, 27, 16, 30, tzinfo=UTC)  # the clocks go forward on Sunday

    due = due_at(created_at=friday, target=timedelta(hours=2), hours=hours)

    assert due.astimezone(ZoneInfo("Europe/London")) == datetime(
        2026, 3, 30, 10, 30, tzinfo=ZoneInfo("Europe/London")
    )


@pytest.mark.parametrize(("night", "length"), [((3, 29), 23), ((10, 25), 25), ((7, 5), 24)])
def test_an_always_open_day_is_as_long_as_it_really_is(night: tuple[int, int], length: int) -> None:
    zone = ZoneInfo("Europe/London")
    begins = datetime(2026, *night, tzinfo=zone)
    calendar = calendar_of(make_hours("Europe/London", (time(), time())))

    ends = begins + timedelta(days=1)  # on the wall

    assert calendar.open_time(since=begins, until=ends) == timedelta(hours=length)


def test_a_deadline_is_exact_to_the_microsecond() -> None:
    created_at = datetime(2026, 3, 6, 16, 59, 59, 999_999, tzinfo=UTC)

    due = due_at(created_at=created_at, target=timedelta(hours=1), hours=OFFICE_HOURS)

    assert due == datetime(2026, 3, 9, 9, 59, 59, 999_999, tzinfo=UTC)


def test_a_deadline_over_the_turn_of_the_year_counts_on() -> None:
    hours = OpenHours(week=OFFICE_HOURS.week, holidays=frozenset({date(2026, 1, 1)}))
    silvester = datetime(2025, 12, 31, 16, tzinfo=UTC)

    due = due_at(created_at=silvester, target=timedelta(hours=10), hours=hours)

    assert due == datetime(2026, 1, 5, 10, tzinfo=UTC)


def test_less_open_time_in_a_year_than_the_target_is_refused() -> None:
    hours = OpenHours(week={0: ((time(9), time(9, 30)),)})

    with pytest.raises(NeverOpen, match="open for less than 2 days, 0:00:00 in the year after"):
        due_at(created_at=datetime(2026, 3, 6, tzinfo=UTC), target=timedelta(days=2), hours=hours)


def test_a_desk_that_opens_only_after_the_horizon_is_never_open() -> None:
    closed = frozenset(date(2026, 1, 1) + timedelta(days=day) for day in range(500))
    hours = OpenHours(week=OFFICE_HOURS.week, holidays=closed)

    with pytest.raises(NeverOpen, match="fewer holidays"):
        due_at(created_at=datetime(2026, 1, 6, tzinfo=UTC), target=timedelta(hours=1), hours=hours)


@pytest.mark.parametrize("year", [1, 9999])
def test_an_absurd_year_is_refused_and_not_a_fault(year: int) -> None:
    hours = make_hours("Asia/Kathmandu", (time(9), time(17)))

    with pytest.raises(NeverOpen):
        due_at(
            created_at=datetime(year, 12, 31, 23, 59, tzinfo=UTC),
            target=timedelta(days=200),
            hours=hours,
        )


def test_a_time_without_a_zone_is_a_bug() -> None:
    naive = datetime(2026, 3, 6)  # noqa: DTZ001 - that is what the test is about

    with pytest.raises(ValueError, match="a time with a zone"):
        due_at(created_at=naive, target=timedelta(hours=1), hours=OFFICE_HOURS)


@pytest.mark.parametrize("target", [timedelta(), timedelta(minutes=-1)])
def test_a_target_of_nothing_is_a_bug(target: timedelta) -> None:
    with pytest.raises(ValueError, match="a target above zero"):
        due_at(created_at=datetime(2026, 3, 6, tzinfo=UTC), target=target, hours=OFFICE_HOURS)


@pytest.mark.parametrize("name", ["Mars/Olympus", "Europe", "../etc/passwd", ""])
def test_a_zone_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone, match="no time zone"):
        zone_of(name)


def test_a_calendar_forgets_old_years_and_still_knows_them() -> None:
    calendar = calendar_of(OFFICE_HOURS)
    deadlines = [
        calendar.due_at(created_at=datetime(year, 6, 1, tzinfo=UTC), target=timedelta(hours=30))
        for year in [*range(1950, 2030), 1950]
    ]

    assert deadlines[-1] == deadlines[0]
    assert all(earlier < later for earlier, later in pairwise(deadlines[:-1]))
