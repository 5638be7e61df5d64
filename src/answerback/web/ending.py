"""Whether this process is about to end: whatever holds a stream open asks now and then."""

import threading

_ENDING = threading.Event()


def is_ending() -> bool:
    """Tell whether open streams should end; a browser comes back to whoever answers then."""
    return _ENDING.is_set()


def say_ending(*, ending: bool) -> None:
    """Let streams end, or (before serving) let them live."""
    if ending:
        _ENDING.set()
    else:
        _ENDING.clear()
