"""Figures that take long are reckoned once and kept for a while; the page tells their moment."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Value = TypeVar("Value")

#: More than these asks nobody: one for each set of brands that somebody has seats at.
_MOST = 64


@dataclass(slots=True, kw_only=True)
class Kept(Generic[Value]):
    """
    What was reckoned lately, by what was asked; in this process alone.

    Who asks while another reckons the same waits for that one's answer.
    """

    lasts: timedelta
    _values: dict[Hashable, tuple[datetime, Value]] = field(default_factory=dict)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Hashable, *, at: datetime, reckon: Callable[[], Value]) -> Value:
        """Return what is kept under a key, or reckon it anew where that is too old."""
        with self._one_at_a_time:
            found = self._values.get(key)
            if found is not None and abs(at - found[0]) < self.lasts:
                return found[1]
            value = reckon()
            if len(self._values) >= _MOST:
                self._values.clear()
            self._values[key] = (at, value)
            return value
