"""A dozen decisions by keys alone; `benchmarks/shift.py` makes two hundred, and takes the time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarks.shift import faults_of, furnish, work
from playwright.sync_api import Browser
from tests.whole.served import Served, inside, serving

from answerback.project.clock import now


@pytest.fixture
def desk_of_fifteen(tmp_path: Path, django_db_blocker: Any) -> Iterator[Served]:
    """Return a desk where fifteen cases wait."""
    with django_db_blocker.unblock():
        with inside(tmp_path):
            furnish(cases=15)
        with serving(tmp_path) as served:
            yield served


def test_a_batch_is_sorted_without_a_mouse_and_stands_as_it_was_pressed(
    browser: Browser, desk_of_fifteen: Served
) -> None:
    since = now()

    shift = work(browser, desk_of_fifteen, decisions=12)

    with inside(desk_of_fifteen.folder):
        assert faults_of(shift, since=since) == []
    assert (len(shift.decided), shift.again, shift.mouse) == (12, 0, 0)
    assert (shift.acts["next"], shift.acts["undo"]) == (1, 1)
