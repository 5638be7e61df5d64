"""Hold one live stream open: what it pushes is taken in by small batches, polls catch up."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Final

from django.db import Error as DatabaseFault
from django.db import connections

from answerback.channels.inbound import ChannelDown, Cursor
from answerback.channels.live import CannotHear, Hole, HoleKind, NotAllowed, Page
from answerback.desk.operations.settle_source import (
    keep_hole,
    keep_source,
    say_streaming,
    settle_rest,
)
from answerback.desk.operations.take_page import Fenced
from answerback.desk.queries.due_sources import live_source
from answerback.desk.queries.pressure import pressure
from answerback.intake.batches import MOST_ROWS
from answerback.project.polling import poll_pages
from answerback.project.repairing import repair_gaps
from answerback.project.source_session import (
    Clock,
    Session,
    Stopping,
    at_database,
    at_source,
    network_of,
    never,
    stream_of,
)

_LOG = logging.getLogger("answerback.listen")

#: A batch is taken in when it is so old, or has as many rows as one transaction should hold.
_BATCH_SECONDS: Final = 0.2
#: Pages that wait to be taken in; then the stream is not read on, and its sender waits.
_MOST_PAGES: Final = 50
_LOOK_SECONDS: Final = 0.5
#: A stream that says nothing is well: it is said so often, and the lease is kept.
_BEAT_SECONDS: Final = 5.0
#: How often a poll looks whether the stream told everything.
CATCH_UP: Final = timedelta(minutes=3)
#: The first look: what was said between the poll before and the moment the stream stood.
_FIRST_LOOK_SECONDS: Final = 3.0


#: Of one that says it holds no stream open, though its kind of network does: when to try again.
_NO_STREAM_SECONDS: Final = 3_600.0
_POLLED: dict[int, float] = {}


def is_polled_instead(source_id: int) -> bool:
    """Tell whether a source was found to hold no stream open, so that only polls hear it."""
    return _POLLED.get(source_id, 0.0) > time.monotonic()


def hold_stream(source_id: int, *, clock: Clock, stopping: Stopping = never) -> bool:
    """
    Hold a source's stream open until `stopping`; False: another worker does.

    Its lease is kept all the while; when it is lost, this ends.  What breaks the line is kept
    beside the source, with when it is tried again.

    :raises django.db.Error: when the database cannot be written; what came is fetched again.
    """
    return at_source(source_id, do=_hold, clock=clock, stopping=stopping)


@dataclass(slots=True)
class _Held:
    """What is known of the stream that is held open."""

    heard_at: datetime  #: when it last gave a sign of life
    replays: bool = False  #: its pages have places to begin again from
    stands: bool = False  #: it gave a sign of life at all
    #: Where a stream stands that told nothing for us since; kept with the next beat.
    cursor: Cursor | None = None
    beat: float = field(default_factory=time.monotonic)
    look: float = field(default_factory=lambda: time.monotonic() + _FIRST_LOOK_SECONDS)


def _hold(session: Session) -> None:
    polls = _catch_up(session)
    with _reading(session) as (pages, reader):
        held = _Held(heard_at=session.clock())
        try:
            _take_all(session, pages=pages, reader=reader, held=held)
        except (Fenced, DatabaseFault):
            raise
        except CannotHear:
            _leave_to_polls(session)
            if not polls:
                raise
            _poll_instead(session)
        except NotAllowed:
            # Where a poll was let in just now and the stream never stood, it is the stream alone
            # that is refused: by a proxy, or to a second login at the same time.
            if not polls or held.stands:
                raise
            _LOG.warning("The stream of %s is refused; it is polled.", session.source.title)
            _leave_to_polls(session)
            _poll_instead(session)
        except Exception:
            _note_break(session, held=held, polls=polls)
            raise
        finally:
            if held.stands:
                with at_database():
                    say_streaming(turn=session.turn_now(), streaming=False)


def _leave_to_polls(session: Session) -> None:
    """Try no stream for a while, where its server, other than its like, holds none open for us."""
    _POLLED[session.source.source_id] = time.monotonic() + _NO_STREAM_SECONDS


def _poll_instead(session: Session) -> None:
    """Let a poll hear a source soon."""
    next_at = session.clock() + session.stream.every
    with at_database():
        settle_rest(turn=session.turn_now(), next_at=next_at, sentence="")


def _take_all(session: Session, *, pages: "Queue[Page]", reader: "_Reader", held: _Held) -> None:
    while not session.stopping():
        page = _gathered(pages)
        if page is not None:
            while not _has_room(session, held=held):
                if session.stopping():
                    return
            _take(session, page, held=held)
        elif not reader.is_alive() and pages.empty():
            if session.stopping():
                return
            raise reader.wrong or ChannelDown(
                f"The stream of {session.source.title} ended. It is opened again."
            )
        if not _keep_up(session, held=held):
            return


def _take(session: Session, page: Page, *, held: _Held) -> None:
    if not held.stands:
        held.stands = True
        with at_database():
            say_streaming(turn=session.turn_now(), streaming=True)
    held.heard_at = session.clock()
    held.replays = held.replays or page.cursor is not None
    held.cursor = page.cursor or held.cursor
    if page.things or page.holes:
        session.take(page, turn=session.turn_now())
        held.beat, held.cursor = time.monotonic(), None


def _keep_up(session: Session, *, held: _Held) -> bool:
    """
    Keep the lease, say that the stream is well, and look by a poll whether it told all.

    False: nobody listens to the source any more.
    """
    now = time.monotonic()
    if now >= held.look and held.stands:
        held.look = now + CATCH_UP.total_seconds()
        _catch_up(session)
    if now >= held.beat + _BEAT_SECONDS:
        held.beat = now
        with at_database():
            if live_source(session.source.source_id) is None:
                return False
        if held.stands:
            session.take(Page(cursor=held.cursor), turn=session.turn_now())
            held.cursor = None
        else:
            with at_database():
                keep_source(turn=session.turn_now())
    return True


def _has_room(session: Session, *, held: _Held) -> bool:
    """Rest while more waits than can be sorted: the stream is not read on meanwhile."""
    with at_database():
        slow = pressure(brand_id=session.source.brand_id)
        if slow is None:
            return True
        keep_source(turn=session.turn_now(), sentence=slow)
    held.beat = time.monotonic()
    until = time.monotonic() + 2.0
    while not session.stopping() and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
    return False


def _catch_up(session: Session) -> bool:
    """Poll from where the source stands, with an opened account of its own; False: it cannot."""
    with at_database():
        source = live_source(session.source.source_id) or session.source
    with network_of(source) as asked:
        stream = stream_of(source, asked=asked)
        poller = replace(session, source=source, network=asked, stream=stream)
        try:
            new = poll_pages(poller, rest=CATCH_UP)
        except CannotHear:
            repair_gaps(poller, found=None)
            return False
        if new is not None:
            repair_gaps(poller, found=new)
        return True


def _note_break(session: Session, *, held: _Held, polls: bool) -> None:
    """Keep that something may be missing, where the stream does not go on from where it broke."""
    if held.replays or not held.stands:
        return
    sentence = "The stream was down, and does not tell again what was said meanwhile."
    if polls:
        sentence += " A poll looks for it."
    hole = Hole(kind=HoleKind.STREAM_BROKE, sentence=sentence, since=held.heard_at)
    with at_database():
        keep_hole(turn=session.turn_now(), hole=hole, at=session.clock())


class _Reader(Thread):
    """Reads a stream into a queue with an end, so that a slow database slows the sender down."""

    def __init__(self, read: Callable[[], Iterator[Page]], *, into: "Queue[Page]") -> None:
        super().__init__(name="stream", daemon=True)
        self.wrong: Exception | None = None  #: why the stream ended
        self.left = Event()  #: nobody listens any more
        self._read = read
        self._into = into

    def run(self) -> None:
        try:
            for page in self._read():
                while not self.left.is_set():
                    try:
                        self._into.put(page, timeout=_LOOK_SECONDS)
                    except Full:
                        continue
                    break
                if self.left.is_set():
                    return
        except Exception as wrong:  # noqa: BLE001  it is raised where the pages are taken in
            self.wrong = wrong
        finally:
            connections.close_all()  # a session made anew was kept from here


@contextmanager
def _reading(session: Session) -> "Iterator[tuple[Queue[Page], _Reader]]":
    pages: Queue[Page] = Queue(maxsize=_MOST_PAGES)
    with at_database():  # a poll moved its place on
        source = live_source(session.source.source_id) or session.source
    since = Cursor(source.cursor) if source.cursor else None

    def read() -> Iterator[Page]:
        return session.network.listen(
            session.stream.name,
            since,
            stopping=lambda: reader.left.is_set() or session.stopping(),
            clock=session.clock,
        )

    reader = _Reader(read, into=pages)
    reader.start()
    try:
        yield pages, reader
    finally:
        reader.left.set()


def _gathered(pages: "Queue[Page]") -> Page | None:
    """Return what came as one page, when it is old or large enough; None: nothing came."""
    try:
        first = pages.get(timeout=_LOOK_SECONDS)
    except Empty:
        return None
    several, rows = [first], len(first.things)
    until = time.monotonic() + _BATCH_SECONDS
    while rows < MOST_ROWS and (left := until - time.monotonic()) > 0:
        try:
            several.append(pages.get(timeout=left))
        except Empty:
            break
        rows += len(several[-1].things)
    return _joined(several)


def _joined(pages: list[Page]) -> Page:
    cursors = [page.cursor for page in pages if page.cursor is not None]
    return Page(
        things=tuple(thing for page in pages for thing in page.things),
        cursor=cursors[-1] if cursors else None,
        holes=tuple(hole for page in pages for hole in page.holes),
    )
