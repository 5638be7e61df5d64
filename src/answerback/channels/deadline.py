"""One moment by which all that is asked of a network in one act must be over."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_UNTIL: ContextVar[float | None] = ContextVar("until", default=None)


#: A clock that goes on while a process is stopped, and where it can be while its machine sleeps.
_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", None)


def seconds_now() -> float:
    """
    Return the seconds by which such a moment is told: they never go back.

    A laptop that is closed in the middle of a call wakes when somebody else has taken its work
    over; `time.monotonic()` would not have noticed.
    """
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)


@contextmanager
def within(seconds: float, *, since: float | None = None) -> Iterator[None]:
    """
    Let no request of this block write or read after so many seconds, however many there are.

    `since` is a moment of `seconds_now()`; None: now.  That clock goes on while a process is
    stopped: one that wakes too late says nothing more.
    """
    before = _UNTIL.set((seconds_now() if since is None else since) + seconds)
    try:
        yield
    finally:
        _UNTIL.reset(before)


def left(most: float | None) -> float | None:
    """
    Return how long one step may take: `most` seconds, or what is left of the block's time.

    :raises TimeoutError: when nothing is left.
    """
    until = _UNTIL.get()
    if until is None:
        return most
    rest = until - seconds_now()
    if rest <= 0:
        raise TimeoutError("the time for this is over")
    return rest if most is None else min(rest, most)
