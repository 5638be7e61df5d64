"""One page of a live source, for good: all of it with its cursor, or nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from django.db import transaction

from answerback.channels.inbound import Cursor, Failure, Fetched
from answerback.channels.live import Page
from answerback.desk import models
from answerback.desk.operations.erase_raw import ERASED, note_places
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.keep_health import keep_health
from answerback.desk.operations.lease import keep_lease
from answerback.desk.operations.note_bounces import note_bounces
from answerback.desk.operations.record_gaps import record_holes, record_repair
from answerback.desk.operations.store_batch import (
    store_failed,
    store_raw,
    write_line,
)
from answerback.desk.operations.store_page import (
    Things,
    store_things,
    told_apart,
    without_foreign,
)
from answerback.domain.pipeline import Stage
from answerback.domain.records.ledger import LedgerLine
from answerback.domain.records.post import Post
from answerback.domain.records.refusal import Refusal
from answerback.intake.raw import printable


class Fenced(Refusal):
    """Somebody else works on the source now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Who takes in, and for what; the lease is the fence."""

    source_id: int
    token: int
    until: datetime  #: the lease is kept so long
    next_at: datetime | None = None  #: poll again then; None: as it was
    letters: tuple[int, ...] = ()  #: the page is what they say; they are read now
    gap_id: int | None = None  #: the page repairs it: its cursor is of the gap, not the source

    @property
    def lease(self) -> str:
        return lease_of_source(self.source_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What became of a page."""

    line: LedgerLine | None = None  #: None: nothing was in it
    new: int = 0  #: posts and word of deleted ones that we did not have
    came: tuple[Post, ...] = ()  #: the posts among those
    holes: int = 0  #: that we did not know of


def lease_of_source(source_id: int) -> str:
    """Return the name under which one worker at a time hears a source."""
    return f"source:{source_id}"


def take_page(*, turn: Turn, page: Page, listening: Stage, at: datetime) -> TakenIn:
    """
    Store a page's posts, tombstones, failures, gaps, raw text and ledger line with its cursor.

    Whenever the machine stops, either all of this is there or none of it, and the cursor says
    which; taking a page in twice stores it once.  Versions are numbered while the brand is held,
    so that two sources which tell of one post agree on them.  A tombstone wins over every telling
    of its post, whichever comes first.  Listening runs before the transaction begins.

    Shapes: any number of things in, a balanced line out; an empty page moves the cursor alone.

    :raises Fenced: when the lease has gone to somebody else; nothing is written then.
    """
    things = told_apart(page.things, listening=listening)
    with transaction.atomic():
        of_brand = models.Source.objects.values_list("brand_id", flat=True)
        hold_brand(of_brand.get(pk=turn.source_id))
        if not keep_lease(name=turn.lease, token=turn.token, until=turn.until):
            raise Fenced(f"Source {turn.source_id} is heard by another worker now.")
        source = models.Source.objects.select_for_update(no_key=True).get(pk=turn.source_id)
        things = without_foreign(things, brand_id=source.brand_id)
        taken = _taken(source=source, things=things, at=at) if things else TakenIn()
        # What they said is kept as what it became; twice, it could not be forgotten.
        models.Letter.objects.filter(pk__in=turn.letters).update(read_at=at, body=b"")
        if turn.gap_id is None:
            holes = record_holes(source=source, holes=page.holes, at=at)
            taken = replace(taken, holes=holes)
            keep_health(source=source, page=page, came=taken.came, next_at=turn.next_at, at=at)
        else:
            record_repair(gap_id=turn.gap_id, page=page, new=taken.new, at=at)
            source.save(update_fields=["batches"])
    return taken


def _taken(*, source: models.Source, things: Things, at: datetime) -> TakenIn:
    became = store_things(source=source, things=things, at=at)
    failed = _not_kept_yet(source, failed=became.failed)
    fetched = len(things.posts) + len(things.gone) + len(things.failed)
    line = LedgerLine(
        source=source.name,
        batch=source.batches + 1,
        at=at,
        fetched=fetched,
        stored=became.kept - became.discarded,
        duplicate=fetched - became.kept - len(failed),
        discarded=became.discarded,
        failed=len(failed),
    )
    keep_raw(source=source, line=line, kept=[*became.new, *(one for one, _ in things.gone)])
    named = [(replace(one, cursor=Cursor(name)), why) for name, (one, why) in failed.items()]
    store_failed(source=source, failed=without_gone(source, failed=named))
    write_line(source=source, line=line)
    source.batches = line.batch
    note_bounces(brand_id=source.brand_id, posts=became.came, at=at)
    return TakenIn(line=line, new=became.kept, came=became.came)


def without_gone(
    source: models.Source, *, failed: Sequence[tuple[Fetched, Failure]]
) -> list[tuple[Fetched, Failure]]:
    """Return what failed, without the words of what is gone already, told by its name."""
    names = {one.cursor: set(_names_within(one.cursor)) for one, _ in failed}
    if not names:
        return []
    stones = models.Tombstone.objects.filter(
        brand_id=source.brand_id,
        channel=source.channel,
        external_id__in=[name for some in names.values() for name in some],
    )
    gone = set(stones.values_list("external_id", flat=True))
    return [
        (replace(one, raw=ERASED) if gone & names[one.cursor] else one, why) for one, why in failed
    ]


def _names_within(named: str) -> Iterator[str]:
    """Yield what a failed thing may be called where it is gone: its name, up to a version's."""
    while named:
        yield named
        named = named.rpartition("#")[0]


def _not_kept_yet(
    source: models.Source, *, failed: Sequence[tuple[Fetched, Failure]]
) -> dict[str, tuple[Fetched, Failure]]:
    """Return those that are among no failed rows, by name: a poll meets the last ones again."""
    told: dict[str, tuple[Fetched, Failure]] = {}
    for one, why in failed:
        told.setdefault(name_of_failed(one), (one, why))
    names = list(told)
    for start in range(0, len(names), _CHUNK):
        there = models.FailedRow.objects.filter(
            source=source, cursor__in=names[start : start + _CHUNK]
        )
        for name in there.values_list("cursor", flat=True):
            told.pop(name, None)
    return told


def name_of_failed(one: Fetched) -> str:
    """
    Return what names a failed thing: what came is part of it, for a cursor may stand still.

    The cursor may hold a network's own words: what no index takes of them is left out.
    """
    mark = blake2b(one.raw.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{printable(one.cursor)[:_LONGEST_NAME]}#{mark}"


_CHUNK = 500
#: Letters of a thing's own cursor, in the name of a failed row.
_LONGEST_NAME = 512


def keep_raw(*, source: models.Source, line: LedgerLine, kept: Sequence[Fetched]) -> None:
    """
    Keep what came, but for what we have already, and for the words of what is gone.

    A poll reads a little of what it read before each time: kept again, that would be nearly all.
    """
    if kept:
        # Named by the batch: a stream's cursor may stand still, or be longer than an index takes.
        raw_id = store_raw(source=source, after=f"batch {line.batch}", batch=kept)
        if raw_id is not None:
            note_places(raw_id=raw_id, batch=kept)
