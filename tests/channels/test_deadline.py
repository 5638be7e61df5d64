import time

import pytest

from answerback.channels.deadline import left, within


def test_without_a_deadline_each_step_has_its_own_time() -> None:
    assert (left(10.0), left(None)) == (10.0, None)


def test_within_a_deadline_no_step_has_more_than_what_is_left() -> None:
    with within(5.0):
        assert 4.0 < (left(10.0) or 0) <= 5.0
        assert 4.0 < (left(None) or 0) <= 5.0
        assert left(1.0) == 1.0
    assert left(10.0) == 10.0


def test_when_it_is_over_nothing_more_is_said() -> None:
    with within(0.0), pytest.raises(TimeoutError, match="is over"):
        left(10.0)


def test_a_machine_that_slept_has_no_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    awake = time.clock_gettime
    with within(25.0):
        monkeypatch.setattr(time, "clock_gettime", lambda which: awake(which) + 3_600)
        with pytest.raises(TimeoutError, match="is over"):
            left(10.0)
