"""
One stream a browser, one look a process.

Every process looks twice a second at what happened, and tells all its streams what concerns
them: numbers and closed words only, never anybody's text.  Whoever wants to show it asks for it,
and is given what they may see.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic
from typing import TypeVar
from weakref import WeakKeyDictionary

from django.contrib.sessions.models import Session
from django.db import connections
from django.utils import timezone

from answerback.desk.queries.live import (
    LOOK_BACK,
    LiveEvent,
    LivePresence,
    events_after,
    events_since,
    everybody_present,
    newest_event,
    newest_notice,
    noticed_after,
    seats_now,
)
from answerback.domain.records.event import EventName
from answerback.web.ending import is_ending
from answerback.web.live_window import Window

TICK_SECONDS = 0.4
HEARTBEAT_SECONDS = 15.0
#: Somebody who was signed out, or lost a seat, is told nothing more after this.
CHECK_SECONDS = 4.0
#: More than this at once, and a page had better ask anew for everything.
_MOST_TOLD = 200
_MOST_READ = 5000
_MOST_WAITING = 1000
#: Numbers are read again from a little before the last one heard: some commit late.
_REWIND = 100
#: What concerns no case, or nobody at once.
_UNTOLD = frozenset({EventName.POST_READ, EventName.BATCH_TAKEN_IN})

Told = TypeVar("Told")


@dataclass(eq=False, kw_only=True)
class Stream:
    """One open stream, and whom it is for."""

    user_id: int
    handle: str
    session_key: str
    proof: str  #: of the password, as the session carries it
    brands: frozenset[int]
    waiting: asyncio.Queue[bytes | None] = field(
        default_factory=lambda: asyncio.Queue(maxsize=_MOST_WAITING)
    )

    def tell(self, message: bytes | None) -> None:
        """Let it be sent; a browser that takes nothing for so long is let go, and comes back."""
        if self.waiting.full():
            while not self.waiting.empty():
                self.waiting.get_nowait()
            message = None
        self.waiting.put_nowait(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What one look found."""

    events: tuple[LiveEvent, ...]
    present: tuple[tuple[LivePresence, bool], ...]  #: who came, changed or (False) left
    noticed: Mapping[int, int]  #: how many new notices each person has


class Hub:
    """All streams of a process, on one event loop."""

    def __init__(self) -> None:
        self._streams: set[Stream] = set()
        self._looking: asyncio.Task[None] | None = None
        # One thread, and so one connection to the database, however many streams.  It is kept
        # while anybody listens; a fault of it ends the look, and every stream with it.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")
        self._window: Window | None = None
        self._present: dict[tuple[int, str], LivePresence] = {}
        self._notice = 0

    async def listen(self, stream: Stream, *, after: int | None) -> AsyncIterator[bytes]:
        """
        Yield what a browser is told, beginning behind the event it heard last.

        Without one it begins ten seconds ago.  Something may be told twice, nothing is left out.
        """
        self._streams.add(stream)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_on())
        try:
            yield b"retry: 2000\n\n"
            for message in await self._ask(lambda: _replay(stream, after=after)):
                yield message
            while not is_ending():
                told = await _next(stream)
                if told is None:
                    return
                yield told
        finally:
            self._streams.discard(stream)

    async def _ask(self, question: Callable[[], Told]) -> Told:
        return await asyncio.get_running_loop().run_in_executor(self._thread, question)

    async def _look_on(self) -> None:
        try:
            checked = monotonic()
            while self._streams and not is_ending():
                self._tell(await self._ask(self._look))
                if monotonic() - checked > CHECK_SECONDS:
                    checked = monotonic()
                    await self._check()
                await asyncio.sleep(TICK_SECONDS)
        finally:
            # Whoever comes from here on begins a look of their own, where they come.
            self._looking, self._window, self._present = None, None, {}
            for stream in self._streams:  # after a fault: their browsers come back
                stream.tell(None)
            await self._ask(connections.close_all)

    def _look(self) -> _Seen:
        if self._window is None:
            self._window, self._notice = Window(newest_event()), newest_notice()
        read = events_after(self._window.floor, limit=_MOST_READ)
        present = {(one.case_id, one.handle): one for one in everybody_present(at=timezone.now())}
        before, self._present = self._present, present
        noticed = noticed_after(self._notice)
        self._notice = max([self._notice, *(notice_id for notice_id, _ in noticed)])
        return _Seen(
            events=tuple(self._window.fresh(read, now=monotonic())),
            present=(
                *((one, True) for key, one in present.items() if before.get(key) != one),
                *((one, False) for key, one in before.items() if key not in present),
            ),
            noticed=Counter(user_id for _, user_id in noticed),
        )

    def _tell(self, seen: _Seen) -> None:
        for stream in self._streams:
            for message in _messages(seen.events, stream=stream):
                stream.tell(message)
            for one, here in seen.present:
                if one.brand_id in stream.brands and one.handle != stream.handle:
                    stream.tell(_presence(one, here=here))
            if stream.user_id in seen.noticed:
                stream.tell(_said({"what": "notice", "count": seen.noticed[stream.user_id]}))

    async def _check(self) -> None:
        """End the streams of sessions that are over; let the others know their brands anew."""
        streams = list(self._streams)
        living, seats = await self._ask(lambda: (_living(streams), seats_now(_people(streams))))
        for stream in streams:
            now = seats.get(stream.user_id)
            if now is None or stream.session_key not in living or now.proof != stream.proof:
                stream.tell(None)
            else:
                stream.brands = now.brands


def _people(streams: Iterable[Stream]) -> set[int]:
    return {stream.user_id for stream in streams}


def _living(streams: Iterable[Stream]) -> set[str]:
    keys = [stream.session_key for stream in streams]
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(rows.values_list("session_key", flat=True))


async def _next(stream: Stream) -> bytes | None:
    try:
        return await asyncio.wait_for(stream.waiting.get(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return b": still here\n\n"


def _replay(stream: Stream, *, after: int | None) -> list[bytes]:
    at = timezone.now()
    if after is None:
        events = events_since(at - LOOK_BACK, limit=_MOST_TOLD)
    else:
        events = events_after(max(0, after - _REWIND), limit=_MOST_READ)
    present = [
        _presence(one, here=True)
        for one in everybody_present(at=at)
        if one.brand_id in stream.brands and one.handle != stream.handle
    ]
    return [*_messages(events, stream=stream), *present]


def _messages(events: Iterable[LiveEvent], *, stream: Stream) -> list[bytes]:
    told = [
        event for event in events if event.brand_id in stream.brands and event.what not in _UNTOLD
    ]
    if len(told) > _MOST_TOLD:
        return [_said({"what": "much"}, event_id=told[-1].event_id)]
    return [
        _said({"what": event.what, "case": event.case_id, "by": event.by}, event_id=event.event_id)
        for event in told
    ]


def _presence(one: LivePresence, *, here: bool) -> bytes:
    told = {"case": one.case_id, "who": one.handle, "writing": one.writing and here, "here": here}
    return _said({"what": "presence", **told})


def _said(told: Mapping[str, object], *, event_id: int | None = None) -> bytes:
    number = "" if event_id is None else f"id: {event_id}\n"
    return f"{number}data: {json.dumps(told)}\n\n".encode()


_HUBS: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """Return the hub of the running loop: one a process."""
    return _HUBS.setdefault(asyncio.get_running_loop(), Hub())
