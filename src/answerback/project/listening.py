"""Hearing all live sources at once: a thread for each that is due, one worker for each source."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from django.db import Error as DatabaseFault
from django.db import connections

from answerback.desk.queries.due_sources import LiveSource, due_sources
from answerback.project.clock import now
from answerback.project.polling import Clock, poll_source
from answerback.project.work import PATIENCE_SECONDS, Stopping

_LOG = logging.getLogger("answerback.listen")

#: So many sources are asked at a time in one process.
AT_ONCE: Final = 8
#: How often it is looked whether something is due.
_LOOK_SECONDS: Final = 0.5
#: After the database could not be read or written.
_PAUSE_SECONDS: Final = 5.0
#: A source that another process hears is left alone for so long.
_TAKEN_SECONDS: Final = 10.0


@dataclass(slots=True)
class _Pieces:
    """What this process is at, by name."""

    running: dict[str, threading.Thread] = field(default_factory=dict)
    not_before: dict[str, float] = field(default_factory=dict)  #: seconds that never go back


class Listening:
    """The loop that hears: it looks what is due and begins it, each piece in its own thread."""

    def __init__(self, *, stopping: Stopping, clock: Clock = now, at_once: int = AT_ONCE) -> None:
        self._stopping = stopping
        self._clock = clock
        self._at_once = at_once
        self._pieces = _Pieces()

    def run(self) -> None:
        """
        Hear what is due until `stopping` is set; then wait a little for what is under way.

        Whatever is cut off has taken in whole pages only, and goes on from there next time.
        """
        try:
            while not self._stopping.is_set():
                pause = _LOOK_SECONDS
                try:
                    self._look()
                except DatabaseFault as wrong:
                    _LOG.warning("The database cannot be used; listening waits: %s", wrong)
                    connections.close_all()
                    pause = _PAUSE_SECONDS
                self._stopping.wait(pause)
        finally:
            connections.close_all()
            until = time.monotonic() + PATIENCE_SECONDS - 1
            for thread in list(self._pieces.running.values()):
                thread.join(max(0.0, until - time.monotonic()))

    def _look(self) -> None:
        for source in due_sources(at=self._clock()):
            self._begin(f"poll:{source.source_id}", self._poll(source))

    def _poll(self, source: LiveSource) -> Callable[[], bool]:
        def poll() -> bool:
            return poll_source(source.source_id, clock=self._clock, stopping=self._stopping.is_set)

        return poll

    def _begin(self, name: str, do: Callable[[], bool]) -> None:
        """Do a piece in a thread of its own, unless it is under way or must rest."""
        pieces = self._pieces
        for done in [one for one, thread in pieces.running.items() if not thread.is_alive()]:
            del pieces.running[done]
        if name in pieces.running or len(pieces.running) >= self._at_once:
            return
        if pieces.not_before.get(name, 0.0) > time.monotonic():
            return

        def piece() -> None:
            rest = _do(name, do)
            if rest:
                pieces.not_before[name] = time.monotonic() + rest

        thread = threading.Thread(target=piece, name=name, daemon=True)
        pieces.running[name] = thread
        thread.start()


def _do(name: str, do: Callable[[], bool]) -> float:
    """Do one piece and let go of its connections; return how many seconds it must rest."""
    try:
        return 0.0 if do() else _TAKEN_SECONDS
    except DatabaseFault as wrong:
        _LOG.warning("%s could not be written, and is fetched again: %s", name, wrong)
    except Exception:  # noqa: BLE001  a bug in one piece stops no other
        _LOG.exception("%s failed; it is tried again.", name)
    finally:
        connections.close_all()
    return _PAUSE_SECONDS


@contextmanager
def listening() -> Iterator[None]:
    """Hear in threads for as long as the block runs."""
    stopping = threading.Event()
    loop = Listening(stopping=stopping)
    thread = threading.Thread(target=loop.run, name="listen", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(PATIENCE_SECONDS)
        if thread.is_alive():
            _LOG.warning("A source did not end in time; it is heard again from where it was.")
