"""Ask one live source what is new: outside of any transaction, behind its lease."""

from datetime import timedelta
from typing import Final

from answerback.channels.inbound import Cursor
from answerback.desk.operations.settle_source import settle_rest
from answerback.desk.queries.pressure import pressure
from answerback.project.repairing import repair_gaps
from answerback.project.source_session import (
    Clock,
    Session,
    Stopping,
    at_database,
    at_source,
    never,
)

#: So many pages in a row; then other sources have their turn, and it goes on after them.
MOST_PAGES: Final = 50
_SOON: Final = timedelta(seconds=5)


def poll_source(source_id: int, *, clock: Clock, stopping: Stopping = never) -> bool:
    """
    Poll a source until nothing more is there, and repair its gaps; False: another is at it.

    What goes wrong on the network's side is kept beside the source, with when it is asked again.

    :raises django.db.Error: when the database cannot be written; what came is fetched again.
    """
    return at_source(source_id, do=_poll, clock=clock, stopping=stopping)


def _poll(session: Session) -> None:
    new = poll_pages(session, rest=session.stream.every)
    if new is not None and not session.stopping():
        repair_gaps(session, found=new)


def poll_pages(session: Session, *, rest: timedelta) -> int | None:
    """
    Take in page after page, and say how many posts came that we did not have.

    Ends when there is no more, or others should have their turn; the source then rests, or goes
    on soon.  None: there is no room for more just now.

    :raises ChannelDown: as the network says.
    """
    since, new = session.source.cursor, 0
    for _ in range(MOST_PAGES):
        with at_database():
            slow = pressure(brand_id=session.source.brand_id)
            if slow is not None:
                next_at = session.clock() + max(rest, _SOON)
                settle_rest(turn=session.turn_now(), next_at=next_at, sentence=slow)
                return None
        asked = Cursor(since) if since else None
        page = session.network.poll(session.stream.name, asked, at=session.clock())
        more = page.more and page.cursor is not None and page.cursor != since
        wait = max(rest, page.wait or timedelta())
        next_at = session.clock() + (timedelta() if more else wait)
        new += session.take(page, turn=session.turn_now(next_at=next_at)).new
        since = page.cursor or since
        if not more or session.stopping():
            break
    return new
