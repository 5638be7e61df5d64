"""Read what was sent to us: letters lie in the database before anybody is told that they came."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import Error as DatabaseFault

from answerback.channels.inbound import Cursor, Failure, Fetched
from answerback.channels.live import Letter, Page
from answerback.desk.operations.open_letters import open_letters
from answerback.desk.queries.due_sources import unread_letters
from answerback.desk.queries.pressure import pressure
from answerback.intake.batches import MOST_ROWS
from answerback.project.source_session import (
    Clock,
    Session,
    Stopping,
    at_database,
    at_source,
    never,
)

_LOG = logging.getLogger("answerback.listen")

_AT_ONCE: Final = 50


def read_letters(account_id: int, *, clock: Clock, stopping: Stopping = never) -> bool:
    """
    Read the letters of an account, the oldest first; False: another worker is at it.

    A letter is marked as read in the transaction that stores its posts.  One that cannot be read
    becomes a failed row with all of its text, and is marked, too.

    :raises django.db.Error: when the database cannot be written; the letters stay unread.
    """
    with at_database():
        source_id = open_letters(account_id=account_id, at=clock())
    return at_source(source_id, do=_read, clock=clock, stopping=stopping, even_stopped=True)


def _read(session: Session) -> None:
    while letters := _unread_letters(session):
        if session.stopping():
            return
        things: list[Fetched] = []
        read: list[int] = []
        for one in letters:
            some = _things(session, one, at=session.clock())
            if read and len(things) + len(some) > MOST_ROWS:
                break
            things += some
            read.append(one.letter_id)
        turn = replace(session.turn_now(), letters=tuple(read))
        session.take(Page(things=tuple(things)), turn=turn)


def _unread_letters(session: Session) -> Sequence[Letter]:
    """Return the letters that are next; none where more waits than can be sorted."""
    with at_database():
        letters = unread_letters(account_id=session.source.account_id, limit=_AT_ONCE)
        slow = bool(letters) and pressure(brand_id=session.source.brand_id) is not None
    return () if slow else letters


def _things(session: Session, letter: Letter, *, at: datetime) -> tuple[Fetched, ...]:
    try:
        things = session.network.read_letter(letter, at=at)
    except DatabaseFault:
        raise
    except Exception:  # noqa: BLE001  whatever a stranger sends, the next letter is read
        _LOG.exception("Letter %s cannot be read.", letter.letter_id)
        things = ()
    return things or (_unread(letter),)


def _unread(letter: Letter) -> Fetched:
    sentence = (
        f"Letter {letter.letter_id} says nothing that its channel understands. Its text is kept; "
        "compare it with what the sender should send."
    )
    return Fetched(
        cursor=Cursor(f"letter-{letter.letter_id}"),
        raw=letter.body.decode("utf-8", "backslashreplace"),
        failure=Failure(reason="letter_not_understood", sentence=sentence),
    )
