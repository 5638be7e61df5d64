"""Stretches of a source that may never have been fetched: found, repaired, given up."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from answerback.channels.live import Hole, Page
from answerback.desk import models
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.event import Event, EventName
from answerback.intake.raw import printable

#: So often a repair is tried; then a person is told why it does not come.
MOST_TRIES: Final = 5


def record_holes(*, source: models.Source, holes: Sequence[Hole], at: datetime) -> int:
    """
    Keep the holes that no open gap of the source tells of yet, and return how many those are.

    Call it inside the transaction that locked the source.
    """
    there = set(open_gaps(source).values_list("kind", "since", "until"))
    new = [hole for hole in holes if (str(hole.kind), hole.since, hole.until) not in there]
    for hole in new:
        gap = models.Gap.objects.create(
            source=source,
            kind=hole.kind,
            sentence=printable(hole.sentence),
            since=hole.since,
            until=hole.until,
            found_at=at,
        )
        _tell(gap, what=EventName.GAP_FOUND, by=None, at=at)
    return len(new)


def open_gaps(source: models.Source) -> QuerySet[models.Gap]:
    """Return the gaps of a source that are neither repaired nor given up."""
    return models.Gap.objects.filter(source=source, repaired_at__isnull=True, given_up="")


def record_repair(*, gap_id: int, page: Page, new: int, at: datetime) -> None:
    """
    Keep how far the repair of a gap has come with one page, and end it with the last one.

    Call it inside the transaction that takes the page in.
    """
    gap = models.Gap.objects.select_for_update(no_key=True).select_related("source").get(pk=gap_id)
    gap.found_posts += new
    if page.cursor is not None:
        gap.cursor = page.cursor
    if page.holes:
        gap.given_up = printable(page.holes[0].sentence)
    elif not page.more:
        gap.repaired_at = at
    gap.save(update_fields=["found_posts", "cursor", "given_up", "repaired_at"])
    if gap.given_up:
        _tell(gap, what=EventName.GAP_GIVEN_UP, by=None, at=at)
    elif gap.repaired_at is not None:
        _tell(gap, what=EventName.GAP_REPAIRED, by=None, at=at)


@transaction.atomic
def end_repair(*, gap_id: int, found: int, at: datetime, given_up: str = "") -> None:
    """Say that a gap was repaired by a poll that brought so much, or why it cannot be."""
    gap = models.Gap.objects.select_for_update(no_key=True).select_related("source").get(pk=gap_id)
    gap.found_posts += found
    gap.given_up = given_up
    gap.repaired_at = None if given_up else at
    gap.save(update_fields=["found_posts", "given_up", "repaired_at"])
    what = EventName.GAP_GIVEN_UP if given_up else EventName.GAP_REPAIRED
    _tell(gap, what=what, by=None, at=at)


@transaction.atomic
def try_failed(*, gap_id: int, sentence: str, at: datetime, for_good: bool = False) -> None:
    """Count a repair that did not come off; after some of them, or `for_good`, give it up."""
    gap = models.Gap.objects.select_for_update(no_key=True).select_related("source").get(pk=gap_id)
    gap.tries += 1
    if for_good or gap.tries >= MOST_TRIES:
        gap.given_up = sentence
        _tell(gap, what=EventName.GAP_GIVEN_UP, by=None, at=at)
    gap.save(update_fields=["tries", "given_up"])


def _tell(gap: models.Gap, *, what: EventName, by: str | None, at: datetime) -> None:
    told: Mapping[str, str | int] = {
        "source": gap.source_id,
        "gap": gap.pk,
        "kind": gap.kind,
        "found": gap.found_posts,
    }
    event = Event(what=what, at=at, by=by, particulars=told)
    record_events(brand_id=gap.source.brand_id, events=[event])
