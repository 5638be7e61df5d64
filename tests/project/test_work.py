"""The background work's loop: nobody starves, and nothing stops it but a signal."""

import logging
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import pytest
from tests.builders import MONDAY_9

from answerback.project.jobs import JOBS, Job
from answerback.project.work import stop_on_signals, work

T = TypeVar("T")


@dataclass(kw_only=True)
class Evening:
    """A clock that goes on only while the loop rests, and ends it after some seconds."""

    ends_after: float = 10.0
    now: float = 0.0
    rests: list[float] = field(default_factory=list)

    def is_set(self) -> bool:
        return self.now >= self.ends_after

    def wait(self, timeout: float) -> bool:
        self.rests.append(timeout)
        self.now += timeout
        return self.is_set()


def _run(*jobs: Job, evening: Evening) -> None:
    work(
        jobs,
        stopping=evening,
        clock=lambda: MONDAY_9,
        seconds=lambda: evening.now,
        let_go=lambda: None,
    )


def _job(name: str, do: Callable[[], bool], *, every: float = 1.0) -> Job:
    def do_one(*, at: datetime) -> bool:
        assert at == MONDAY_9
        return do()

    return Job(name=name, do_one=do_one, every_seconds=every)


def _noting(into: list[T], what: Callable[[], T]) -> Callable[[], bool]:
    """Return a job that finds nothing due, and notes that it looked."""

    def look() -> bool:
        into.append(what())
        return False

    return look


def test_a_job_with_much_to_do_starves_no_other() -> None:
    done: list[str] = []
    evening = Evening()

    def long() -> bool:
        done.append("long")
        return len(done) < 8

    def short() -> bool:
        done.append("short")
        return done.count("short") < 3

    _run(_job("long", long, every=99), _job("short", short, every=99), evening=evening)

    assert done == ["long", "short"] * 3 + ["long"] * 2


def test_each_job_is_looked_at_as_often_as_it_says_while_nothing_is_due() -> None:
    seen: list[tuple[str, float]] = []
    evening = Evening(ends_after=6)

    quick = _noting(seen, lambda: ("q", evening.now))
    slow = _noting(seen, lambda: ("s", evening.now))

    _run(_job("quick", quick, every=2), _job("slow", slow, every=5), evening=evening)

    assert seen == [("q", 0), ("s", 0), ("q", 2), ("q", 4), ("s", 5)]


def test_a_job_that_fails_is_logged_with_its_traceback_and_the_others_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[float] = []
    evening = Evening(ends_after=3)

    def bug() -> bool:
        raise KeyError("a column that is not there")

    with caplog.at_level(logging.ERROR):
        _run(
            _job("bug", bug),
            _job("good", _noting(done, lambda: evening.now)),
            evening=evening,
        )

    assert done == [0, 1, 2]
    assert "The job 'bug' failed" in caplog.text
    assert "KeyError: 'a column that is not there'" in caplog.text


def test_a_job_that_goes_on_failing_is_tried_ever_more_seldom() -> None:
    tries: list[float] = []
    evening = Evening(ends_after=300)

    def bug() -> bool:
        tries.append(evening.now)
        raise RuntimeError

    _run(_job("bug", bug), evening=evening)

    assert tries == [0, 2, 6, 14, 30, 62, 122, 182, 242]


def test_it_ends_between_two_jobs() -> None:
    done: list[str] = []
    evening = Evening()

    def last() -> bool:
        done.append("last")
        evening.now = evening.ends_after
        return True

    _run(_job("last", last), _job("never", _noting(done, lambda: "never")), evening=evening)

    assert done == ["last"]


def test_a_signal_sets_what_the_loop_asks_and_nothing_else() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with stop_on_signals() as stopping:
        signal.raise_signal(signal.SIGTERM)

    assert stopping.is_set()
    assert signal.getsignal(signal.SIGTERM) is before


def test_every_job_of_the_house_has_a_name_of_its_own() -> None:
    names = [job.name for job in JOBS]

    assert sorted(set(names)) == sorted(names)


@pytest.mark.usefixtures("empty_database")
@pytest.mark.slow  # a process of its own
def test_work_makes_its_database_and_ends_cleanly_on_sigterm(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "answerback", "work", "--data", str(tmp_path / "desk")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603  our own words
        assert running.stdout is not None
        began = running.stdout.readline()
        running.send_signal(signal.SIGTERM)
        rest = running.stdout.read()

    assert began.startswith("Working: ")
    assert (running.returncode, rest) == (0, "Ended.\n")
    assert (tmp_path / "desk" / "secret.key").exists()
