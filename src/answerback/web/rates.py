"""How often something may happen, remembered by this process alone: a brake, not a lock."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable


class Brake:
    """
    Lets each name through so often in a minute, evenly, after a first burst of as many.

    Units: `most` a minute, for each name.  Only the names seen last are remembered.
    """

    def __init__(
        self, *, most: int, names: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._names, self._clock = most, names, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    def take(self, name: str) -> int:
        """Take one for a name, and return 0; or take nothing, and return the seconds to wait."""
        with self._one_at_a_time:
            left, now = self._now_left(name)
            wait = self._wait(left)
            if not wait:
                self._left[name] = (left - 1.0, now)
                self._left.move_to_end(name)
                while len(self._left) > self._names:
                    self._left.popitem(last=False)
            return wait

    def _now_left(self, name: str) -> tuple[float, float]:
        now = self._clock()
        left, then = self._left.get(name, (float(self._most), now))
        return min(float(self._most), left + (now - then) * self._most / 60.0), now

    def _wait(self, left: float) -> int:
        return 0 if left >= 1.0 else max(1, round((1.0 - left) * 60.0 / self._most + 0.5))
