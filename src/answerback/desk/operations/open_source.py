"""Begin, go on with, or finish reading a source."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.hold_brand import hold_brand
from answerback.domain.records.brand import Brand


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What a source is known by."""

    channel: str
    name: str  #: for people: the file's name
    fingerprint: str  #: of its bytes, and of the way they are read


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSource:
    """A source that can be read now."""

    source_id: int
    brand_id: int
    cursor: str  #: go on after this; "" is the top
    resumed: bool  #: an earlier import of it was interrupted
    read_before: bool  #: to the end: everything will be a duplicate


@transaction.atomic
def open_source(*, brand: Brand, stream: Stream, at: datetime) -> OpenSource:
    """
    Find or make the brand and the source, and say where to go on.

    An interrupted source goes on at its cursor.  A finished one starts at the top again:
    harmless, because every post is taken in once.
    """
    handles = list(brand.handles)
    there, _ = models.Brand.objects.get_or_create(name=brand.name, defaults={"handles": handles})
    desk_brand = hold_brand(there.pk)
    if desk_brand.handles != handles:
        desk_brand.handles = handles
        desk_brand.save(update_fields=["handles"])
    source, made = models.Source.objects.select_for_update(no_key=True).get_or_create(
        brand=desk_brand,
        channel=stream.channel,
        fingerprint=stream.fingerprint,
        defaults={"name": stream.name, "opened_at": at},
    )
    read_before = source.finished_at is not None
    if read_before:
        source.cursor, source.finished_at = "", None
        source.save(update_fields=["cursor", "finished_at"])
    return OpenSource(
        source_id=source.pk,
        brand_id=desk_brand.pk,
        cursor=source.cursor,
        resumed=not made and not read_before and source.cursor != "",
        read_before=read_before,
    )


@transaction.atomic
def finish_source(*, source_id: int, at: datetime) -> None:
    """Say that a source was read to its end, and all of it sorted."""
    models.Source.objects.filter(pk=source_id).update(finished_at=at)
