"""Ask one live source what is new: outside of any transaction, behind its lease."""

import logging
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from typing import Final

from django.db import Error as DatabaseFault

from answerback.channels.discreet import discreet
from answerback.channels.inbound import ChannelDown, Cursor
from answerback.channels.live import (
    CannotHear,
    Hole,
    HoleKind,
    Lapsed,
    Limited,
    Network,
    NotAllowed,
    Stream,
    network,
)
from answerback.desk.operations.keep_secrets import keep_secrets
from answerback.desk.operations.lease import end_lease, take_lease
from answerback.desk.operations.settle_source import (
    Trouble,
    begin_anew,
    settle_rest,
    settle_trouble,
    stop_account,
)
from answerback.desk.operations.take_page import Fenced, TakenIn, Turn, lease_of_source, take_page
from answerback.desk.queries.accounts import opened
from answerback.desk.queries.due_sources import LiveSource, live_source
from answerback.desk.queries.pressure import pressure
from answerback.domain.pipeline import Stage
from answerback.domain.records.refusal import Refusal
from answerback.project.listening_now import listening_now

_LOG = logging.getLogger("answerback.listen")

#: A worker that says nothing for so long is gone, and another goes on.
SOURCE_LEASE: Final = timedelta(seconds=20)
#: So many pages in a row; then other sources have their turn, and it goes on after them.
MOST_PAGES: Final = 50
_EVERY: Final = timedelta(seconds=60)
_SOON: Final = timedelta(seconds=5)
_LONGEST_REST: Final = timedelta(minutes=10)
_SHORTEST_WAIT: Final = timedelta(seconds=1)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One worker at one source: its lease, the network opened, and what the brand hears by."""

    source: LiveSource
    turn: Turn
    network: Network
    stream: Stream
    clock: Clock
    stopping: Callable[[], bool]

    def stage(self) -> Stage:
        return listening_now(self.source.brand_id)

    def turn_now(self, *, next_at: datetime | None = None) -> Turn:
        """Return the turn with its lease renewed from now on."""
        return replace(self.turn, until=self.clock() + SOURCE_LEASE, next_at=next_at)


def never() -> bool:
    """Go on: nobody stops us."""
    return False


def poll_source(source_id: int, *, clock: Clock, stopping: Callable[[], bool] = never) -> bool:
    """
    Poll a source until nothing more is there; False: another worker is at it.

    What goes wrong on the network's side is kept beside the source, with when it is asked again.

    :raises django.db.Error: when the database cannot be written; what came is fetched again.
    """
    return at_source(source_id, do=poll_pages, clock=clock, stopping=stopping)


def at_source(
    source_id: int,
    *,
    do: Callable[[Session], None],
    clock: Clock,
    stopping: Callable[[], bool] = never,
) -> bool:
    """
    Do something at a source under its lease, and settle what goes wrong; False: it is taken.

    :raises django.db.Error: when the database cannot be written.
    """
    name, at = lease_of_source(source_id), clock()
    token = take_lease(name=name, at=at, until=at + SOURCE_LEASE)
    if token is None:
        return False
    try:
        source = live_source(source_id)  # as it stands under the lease
        if source is not None:
            turn = Turn(source_id=source_id, token=token, until=at + SOURCE_LEASE)
            _opened(source, turn=turn, do=do, clock=clock, stopping=stopping)
    except Fenced as no:
        _LOG.info("%s", no)
    finally:
        with suppress(DatabaseFault):
            end_lease(name=name, token=token, at=clock())
    return True


def _opened(
    source: LiveSource,
    *,
    turn: Turn,
    do: Callable[[Session], None],
    clock: Clock,
    stopping: Callable[[], bool],
) -> None:
    try:
        keep = partial(_keep, source.account_id)
        account = opened(source.account_id, keep=keep)
        with discreet(account), closing(network(account.channel)(account)) as asked:
            streams = {one.name: one for one in asked.streams()}
            stream = streams.get(source.stream) or Stream(name=source.stream, title=source.title)
            do(
                Session(
                    source=source,
                    turn=turn,
                    network=asked,
                    stream=stream,
                    clock=clock,
                    stopping=stopping,
                )
            )
    except (Fenced, DatabaseFault):
        raise
    except Exception as wrong:  # noqa: BLE001  one source's trouble, whatever it is, stops no other
        settle(wrong, source=source, turn=turn, clock=clock)


def _keep(account_id: int, secrets: Mapping[str, str]) -> None:
    keep_secrets(account_id=account_id, secrets=secrets)


def poll_pages(session: Session) -> None:
    """Take in page after page until there is no more, or others should have their turn."""
    since = session.source.cursor
    for _ in range(MOST_PAGES):
        slow = pressure(brand_id=session.source.brand_id)
        if slow is not None:
            next_at = session.clock() + _rest(session)
            settle_rest(turn=session.turn_now(), next_at=next_at, sentence=slow)
            return
        _, since, more = poll_page(session, since=since)
        if not more or session.stopping():
            return


def poll_page(session: Session, *, since: str) -> tuple[TakenIn, str, bool]:
    """
    Ask for one page and take it in; return what became of it, the next place, and if more is there.

    :raises ChannelDown: as the network says.
    """
    at = session.clock()
    asked = Cursor(since) if since else None
    page = session.network.poll(session.stream.name, asked, at=at)
    more = page.more and page.cursor is not None and page.cursor != since
    at = session.clock()
    wait = max(session.stream.every or _EVERY, page.wait or timedelta())
    taken = take_page(
        turn=session.turn_now(next_at=None if more else at + wait),
        page=page,
        listening=session.stage(),
        at=at,
    )
    return taken, page.cursor or since, more


def _rest(session: Session) -> timedelta:
    return max(session.stream.every, _SOON)


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
        sentence = str(wrong)
        if not isinstance(wrong, ChannelDown | Refusal):
            _LOG.error("A fault at source %s.", source.source_id, exc_info=wrong)
            sentence = (
                "Hearing it met a fault of ours; the log tells more. It is tried again; nothing "
                "is lost meanwhile."
            )
        trouble = Trouble(sentence=sentence, next_at=at + back_off(source))
        settle_trouble(turn=turn, trouble=trouble)


#: A network that forgets our place each time we are given a new one is not asked again at once.
_MOST_LAPSES: Final = 2


def _lapse(wrong: Lapsed, source: LiveSource, *, at: datetime) -> Hole:
    """Say what may be missing: the network forgot our place, perhaps because we were away."""
    since = source.asked_at
    away = since is not None and at - since > _AWAY
    kind = HoleKind.WE_WERE_DOWN if away else HoleKind.CURSOR_LAPSED
    return Hole(kind=kind, sentence=str(wrong), since=since, until=at)


#: Whoever asked nothing for so long was down.
_AWAY: Final = timedelta(minutes=30)


def back_off(source: LiveSource) -> timedelta:
    """
    Return how long to rest after a failure: twice as long each time, ten minutes at most.

    A fifth of it differs from source to source and from time to time, so that a network that
    comes back is not asked by all at once.
    """
    longest = min(_SOON * 2.0 ** min(source.failures, 10), _LONGEST_REST)
    drawn = blake2b(f"{source.source_id}:{source.failures}".encode(), digest_size=1).digest()[0]
    return longest * (0.8 + 0.2 * drawn / 255)
