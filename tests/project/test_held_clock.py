"""The shared clock between two looks at it."""

from datetime import timedelta

import pytest
from tests.builders import MONDAY_9

from answerback.project import clock
from answerback.project.clock import HeldClock

HOUR = 3_600.0


def test_between_two_looks_it_goes_on_and_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [100.0]
    asked: list[int] = []

    def shared() -> object:
        asked.append(1)
        return MONDAY_9

    monkeypatch.setattr(clock, "seconds_now", lambda: seconds[0])
    monkeypatch.setattr(clock, "shared_now", shared)
    held = HeldClock()

    assert held() == MONDAY_9
    seconds[0] += HOUR
    assert (held(), asked) == (MONDAY_9 + timedelta(hours=1), [1])
    assert (held.look(), held(), asked) == (MONDAY_9, MONDAY_9, [1, 1])
