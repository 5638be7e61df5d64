"""What a piece of work costs on a usual core, so that limits of time hold on slow and busy ones."""

import time
from collections.abc import Callable

_USUAL = 0.009  #: seconds of `_yardstick` on one core of about 3.5 GHz
_TIMES = 5


def usual_seconds(work: Callable[[], object]) -> float:
    """
    Return the processor time of some work, as it would be on a usual core; best of five.

    Each time plain Python is timed right before it: a machine may be slower by the moment.
    A faster core than the usual one counts as it is.
    """
    found = []
    for _ in range(_TIMES):
        slowness = max(1.0, _seconds(_yardstick) / _USUAL)
        found.append(_seconds(work) / slowness)
    return min(found)


def _yardstick() -> None:
    sum(number * number for number in range(200_000))


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin
