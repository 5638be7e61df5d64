"""From what a stream tells to pages that can be taken in."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from answerback.channels.bluesky.jetstream import named
from answerback.channels.bluesky.map import Ear, addressed_to, all_gone, gone, thing_of
from answerback.channels.bluesky.people import People
from answerback.channels.bluesky.place import Place, from_micros
from answerback.channels.bluesky.told import Told, What
from answerback.channels.inbound import ChannelDown, Cursor, Failure, Fetched
from answerback.channels.live import Hole, Page
from answerback.channels.telling import as_raw

MOST: Final = 500  #: things of one page
_SECONDS: Final = 1.0  #: no post waits longer to be handed on
#: A stream in which nothing is for us tells its place so often.
_PLACE_SECONDS: Final = 10.0

#: Events of one line that nobody can read, and that are kept; then only those that name us.
_MOST_ODD: Final = 100

_UNREADABLE: Final = Failure(
    reason="not_json",
    sentence="The stream told something that cannot be read. It is kept as it came; report it.",
)


@dataclass(slots=True, kw_only=True)
class Pages:
    """Gathers what is for us, for a second or until a page is full."""

    ear: Callable[[datetime], Ear]
    people: People
    place: Place
    host: str
    everything: bool = False  #: all posts; False: those that speak to us, and our own
    clock: Callable[[], datetime]
    questions: int = 4  #: about authors, for one page
    _held: list[Told | Hole] = field(default_factory=list)
    _holes: list[Hole] = field(default_factory=list)  #: whose end the next event tells
    _odd: int = 0  #: events that could not be read
    _handed_at: float = field(default_factory=time.monotonic)
    _told_at: float = field(default_factory=time.monotonic)

    def gather(self, stream: Iterator[Told | Hole | None]) -> Iterator[Page]:
        """Yield pages; an empty one about once a second while there is nothing for us."""
        try:
            yield from self._gathered(stream)
        except ChannelDown:
            # What came before the fault is handed on, so that a line that breaks each second
            # still gets somewhere.
            if self._held:
                yield self._page()
            raise
        if self._held:
            yield self._page()

    def _gathered(self, stream: Iterator[Told | Hole | None]) -> Iterator[Page]:
        us = self.ear(self.clock()).did
        for told in stream:
            if isinstance(told, Hole):
                self._holes.append(self._from_here(told))
            elif told is not None:
                self._end_holes(told)
                if self._is_for(told, us):
                    self._held.append(told)
                self._move(told)
                if told.what is What.RENAMED:
                    self.people.forget(told.did)
            if (told is None and self._held) or len(self._held) >= MOST or self._is_due():
                yield self._page()
            elif told is None:
                yield Page(cursor=self._place_now_and_then())

    def _is_for(self, told: Told, us: str) -> bool:
        if told.what is What.WRITTEN:
            record = (told.payload or {}).get("record")
            if self.everything or told.did == us or not isinstance(record, dict):
                return self.everything or told.did == us
            return addressed_to(record, did=us)
        if told.what is What.ACCOUNT_GONE:
            return told.did != us  # what we said is the desk's own, whatever becomes of the login
        if told.what is What.BROKEN:
            return self._is_kept(told, us)
        return told.what is What.DELETED

    def _is_kept(self, broken: Told, us: str) -> bool:
        """
        Say whether something that cannot be read is kept.

        It may be anybody's: a stream that learned a new form of events would fill the disk.
        """
        self._odd += 1
        return self._odd <= _MOST_ODD or us in broken.raw

    def _from_here(self, hole: Hole) -> Hole:
        """Return a hole that begins where we are, unless it says where it does."""
        if hole.since is not None or self.place.moment is None:
            return hole
        return replace(hole, since=from_micros(self.place.moment))

    def _end_holes(self, told: Told) -> None:
        """
        Let holes end with the first event behind them.

        Until then our place stands before them, so that whatever happens they are told.
        """
        if self._holes and told.at is not None:
            self._held += [replace(hole, until=hole.until or told.at) for hole in self._holes]
            self._holes = []

    def _move(self, told: Told) -> None:
        if told.number is not None or told.moment is not None:
            self.place = replace(self.place, host=self.host, number=told.number, moment=told.moment)

    def _is_due(self) -> bool:
        return time.monotonic() - self._handed_at > _SECONDS

    def _place_now_and_then(self) -> Cursor | None:
        if time.monotonic() - self._told_at < _PLACE_SECONDS:
            return None
        self._told_at = time.monotonic()
        return self.place.write()

    def _page(self) -> Page:
        held, self._held = self._held, []
        self._handed_at = time.monotonic()
        if not held:
            return Page(cursor=self._place_now_and_then())
        self._told_at = self._handed_at
        at = self.clock()
        ear = self.ear(at)
        authors = [one.did for one in held if isinstance(one, Told) and one.what is What.WRITTEN]
        known = self.people.known(authors, at=at, questions=self.questions)
        return Page(
            things=tuple(
                told_thing(one, ear=ear, author=known.get(one.did))
                for one in held
                if isinstance(one, Told)
            ),
            holes=tuple(one for one in held if isinstance(one, Hole)),
            cursor=self.place.write(),
        )


def told_thing(told: Told, *, ear: Ear, author: object) -> Fetched:
    """Return an event of a stream as a thing; `author` is what is known of who wrote it."""
    if told.what is What.DELETED:
        return gone(told.uri, at=told.at, raw=told.raw)
    if told.what is What.ACCOUNT_GONE:
        return all_gone(told.did, at=told.at, raw=told.raw)
    if told.what is What.BROKEN:
        return Fetched(cursor=Cursor(named(told.raw)), raw=told.raw, failure=_UNREADABLE)
    payload = {**(told.payload or {}), "author": author}
    return thing_of(payload, ear=ear, raw=told.raw or as_raw(told.payload))
