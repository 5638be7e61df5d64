"""A person asks for the past of a live source."""

from datetime import datetime

from django.db import transaction

from answerback.channels.discreet import at_network
from answerback.desk import models
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.access import NotHere
from answerback.desk.queries.accounts import opened
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal

#: The kind of a gap that nobody found, and somebody asked for.
ASKED_FOR = "asked_for"


class NoBackfill(Refusal):
    """The past of this source cannot be asked for, or not so."""


def backfill_source(
    *, source_id: int, since: datetime, until: datetime, by: str | None, at: datetime
) -> int:
    """
    Let a window of a source's past be fetched in the background, and return its gap.

    What is there already is met as duplicate.

    :raises NotHere: when there is no such live source.
    :raises NoBackfill: when its network does not give that, or the window makes no sense.
    """
    if not since < until <= at:
        raise NoBackfill(
            "The window must begin before it ends, and end no later than now. Choose other times."
        )
    source = models.Source.objects.filter(pk=source_id, account__isnull=False).first()
    if source is None or source.account_id is None:
        raise NotHere
    with at_network(opened(source.account_id)) as asked:
        streams = asked.streams()
    if not any(one.name == source.stream and one.backfills for one in streams):
        raise NoBackfill(
            f"The network of '{source.name}' gives no window of the past. What it still shows was "
            "read when the source was begun."
        )
    return _ask(source_id=source_id, since=since, until=until, by=by, at=at)


@transaction.atomic
def _ask(*, source_id: int, since: datetime, until: datetime, by: str | None, at: datetime) -> int:
    source = models.Source.objects.select_for_update(no_key=True).get(pk=source_id)
    gap = models.Gap.objects.create(
        source=source,
        kind=ASKED_FOR,
        sentence="Somebody asked for it.",
        since=since,
        until=until,
        found_at=at,
    )
    if source.next_at is None or source.next_at > at:
        source.next_at = at
        source.save(update_fields=["next_at"])
    told = {"source": source.pk, "gap": gap.pk}
    event = Event(what=EventName.BACKFILL_ASKED, at=at, by=by, particulars=told)
    record_events(brand_id=source.brand_id, events=[event])
    return gap.pk
