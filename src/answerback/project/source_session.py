"""One worker at one live source: its lease, its network opened, and what becomes of trouble."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from threading import BoundedSemaphore
from typing import Final

from django.db import Error as DatabaseFault
from django.db import connection

from answerback.channels.discreet import at_network
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import (
    CannotHear,
    Hole,
    HoleKind,
    Lapsed,
    Limited,
    Network,
    NotAllowed,
    Page,
    Stream,
)
from answerback.desk.operations.lease import end_lease, take_lease
from answerback.desk.operations.open_account import open_account
from answerback.desk.operations.settle_source import (
    Trouble,
    begin_anew,
    settle_rest,
    settle_trouble,
    stop_account,
)
from answerback.desk.operations.take_page import Fenced, TakenIn, Turn, lease_of_source
from answerback.desk.operations.take_poison import take_or_set_aside
from answerback.desk.queries.due_sources import LiveSource, live_source
from answerback.domain.records.refusal import Refusal
from answerback.project.listening_now import listening_now
from answerback.project.source_leases import HELD, SOURCE_LEASE

_LOG = logging.getLogger("answerback.listen")

#: Connections of all that hear, in one process; a server has a hundred for everybody.
MOST_CONNECTIONS: Final = 16
_CONNECTIONS: Final = BoundedSemaphore(MOST_CONNECTIONS)
_SOON: Final = timedelta(seconds=5)
_LONGEST_REST: Final = timedelta(minutes=10)
_SHORTEST_WAIT: Final = timedelta(seconds=1)
#: A network that forgets our place each time we are given a new one is not asked again at once.
_MOST_LAPSES: Final = 2
#: Whoever asked nothing for so long was down.
_AWAY: Final = timedelta(minutes=30)

Clock = Callable[[], datetime]
Stopping = Callable[[], bool]


@contextmanager
def at_database() -> Iterator[None]:
    """
    Use the database for a moment; on a server, hold a connection no longer than that.

    A stream waits for its network nearly always.  Whoever hears, of this process, has so many
    connections together, however many streams are held open.  Not to be used within itself.
    """
    with _CONNECTIONS:
        try:
            yield
        finally:
            if connection.vendor == "postgresql" and not connection.in_atomic_block:
                connection.close()


def never() -> bool:
    """Go on: nobody stops us."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One worker at one source, under its lease."""

    source: LiveSource
    turn: Turn
    network: Network
    stream: Stream
    clock: Clock
    stopping: Stopping = never

    def turn_now(self, *, next_at: datetime | None = None) -> Turn:
        """Return the turn with its lease renewed from now on."""
        return replace(self.turn, until=self.clock() + SOURCE_LEASE, next_at=next_at)

    def take(self, page: Page, *, turn: Turn) -> TakenIn:
        """Take a page in by what the brand listens for now."""
        with at_database():
            listening = listening_now(self.source.brand_id)
            return take_or_set_aside(turn=turn, page=page, listening=listening, at=self.clock())


def at_source(
    source_id: int,
    *,
    do: Callable[[Session], None],
    clock: Clock,
    stopping: Stopping = never,
    even_stopped: bool = False,
) -> bool:
    """
    Do something at a source under its lease, and settle what goes wrong; False: it is taken.

    :raises django.db.Error: when the database cannot be written; what came is fetched again.
    """
    name, at = lease_of_source(source_id), clock()
    with at_database():
        token = take_lease(name=name, at=at, until=at + SOURCE_LEASE)
    if token is None:
        return False
    try:
        with at_database():
            source = live_source(source_id, even_stopped=even_stopped)  # as it is under the lease
        if source is not None:
            turn = Turn(source_id=source_id, token=token, until=at + SOURCE_LEASE)
            with HELD.holding(source_id, token):
                _settled(source, turn=turn, do=do, clock=clock, stopping=stopping)
    except Fenced as no:
        _LOG.info("%s", no)
    finally:
        with suppress(DatabaseFault), at_database():
            end_lease(name=name, token=token, at=clock())
    return True


def _settled(
    source: LiveSource,
    *,
    turn: Turn,
    do: Callable[[Session], None],
    clock: Clock,
    stopping: Stopping,
) -> None:
    try:
        with network_of(source) as asked:
            session = Session(
                source=source,
                turn=turn,
                network=asked,
                stream=stream_of(source, asked=asked),
                clock=clock,
                stopping=stopping,
            )
            do(session)
    except (Fenced, DatabaseFault):
        raise
    except Exception as wrong:  # noqa: BLE001  one source's trouble, whatever it is, stops no other
        with at_database():
            settle(wrong, source=source, turn=turn, clock=clock)


@contextmanager
def network_of(source: LiveSource) -> Iterator[Network]:
    """Open the network of a source's account for one piece of work."""
    account = open_account(source.account_id, at_database=at_database)
    with at_network(account) as asked:
        yield asked


def stream_of(source: LiveSource, *, asked: Network) -> Stream:
    """Return what the network says of a source's stream."""
    told = {one.name: one for one in asked.streams()}
    return told.get(source.stream) or Stream(name=source.stream, title=source.title)


def settle(wrong: Exception, *, source: LiveSource, turn: Turn, clock: Clock) -> None:
    """
    Keep what went wrong with a source, and when it is asked again.

    :raises Fenced: when another worker hears the source now.
    """
    at = clock()
    turn = replace(turn, until=at + SOURCE_LEASE)
    if isinstance(wrong, Limited):
        next_at = at + max(wrong.wait, _SHORTEST_WAIT)
        trouble = Trouble(sentence=str(wrong), next_at=next_at, limited=True)
        settle_trouble(turn=turn, trouble=trouble)
    elif isinstance(wrong, NotAllowed):
        _LOG.warning("%s: %s", source.title, wrong)
        stop_account(turn=turn, sentence=str(wrong), at=at)
    elif isinstance(wrong, Lapsed) and source.failures < _MOST_LAPSES:
        begin_anew(turn=turn, cursor=wrong.restart or "", hole=_lapse(wrong, source, at=at), at=at)
    elif isinstance(wrong, CannotHear):
        settle_rest(turn=turn, next_at=None, sentence="")
    else:
        trouble = Trouble(sentence=_said(wrong, source), next_at=at + back_off(source))
        settle_trouble(turn=turn, trouble=trouble)


def _said(wrong: Exception, source: LiveSource) -> str:
    if isinstance(wrong, ChannelDown | Refusal):
        return str(wrong)
    _LOG.error("A fault at source %s.", source.source_id, exc_info=wrong)
    return (
        "Hearing it met a fault of ours; the log tells more. It is tried again; nothing is lost "
        "meanwhile."
    )


def _lapse(wrong: Lapsed, source: LiveSource, *, at: datetime) -> Hole:
    """Say what may be missing: the network forgot our place, perhaps because we were away."""
    since = source.asked_at
    away = since is not None and at - since > _AWAY
    kind = HoleKind.WE_WERE_DOWN if away else HoleKind.CURSOR_LAPSED
    return Hole(kind=kind, sentence=str(wrong), since=since, until=at)


def back_off(source: LiveSource) -> timedelta:
    """
    Return how long to rest after a failure: twice as long each time, ten minutes at most.

    A fifth of it differs from source to source and from time to time, so that a network that
    comes back is not asked by all at once.
    """
    longest = min(_SOON * 2.0 ** min(source.failures, 10), _LONGEST_REST)
    drawn = blake2b(f"{source.source_id}:{source.failures}".encode(), digest_size=1).digest()[0]
    return longest * (0.8 + 0.2 * drawn / 255)
