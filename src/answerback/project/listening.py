"""Hearing all live sources at once: a thread for each that is due, one worker for each source."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from django.db import Error as DatabaseFault
from django.db import connections

from answerback.desk.queries.due_sources import (
    LiveSource,
    accounts_with_letters,
    followed_sources,
)
from answerback.project.clock import HeldClock
from answerback.project.letters import read_letters
from answerback.project.polling import poll_source
from answerback.project.source_leases import HELD
from answerback.project.source_session import Clock, network_of, stream_of
from answerback.project.streaming import hold_stream, is_polled_instead
from answerback.project.work import Stopping, beside

_LOG = logging.getLogger("answerback.listen")

#: So many sources are asked at a time in one process, beside the streams that are held open.
AT_ONCE: Final = 8
_MOST_STREAMS: Final = 64
#: So many accounts' letters are read at a time, however many networks are slow.
_MOST_LETTERS: Final = 4
#: An end waits so long for what is under way: the whole process shall be gone in five seconds.
_END_SECONDS: Final = 1.5
#: How often it is looked whether something is due.
_LOOK_SECONDS: Final = 0.5
_RENEW_SECONDS: Final = 5.0
#: After the database could not be read or written.
_PAUSE_SECONDS: Final = 5.0
#: A source that another process hears is left alone for so long.
_TAKEN_SECONDS: Final = 10.0
#: Whether a source is pushed depends on its account's settings, and is asked anew so often.
_KNOWN_SECONDS: Final = 30.0


class Listening:
    """The loop that hears: it looks what is due and begins it, each piece in its own thread."""

    def __init__(
        self, *, stopping: Stopping, clock: Clock | None = None, at_once: int = AT_ONCE
    ) -> None:
        held = HeldClock()
        self._stopping = stopping
        self._clock = clock or held
        self._look_at_clock = clock or held.look
        self._at_once = at_once
        self._running: dict[str, threading.Thread] = {}
        self._not_before: dict[str, float] = {}  # seconds that never go back
        self._pushed: dict[tuple[int, str], tuple[float, bool]] = {}
        self._renewed = 0.0

    def run(self) -> None:
        """
        Hear what is due until `stopping` is set; then wait a little for what is under way.

        Whatever is cut off has taken in whole pages only, and goes on from there next time.
        """
        try:
            while not self._stopping.is_set():
                self._stopping.wait(self._turn())
        finally:
            connections.close_all()
            until = time.monotonic() + _END_SECONDS
            for thread in list(self._running.values()):
                thread.join(max(0.0, until - time.monotonic()))

    def _turn(self) -> float:
        """Look once, and return how long to rest."""
        try:
            self._look()
        except DatabaseFault as wrong:
            _LOG.warning("The database cannot be used; listening waits: %s", wrong)
        except Exception:  # noqa: BLE001  the loop outlives every fault
            _LOG.exception("Listening met a fault; it goes on.")
        else:
            return _LOOK_SECONDS
        connections.close_all()
        return _PAUSE_SECONDS

    def _look(self) -> None:
        at = self._look_at_clock()
        if time.monotonic() > self._renewed + _RENEW_SECONDS:
            self._renewed = time.monotonic()
            HELD.renew(at=at)
        for source in followed_sources():
            if self._is_pushed(source) and self._has_room_for(source):
                if source.may_stream(at):
                    self._begin(f"stream:{source.source_id}", hold_stream, source.source_id)
            elif source.is_due(at):
                self._begin(f"poll:{source.source_id}", poll_source, source.source_id)
        for account_id in accounts_with_letters(at=at):
            self._begin(f"letters:{account_id}", read_letters, account_id)

    def _has_room_for(self, source: LiveSource) -> bool:
        """Tell whether its stream is open or can be; where too many are, polls hear it instead."""
        name = f"stream:{source.source_id}"
        held = [one for one, thread in self._running.items() if thread.is_alive()]
        streams = sum(one.startswith("stream:") for one in held)
        return name in held or streams < _MOST_STREAMS

    def _is_pushed(self, source: LiveSource) -> bool:
        if is_polled_instead(source.source_id):
            return False
        key = (source.account_id, source.stream)
        until, pushed = self._pushed.get(key, (0.0, False))
        if until > time.monotonic():
            return pushed
        try:
            with network_of(source) as asked:
                pushed = stream_of(source, asked=asked).pushed
        except DatabaseFault:
            raise
        except Exception:  # noqa: BLE001  the poll meets it again, and says it beside the source
            pushed = False
        self._pushed[key] = (time.monotonic() + _KNOWN_SECONDS, pushed)
        return pushed

    def _begin(self, name: str, do: "Callable[..., bool]", number: int) -> None:
        """Do a piece in a thread of its own, unless it is under way or must rest."""
        for done in [one for one, thread in self._running.items() if not thread.is_alive()]:
            del self._running[done]
        kind = name.partition(":")[0]
        alike = sum(one.startswith(f"{kind}:") for one in self._running)
        most = {"stream": _MOST_STREAMS, "letters": _MOST_LETTERS}.get(kind, self._at_once)
        if name in self._running or alike >= most:
            return
        if self._not_before.get(name, 0.0) > time.monotonic():
            return
        act = partial(do, number, clock=self._clock, stopping=self._stopping.is_set)

        def piece() -> None:
            rest = _done(name, act)
            self._not_before[name] = time.monotonic() + rest

        thread = threading.Thread(target=piece, name=name, daemon=True)
        self._running[name] = thread
        thread.start()


def _done(name: str, act: Callable[[], bool]) -> float:
    """Do one piece and let go of its connections; return how many seconds it must rest."""
    try:
        return 0.0 if act() else _TAKEN_SECONDS
    except DatabaseFault as wrong:
        _LOG.warning("%s could not be written, and is fetched again: %s", name, wrong)
    except Exception:  # noqa: BLE001  a bug in one piece stops no other
        _LOG.exception("%s failed; it is tried again.", name)
    finally:
        connections.close_all()
    return _PAUSE_SECONDS


@contextmanager
def listening(stopping: threading.Event) -> Iterator[None]:
    """Hear in threads until `stopping` is set, which the end of the block does, too."""
    late = "A source did not end in time; it is heard again from where it was."
    run = Listening(stopping=stopping).run
    with beside(run, name="listen", stopping=stopping, late=late):
        yield
