"""The ways files write a moment."""

from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.channels.files import NOON

from answerback.channels.archive.times import NotATime, believable, read_time

TOLD = datetime(2017, 10, 31, 22, 10, 47, tzinfo=UTC)


@pytest.mark.parametrize(
    "told",
    [
        "2017-10-31T22:10:47Z",
        "2017-10-31T22:10:47+00:00",
        "2017-11-01T00:10:47+02:00",
        "2017-10-31T22:10:47",
        "2017-10-31 22:10:47",
        " 2017-10-31 22:10:47 ",
        "2017-10-31T22:10:47.000Z",
        "2017-10-31 22:10:47 UTC",
        "2017-10-31 22:10:47 GMT",
        "2017-10-31 22:10:47 Z",
        "2017-10-31T22:10:47UTC",
        "2017-10-31 22:10:47 +0000",
        "20171031T221047Z",
        "20171031221047",
        "Tue Oct 31 22:10:47 +0000 2017",
        "Wed Nov 01 00:10:47 +0200 2017",
        "Tue, 31 Oct 2017 22:10:47 +0000",
        "Tue, 31 Oct 2017 22:10:47 GMT",
        "31 Oct 2017 22:10:47 +0000",
        "1509487847",
        "1509487847000",
        "1509487847000000",
        "1509487847.0",
        1509487847,
        1509487847.0,
        1509487847000,
        datetime(2017, 10, 31, 22, 10, 47),  # noqa: DTZ001 - without a zone, as Parquet has it
        datetime(2017, 11, 1, 0, 10, 47, tzinfo=timezone(timedelta(hours=2))),
    ],
    ids=str,
)
def test_the_same_moment_in_each_form_is_the_same_moment(told: object) -> None:
    assert read_time(told) == TOLD
    assert read_time(told).tzinfo is UTC


@pytest.mark.parametrize("told", ["2017-10-31", "20171031"])
def test_a_date_alone_is_its_midnight(told: str) -> None:
    assert read_time(told) == datetime(2017, 10, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    "told",
    [
        "yesterday",
        "10000-01-01T00:00:00Z",
        "2017-13-01",
        "2017-02-30T10:00:00Z",
        "31/10/2017 22:10",
        "Tue Okt 31 22:10:47 +0000 2017",
        "Oct 31, 2017 10:10 PM",  # passed over, PM would be twelve hours lost
        "31 Oct 2017 10:10 a.m.",
        "Tue, 31 Oct 2017 22:10:47 XYZ",
        "Tue Oct 31 22:10:47 CET 2017",
        "nan",
        "inf",
        "-inf",
        "9" * 30,
        "9" * 5000,
        "1e400",
        "0001-01-01T00:00:00+14:00",
        float("nan"),
        float("inf"),
        10**30,
        True,
        None,
        [],
        {},
        b"2017-10-31",
    ],
    ids=lambda told: repr(told)[:24],
)
def test_what_is_no_time_is_refused(told: object) -> None:
    with pytest.raises(NotATime, match="is not a time"):
        read_time(told)


@pytest.mark.parametrize(
    "told", ["1989-12-31T23:59:59Z", "0", "2026-03-03T12:00:01Z", "9999-12-31"]
)
def test_a_time_when_nobody_can_have_posted_is_not_believed(told: str) -> None:
    with pytest.raises(NotATime):
        believable(told, latest=NOON + timedelta(days=1))


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2200, 1, 1)),  # noqa: DTZ001
    st.integers(-14 * 4, 14 * 4),
)
def test_every_moment_comes_back_from_each_form_to_its_own_precision(
    moment: datetime, quarters: int
) -> None:
    zone = timezone(timedelta(minutes=15 * quarters))
    told = moment.replace(tzinfo=UTC).astimezone(zone)
    second = told.replace(microsecond=0)

    assert read_time(told.isoformat()) == told
    assert read_time(told.isoformat(" ")) == told
    assert read_time(f"{second:%a %b %d %H:%M:%S %z %Y}") == second
    assert read_time(format_datetime(second)) == second
    assert read_time(int(second.timestamp())) == second


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("03.02.2026 14:05", datetime(2026, 2, 3, 14, 5, tzinfo=UTC)),
        ("3.2.2026, 4:05:06", datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("31.12.2025", datetime(2025, 12, 31, tzinfo=UTC)),
        (date(2026, 2, 3), datetime(2026, 2, 3, tzinfo=UTC)),
    ],
)
def test_dates_with_dots_and_bare_dates_are_read(told: object, moment: datetime) -> None:
    assert read_time(told) == moment


@pytest.mark.parametrize("told", ["32.01.2026", "03.13.2026 14:05", "03.02.2026 25:00", "3.2.26"])
def test_dates_with_dots_that_no_calendar_holds_are_refused(told: str) -> None:
    with pytest.raises(NotATime):
        read_time(told)
