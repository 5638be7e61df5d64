"""Take a page in even when one thing of it is poison: the thing is set aside, the rest goes on."""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import InterfaceError, OperationalError

from answerback.channels.inbound import Fetched
from answerback.channels.live import Page
from answerback.desk.operations.take_page import Fenced, TakenIn, Turn, take_page
from answerback.domain.pipeline import Stage
from answerback.intake.raw import printable
from answerback.intake.seen import not_storable

_LOG = logging.getLogger("answerback.listen")

OUR_FAULT: Final = not_storable("taking it in met a fault of ours; the log tells more")
#: These are no fault of what came: it is fetched again.
_NOT_ITS_FAULT: Final = (Fenced, OperationalError, InterfaceError)
#: But this is, though PostgreSQL calls it operational: something is larger than it ever takes.
#: Source: its manual, "PostgreSQL Error Codes", class 54.
_TOO_MUCH: Final = "54"


def take_or_set_aside(*, turn: Turn, page: Page, listening: Stage, at: datetime) -> TakenIn:
    """
    Do what `take_page` does; where that meets a fault, find the thing that is at fault.

    Each half is taken in without the cursor, down to the one that cannot be; it becomes a failed
    row with its raw text.  Then the cursor moves.  Killed in the middle, what was taken in is met
    again as duplicate.

    :raises Fenced: when the lease has gone to somebody else.
    """
    try:
        return take_page(turn=turn, page=page, listening=listening, at=at)
    except Exception as wrong:  # what a single post makes go wrong holds up no other
        if not page.things or is_nobodys(wrong):
            raise
        _LOG.exception("A page of source %s holds something that cannot be taken.", turn.source_id)
    bare = replace(turn, letters=(), gap_id=None, next_at=None)
    new = _halved(turn=bare, things=page.things, listening=listening, at=at)
    rest = replace(page, things=())
    taken = take_page(turn=turn, page=rest, listening=listening, at=at)
    return replace(taken, new=new)


def _halved(*, turn: Turn, things: tuple[Fetched, ...], listening: Stage, at: datetime) -> int:
    half = len(things) // 2
    if half == 0:
        page = Page(things=(_set_aside(things[0]),))
        return take_page(turn=turn, page=page, listening=listening, at=at).new
    new = 0
    for part in (things[:half], things[half:]):
        try:
            new += take_page(turn=turn, page=Page(things=part), listening=listening, at=at).new
        except Exception as wrong:
            if is_nobodys(wrong):
                raise
            # Logged once; the next step finds the one.
            new += _halved(turn=turn, things=part, listening=listening, at=at)
    return new


def is_nobodys(wrong: Exception) -> bool:
    """Tell whether what went wrong is no fault of what came."""
    too_much = str(getattr(wrong.__cause__, "sqlstate", "")).startswith(_TOO_MUCH)
    return isinstance(wrong, _NOT_ITS_FAULT) and not too_much


def _set_aside(one: Fetched) -> Fetched:
    return replace(one, raw=printable(one.raw), post=None, gone=None, failure=OUR_FAULT)
