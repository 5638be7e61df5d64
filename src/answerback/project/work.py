"""The background work: every job in turn, for as long as the process lives."""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, Protocol

from answerback.project.clock import shared_now
from answerback.project.jobs import Job

_LOG = logging.getLogger("answerback.work")

#: A job that fails is tried again after its own time, then twice as long, up to this.
_LONGEST_AFTER_FAILURE: Final = 60.0
#: How long an end waits for the job that is being done; whatever it claimed has a lease.
PATIENCE_SECONDS: Final = 5.0


class Stopping(Protocol):
    """Says when to end, and rests in the meantime; a `threading.Event` is one."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float) -> bool: ...


@dataclass(slots=True)
class _Turn:
    """When a job is looked at next."""

    job: Job
    next_at: float = 0.0  #: seconds of a clock that never goes back
    failures: int = 0  #: since it last went well


def let_go_of_connections() -> None:
    """Close what a database has closed on its side; the next question opens another."""
    from django.db import close_old_connections  # noqa: PLC0415  needs Django

    close_old_connections()


def work(
    jobs: Sequence[Job],
    *,
    stopping: Stopping,
    clock: Callable[[], datetime] = shared_now,
    seconds: Callable[[], float] = time.monotonic,
    let_go: Callable[[], None] = let_go_of_connections,
) -> None:
    """
    Do what is due, one thing of each job in turn, until `stopping` is set.

    A job that has much to do does one thing a round, so it starves no other.  One that fails
    is logged with its traceback and tried again later, ever more seldom while it fails.  When
    nothing is due the loop rests.  It ends between two jobs, never in one.
    """
    turns = [_Turn(job) for job in jobs]
    while not stopping.is_set():
        busy = False
        for turn in turns:
            if stopping.is_set():
                return
            if turn.next_at <= seconds():
                busy |= _take(turn, clock=clock, seconds=seconds)
        if not busy:
            let_go()
            soonest = min((turn.next_at for turn in turns), default=seconds() + 1)
            stopping.wait(max(0.0, soonest - seconds()))


def _take(turn: _Turn, *, clock: Callable[[], datetime], seconds: Callable[[], float]) -> bool:
    try:
        found = turn.job.do_one(at=clock())
    except Exception:  # noqa: BLE001  the one broad except of the house: a bug in one job stops no other
        turn.failures += 1
        wait = min(turn.job.every_seconds * 2.0 ** min(turn.failures, 10), _LONGEST_AFTER_FAILURE)
        turn.next_at = seconds() + max(wait, turn.job.every_seconds)
        _LOG.exception("The job '%s' failed; it is tried again in %.0f s.", turn.job.name, wait)
        return False
    turn.failures = 0
    if not found:
        turn.next_at = seconds() + turn.job.every_seconds
    return found


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """Yield what SIGTERM and SIGINT set, in the place of what they did before."""
    stopping = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        stopping.set()

    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def beside(
    run: Callable[[], None], *, name: str, stopping: threading.Event, late: str
) -> Iterator[None]:
    """Run something in a thread for as long as the block runs; say so when it does not end."""
    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(PATIENCE_SECONDS)
        if thread.is_alive():
            logging.getLogger(f"answerback.{name}").warning(late)


@contextmanager
def working(jobs: Sequence[Job]) -> Iterator[None]:
    """Do the background work in a thread for as long as the block runs."""
    stopping = threading.Event()
    late = "A job did not end in time; another process takes its work over later."
    run = partial(work, jobs, stopping=stopping)
    with beside(run, name="work", stopping=stopping, late=late):
        yield
