from datetime import UTC, datetime, timedelta

import pytest

from answerback.domain.triage.in_words import moment, open_time, percent


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
        (timedelta(hours=2), "2 open hours"),
        (timedelta(hours=1), "1 open hour"),
        (timedelta(days=1), "24 open hours"),
        (timedelta(minutes=90), "90 open minutes"),
        (timedelta(minutes=1), "1 open minute"),
        (timedelta(seconds=30), "0.5 open minutes"),
    ],
)
def test_a_target_is_said_exactly(told: timedelta, said: str) -> None:
    assert open_time(told) == said


def test_a_moment_is_said_with_its_date() -> None:
    assert moment(datetime(2015, 2, 17, 7, 5, tzinfo=UTC)) == "Tue 17 Feb 2015 07:05 UTC"
