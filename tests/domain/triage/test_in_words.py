from datetime import UTC, datetime, timedelta

import pytest

from answerback.domain.triage.in_words import length, moment, percent


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.0, "0 %"),
        (0.004, "under 1 %"),
        (0.914, "91 %"),
        (0.999, "over 99 %"),
        (1.0, "100 %"),
    ],
)
def test_a_probability_is_never_said_to_be_surer_than_it_is(probability: float, said: str) -> None:
    assert percent(probability) == said


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(seconds=61), "1 minute"),
        (timedelta(minutes=40), "40 minutes"),
        (timedelta(minutes=119), "1 hour"),
        (-timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=729), "729 days"),
        (timedelta(days=4000), "10 years"),
    ],
)
def test_a_wait_is_said_in_its_largest_unit(told: timedelta, said: str) -> None:
    assert length(told) == said


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (datetime(2026, 3, 2, 10, 30, tzinfo=UTC), "Mon 10:30"),
        (datetime(2026, 3, 8, 8, 59, tzinfo=UTC), "Sun 08:59"),
        (datetime(2026, 3, 9, 10, 5, tzinfo=UTC), "Mon 9 Mar 2026 10:05"),
        (datetime(2015, 2, 17, 7, 5, tzinfo=UTC), "Tue 17 Feb 2015 07:05"),
    ],
)
def test_a_moment_has_its_date_when_the_weekday_alone_could_mislead(
    told: datetime, said: str
) -> None:
    seen_at = datetime(2026, 3, 2, 9, tzinfo=UTC)

    assert moment(told, seen_at=seen_at) == said
