"""Reading again what failed: outside of any transaction, with today's code."""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final

from answerback.channels.discreet import at_network
from answerback.channels.inbound import ChannelDown, Cursor, Failure, Fetched
from answerback.channels.live import Kept, Limited, Network, NotAllowed
from answerback.desk.operations.open_account import open_account
from answerback.desk.operations.read_again import ReadAgain, read_again
from answerback.desk.operations.take_poison import OUR_FAULT, is_nobodys
from answerback.desk.queries.failed_rows import ToRead, rows_to_read
from answerback.domain.pipeline import Stage
from answerback.domain.records.refusal import Refusal
from answerback.project.listening_now import listening_now

_LOG = logging.getLogger("answerback.listen")

#: A network that does not answer is asked again so much later; till then its rows wait.
_PAUSE_SECONDS: Final = 60.0

_NO_POST: Final = Failure(
    reason="no_post",
    sentence="Read again, it tells of no post and of none that is gone: a notice of the network, "
    "or what its channel has no use for. Nothing is lost by it.",
)

#: What a brand hears by.
Listening = Callable[[int], Stage]


class ReadAgainOne:
    """The background job: some rows of one source each time."""

    def __init__(self, *, listening: Listening = listening_now) -> None:
        self._listening = listening
        self._not_before: dict[int, float] = {}

    def do_one(self, *, at: datetime) -> bool:
        """
        Read some rows that wait to be read again; say whether there were any.

        :raises django.db.Error: when the database cannot be written; the rows wait on.
        """
        now = time.monotonic()
        resting = {source for source, until in self._not_before.items() if until > now}
        some = rows_to_read(but_not=resting)
        if some is None:
            return False
        try:
            read_some(some, listening=self._listening, at=at)
        except (ChannelDown, Refusal) as wrong:
            _LOG.warning("Rows of source %s are read again later: %s", some.source_id, wrong)
            wait = wrong.wait.total_seconds() if isinstance(wrong, Limited) else 0.0
            self._not_before[some.source_id] = now + max(wait, _PAUSE_SECONDS)
        return True


def read_waiting(*, at: datetime, listening: Listening = listening_now) -> Sequence[ReadAgain]:
    """
    Read all rows that wait to be read again, now; one answer for each part of a source.

    A source that cannot be read holds up no other.

    :raises ChannelDown: when a network must be asked for it and does not answer; its rows wait.
    :raises Refusal: as `read_some`; its rows wait.
    """
    found: list[ReadAgain] = []
    waiting: dict[int, Exception] = {}
    while (some := rows_to_read(but_not=waiting)) is not None:
        try:
            found.append(read_some(some, listening=listening, at=at))
        except (ChannelDown, Refusal) as wrong:
            waiting[some.source_id] = wrong
    if waiting:
        raise next(iter(waiting.values()))
    return found


def read_some(some: ToRead, *, listening: Listening, at: datetime) -> ReadAgain:
    """
    Read rows of one source again, and store what they are today.

    One that still makes trouble, whatever it is, holds up no other.

    :raises ChannelDown: when its network must be asked for it and does not answer.
    :raises Refusal: when its account cannot be opened, or its brand cannot be listened for.
    """
    stage = listening(some.brand_id)
    with at_network(open_account(some.account_id)) as asked:
        made = {row_id: _made(asked, kept, at=at) for row_id, kept in some.rows}
    try:
        return _stored(some, made=made, stage=stage, at=at)
    except Exception as wrong:
        if is_nobodys(wrong):
            raise
        _LOG.exception("Rows of source %s hold something that cannot be taken.", some.source_id)
    parts = [
        _stored_alone(some, row_id=row_id, things=things, stage=stage, at=at)
        for row_id, things in made.items()
    ]
    return together(parts)


def _made(asked: Network, kept: Kept, *, at: datetime) -> Sequence[Fetched]:
    try:
        things = asked.read_again(kept, at=at)
    except NotAllowed as no:
        return [_failing(kept, Failure(reason="not_allowed", sentence=str(no)))]
    except ChannelDown:
        raise
    except Refusal as no:
        return [_failing(kept, Failure(reason="not_read_again", sentence=str(no)))]
    except Exception:  # noqa: BLE001  whatever a network sent once, the next row is read
        _LOG.exception("What is kept as %s met a fault.", kept.named)
        return [_failing(kept, OUR_FAULT)]
    return things or [_failing(kept, _NO_POST)]


def _failing(kept: Kept, why: Failure) -> Fetched:
    return Fetched(cursor=Cursor(kept.named), raw=kept.raw, failure=why)


def _stored(
    some: ToRead, *, made: dict[int, Sequence[Fetched]], stage: Stage, at: datetime
) -> ReadAgain:
    return read_again(source_id=some.source_id, made=made, listening=stage, by=some.by, at=at)


def _stored_alone(
    some: ToRead, *, row_id: int, things: Sequence[Fetched], stage: Stage, at: datetime
) -> ReadAgain:
    try:
        return _stored(some, made={row_id: things}, stage=stage, at=at)
    except Exception as wrong:
        if is_nobodys(wrong):
            raise
        _LOG.exception("Row %s cannot be taken.", row_id)
    kept = next(kept for number, kept in some.rows if number == row_id)
    return _stored(some, made={row_id: [_failing(kept, OUR_FAULT)]}, stage=stage, at=at)


def together(parts: Collection[ReadAgain]) -> ReadAgain:
    """Return the sum of what became of several parts."""
    return ReadAgain(
        rows=sum(one.rows for one in parts),
        stored=sum(one.stored for one in parts),
        duplicate=sum(one.duplicate for one in parts),
        discarded=sum(one.discarded for one in parts),
        failing=sum(one.failing for one in parts),
    )
