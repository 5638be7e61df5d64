"""How many cases wait in each view of the inbox, for one person."""

from dataclasses import replace
from datetime import datetime

from answerback.desk.queries.access import Member
from answerback.desk.queries.inbox_counts import InboxCounts, count_mine, inbox_counts
from answerback.web.briefly import briefly

_SECONDS = 3.0


def counts_for(me: Member, *, at: datetime) -> InboxCounts:
    """Return the counts, at most some seconds old; those that are nobody's own are shared."""
    # The moment to the minute: a page that pretends another moment has counts of its own.
    minute, brands = at.replace(second=0, microsecond=0), sorted(me.seats)
    shared = briefly(
        ("counts", *brands, minute),
        seconds=_SECONDS,
        ask=lambda: inbox_counts(member=me, at=at),
    )
    mine = briefly(
        ("counts", me.handle, *brands, minute),
        seconds=_SECONDS,
        ask=lambda: count_mine(member=me, at=at),
    )
    return replace(shared, mine=mine)
