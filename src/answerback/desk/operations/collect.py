"""Read a source to its end, batch by batch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from answerback.channels.inbound import Channel, Cursor
from answerback.desk.operations.open_source import OpenSource
from answerback.desk.operations.take_in import take_in
from answerback.domain.pipeline import Stage
from answerback.domain.records.ledger import LedgerLine
from answerback.intake.batches import MOST_ROWS, batches
from answerback.intake.pressure import breathe


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast to take in."""

    sleep: Callable[[float], None]  #: `time.sleep`, or a test's own
    most_rows: int = MOST_ROWS


def collect(
    *, channel: Channel, source: OpenSource, listening: Stage, at: datetime, pace: Pace
) -> Iterator[LedgerLine]:
    """
    Yield one ledger line for each batch taken in.

    Stopping the iteration, or the machine, loses nothing: the next one goes on at the cursor.
    Whoever has also sorted what came tells `finish_source`.
    """
    after = source.cursor
    fetched = channel.fetch(Cursor(after) if after else None)
    for batch in batches(fetched, most_rows=pace.most_rows):
        yield take_in(
            source_id=source.source_id, after=after, batch=batch, listening=listening, at=at
        )
        after = batch[-1].cursor
        breathe(sleep=pace.sleep)
