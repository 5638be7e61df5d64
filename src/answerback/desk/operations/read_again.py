"""What could not be read is taken in after all, as far as it can be now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from answerback.channels.inbound import Cursor, Failure, Fetched
from answerback.desk import models
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.note_bounces import note_bounces
from answerback.desk.operations.record_events import record_events
from answerback.desk.operations.store_batch import store_failed, write_line
from answerback.desk.operations.store_page import Became, Things, store_things, told_apart
from answerback.desk.operations.take_page import keep_raw, name_of_failed, without_gone
from answerback.domain.pipeline import Stage
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.ledger import LedgerLine
from answerback.intake.raw import printable

#: What a row makes today, by the row's number; a row has at least one thing.
Made = Mapping[int, Sequence[Fetched]]
# Things are told apart by being the very same: two rows may say the same words.


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAgain:
    """What became of failed rows."""

    rows: int = 0  #: that were read
    stored: int = 0  #: things of theirs, a row may hold several
    duplicate: int = 0
    discarded: int = 0
    failing: int = 0  #: rows that still cannot be read


def read_again(
    *, source_id: int, made: Made, listening: Stage, by: str | None, at: datetime
) -> ReadAgain:
    """
    Store what failed rows of a source make today; what still fails stays, with its new sentence.

    One transaction: a row is there as long as what it says is nowhere else, and whoever reads it
    at the same time finds it gone.  The ledger has a line of its own, in which the rows are
    `again`, so that what failed becomes less by them.  One event.

    Shapes: n rows in, and at least n things; n rows read, of which `failing` are left.

    :raises LedgerOutOfBalance: when a thing got by unseen; nothing is written then.
    """
    things = told_apart([one for some in made.values() for one in some], listening=listening)
    with transaction.atomic():
        of_brand = models.Source.objects.values_list("brand_id", flat=True)
        hold_brand(of_brand.get(pk=source_id))
        source = models.Source.objects.select_for_update(no_key=True).get(pk=source_id)
        rows = models.FailedRow.objects.select_for_update(no_key=True)
        there = {row.pk: row for row in rows.filter(source=source, pk__in=list(made))}
        present = {pk: some for pk, some in made.items() if pk in there}
        if not present:
            return ReadAgain()
        if len(present) < len(made):  # somebody was faster with some of them
            things = _of(things, rows=present)
        became = store_things(source=source, things=things, at=at)
        refused = {id(one): why for one, why in became.failed}
        failing = {
            pk: refused[id(some[0])]
            for pk, some in present.items()
            if len(some) == 1 and id(some[0]) in refused
        }
        _keep_failing([(there[pk], why) for pk, why in failing.items()], at=at)
        done = {pk: some for pk, some in present.items() if pk not in failing}
        models.FailedRow.objects.filter(pk__in=list(done)).delete()
        line = _take_in(source, done=done, became=became, refused=refused, at=at)
        told = ReadAgain(
            rows=len(present),
            stored=line.stored,
            duplicate=line.duplicate,
            discarded=line.discarded,
            failing=len(failing),
        )
        _tell(source, told=told, batch=line.batch if done else 0, by=by, at=at)
    return told


def _of(things: Things, *, rows: Made) -> Things:
    wanted = {id(one) for some in rows.values() for one in some}
    return Things(
        posts=tuple(pair for pair in things.posts if id(pair[0]) in wanted),
        gone=tuple(pair for pair in things.gone if id(pair[0]) in wanted),
        failed=tuple(pair for pair in things.failed if id(pair[0]) in wanted),
    )


def _keep_failing(rows: Sequence[tuple[models.FailedRow, Failure]], *, at: datetime) -> None:
    for row, why in rows:
        row.reason, row.sentence = why.reason, printable(why.sentence)
        row.again_at, row.again_by, row.tried_at = None, "", at
    models.FailedRow.objects.bulk_update(
        [row for row, _ in rows],
        fields=["reason", "sentence", "again_at", "again_by", "tried_at"],
        batch_size=100,
    )


def _take_in(
    source: models.Source,
    *,
    done: Made,
    became: Became,
    refused: Mapping[int, Failure],
    at: datetime,
) -> LedgerLine:
    """Write the line of the rows that are none any more, and keep what they came as."""
    things = [one for some in done.values() for one in some]
    failed = [(one, refused[id(one)]) for one in things if id(one) in refused]
    line = LedgerLine(
        source=source.name,
        batch=source.batches + 1,
        at=at,
        fetched=len(things) - len(done),
        stored=became.kept - became.discarded,
        duplicate=len(things) - became.kept - len(failed),
        discarded=became.discarded,
        failed=len(failed),
        again=len(done),
    )
    if not done:
        return line
    new = {id(one) for one in became.new}
    kept = [one for one in things if id(one) in new or one.gone is not None]
    keep_raw(source=source, line=line, kept=kept)
    named = [(replace(one, cursor=Cursor(name_of_failed(one))), why) for one, why in failed]
    store_failed(source=source, failed=without_gone(source, failed=named))
    write_line(source=source, line=line, told=True)
    source.batches = line.batch
    source.save(update_fields=["batches"])
    note_bounces(brand_id=source.brand_id, posts=became.came, at=at)
    return line


def _tell(
    source: models.Source, *, told: ReadAgain, batch: int, by: str | None, at: datetime
) -> None:
    event = Event(
        what=EventName.ROWS_READ_AGAIN,
        at=at,
        by=by,
        particulars={
            "source": source.pk,
            "batch": batch,
            "rows": told.rows,
            "stored": told.stored,
            "duplicate": told.duplicate,
            "discarded": told.discarded,
            "failing": told.failing,
        },
    )
    record_events(brand_id=source.brand_id, events=[event])
