"""One process at a time works on a brand's posts."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from answerback.desk.operations.lease import end_lease, keep_lease, take_lease
from answerback.project.clock import HeldClock

#: A process that says nothing for so long is gone, and another goes on.
LEASE: Final = timedelta(seconds=60)


def lease_of(brand_id: int) -> str:
    """Return the name under which one process at a time works on a brand's posts."""
    return f"brand:{brand_id}"


@contextmanager
def brand_to_ourselves(brand_id: int) -> Iterator[Callable[[float], None]]:
    """
    Keep the background work off a brand while a command works on it.

    Yields what the command rests with, which also keeps the brand.
    """
    name = lease_of(brand_id)
    clock = HeldClock()
    renewed = clock.look()
    token = take_lease(name=name, at=renewed, until=renewed + LEASE, by_force=True)

    def rest(seconds: float) -> None:
        nonlocal renewed
        time.sleep(seconds)
        if token is not None and clock() - renewed > LEASE / 4:
            renewed = clock.look()
            keep_lease(name=name, token=token, until=renewed + LEASE)

    try:
        yield rest
    finally:
        if token is not None:
            end_lease(name=name, token=token, at=clock.look())
