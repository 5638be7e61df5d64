"""Fetch what may have been missed: by windows of the past where there are some, else by a poll."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.db import Error as DatabaseFault

from answerback.channels.inbound import ChannelDown, Cursor
from answerback.channels.live import CannotHear, HoleKind, Lapsed, Limited, NotAllowed, Page
from answerback.desk.operations.record_gaps import end_repair, try_failed
from answerback.desk.operations.take_page import Fenced
from answerback.desk.queries.due_sources import OpenGap, gaps_to_repair
from answerback.project.source_session import Session, at_database

_LOG = logging.getLogger("answerback.listen")

_MOST_PAGES: Final = 200
_FIRST_PAUSE: Final = timedelta(minutes=1)
_OUR_FAULT: Final = "Repairing it met a fault of ours; the log tells more."
#: Where nobody can say when a gap began, so much of the past is asked for.
_UNKNOWN: Final = timedelta(days=1)


def repair_gaps(session: Session, *, found: int | None) -> None:
    """
    Try to repair those gaps of a source whose time has come.

    `found` is what its poll brought just now; None: it cannot be polled.

    A repair that fails is tried again after a minute, three, seven and fifteen, and then given up.

    :raises ChannelDown: `Limited` and `NotAllowed` only, which are about the whole account.
    """
    with at_database():
        gaps = gaps_to_repair(session.source.source_id)
    for gap in gaps:
        at = session.clock()
        if session.stopping() or at < gap.found_at + _FIRST_PAUSE * (2**gap.tries - 1):
            continue
        try:
            _repair(session, gap=gap, found=found)
        except (Limited, NotAllowed):
            raise
        except (ChannelDown, CannotHear) as wrong:
            for_good = isinstance(wrong, Lapsed | CannotHear)
            with at_database():
                try_failed(gap_id=gap.gap_id, sentence=str(wrong), at=at, for_good=for_good)
        except (Fenced, DatabaseFault):
            raise
        except Exception:  # noqa: BLE001  what goes wrong with the past holds up nothing new
            _LOG.exception("Gap %s met a fault.", gap.gap_id)
            with at_database():
                try_failed(gap_id=gap.gap_id, sentence=_OUR_FAULT, at=at)


def _repair(session: Session, *, gap: OpenGap, found: int | None) -> None:
    if session.stream.backfills:
        _by_window(session, gap=gap)
    elif gap.kind == HoleKind.STREAM_BROKE and found is not None:
        # A poll skips nothing after its cursor, and it was just done.
        with at_database():
            end_repair(gap_id=gap.gap_id, found=found, at=session.clock())
    else:
        _by_poll(session, gap=gap)


def _by_window(session: Session, *, gap: OpenGap) -> None:
    until = session.clock() if gap.until is None else gap.until
    since = gap.since or session.source.last_post_at or gap.found_at - _UNKNOWN
    after = gap.cursor
    for _ in range(_MOST_PAGES):
        page = session.network.backfill(
            session.stream.name,
            since=min(since, until),
            until=until,
            after=Cursor(after) if after else None,
            at=session.clock(),
        )
        more = page.more and page.cursor is not None and page.cursor != after
        turn = replace(session.turn_now(), gap_id=gap.gap_id)
        session.take(replace(page, more=more), turn=turn)
        if not more or session.stopping():
            return
        after = page.cursor or after


def _by_poll(session: Session, *, gap: OpenGap) -> None:
    """Read what the network still shows, and see whether it reaches back behind the gap."""
    since, found, oldest = "", 0, None
    for _ in range(_MOST_PAGES):
        asked = Cursor(since) if since else None
        page = session.network.poll(session.stream.name, asked, at=session.clock())
        # The source's own place stays where it is: what comes is met there as duplicate.
        bare = replace(page, cursor=None, holes=())
        found += session.take(bare, turn=session.turn_now()).new
        oldest = _older(oldest, page)
        if not page.more or page.cursor in (None, since) or session.stopping():
            break
        since = page.cursor or since
    reaches = gap.since is not None and oldest is not None and oldest <= gap.since
    given_up = "" if reaches else _out_of_reach(oldest)
    with at_database():
        end_repair(gap_id=gap.gap_id, found=found, at=session.clock(), given_up=given_up)


def _older(oldest: datetime | None, page: Page) -> datetime | None:
    times = [one.post.created_at for one in page.things if one.post and one.post.created_at]
    return min(times, default=None) if oldest is None else min([oldest, *times])


def _out_of_reach(oldest: datetime | None) -> str:
    shows = "nothing" if oldest is None else f"nothing from before {oldest:%Y-%m-%d %H:%M} UTC"
    return (
        f"The network still shows {shows}, and gives no window of the past. What was said in the "
        "gap may be missing; look there by hand if it matters."
    )
