"""Slow down, never skip."""

from collections.abc import Callable

#: SQLite's wait for the write lock is not fair: without a breath between two batches, an
#: agent's small write waited up to 1.4 s; with 5 ms, 9 ms.
BREATH_SECONDS = 0.005


def breathe(*, sleep: Callable[[float], None]) -> None:
    """Let somebody else write.  Called between transactions, never inside one."""
    sleep(BREATH_SECONDS)
