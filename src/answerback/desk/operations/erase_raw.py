"""What was fetched of posts that are gone is erased, too: raw text and failed rows."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Final

from django.db import transaction

from answerback.channels.inbound import Fetched
from answerback.desk import models
from answerback.desk.operations.insert_rows import insert_rows
from answerback.desk.queries.stored_versions import OF_AUTHOR
from answerback.intake.raw import pack, unpack

#: What stands in the place of raw text that was erased.
ERASED: Final = ""
#: A shorter last part of an id ("7") is found in everything.
_TELLING: Final = 8
_CHUNK: Final = 500


def thing_of(*, channel: str, external_id: str) -> int:
    """Return the hash under which a post is found among what was fetched: 64 bits, signed."""
    told = blake2b(f"{channel}\n{external_id}".encode(), digest_size=8).digest()
    return int.from_bytes(told, "big", signed=True)


def note_places(*, raw_id: int, batch: Sequence[Fetched]) -> None:
    """Remember where in a batch each post stands; call it where the batch's raw text is stored."""
    rows = [
        {
            "raw_id": raw_id,
            "row": row,
            "thing": thing_of(channel=one.post.channel, external_id=one.post.external_id),
        }
        for row, one in enumerate(batch)
        if one.post is not None
    ]
    insert_rows(model=models.RawPlace, rows=rows)


def erase_raw_one(*, at: datetime) -> bool:
    """
    Erase the raw text of one post, or one author, that is gone; say whether there was one.

    It finds the batches by an index, so it costs the same however much was ever fetched; a file
    that somebody handed in is read through.  A background job: killed, it begins again.
    """
    stone = models.Tombstone.objects.filter(erased_at__isnull=True).order_by("pk").first()
    if stone is None:
        return False
    ids = _ids_of(stone)
    with transaction.atomic():
        for start in range(0, len(ids), _CHUNK):
            _erase(ids[start : start + _CHUNK], stone=stone)
        models.Tombstone.objects.filter(pk=stone.pk).update(erased_at=at)
    return True


def _ids_of(stone: models.Tombstone) -> list[str]:
    author = stone.external_id.removeprefix(OF_AUTHOR)
    if author == stone.external_id:
        return [stone.external_id]
    posts = models.Post.objects.filter(
        brand_id=stone.brand_id, channel=stone.channel, author_native_id=author
    ).order_by("pk")
    return list(dict.fromkeys(posts.values_list("external_id", flat=True)))


def _erase(ids: Sequence[str], *, stone: models.Tombstone) -> None:
    things = [thing_of(channel=stone.channel, external_id=one) for one in ids]
    places = models.RawPlace.objects.filter(
        thing__in=things, raw__source__brand_id=stone.brand_id
    ).order_by("raw_id")
    rows: dict[int, set[int]] = defaultdict(set)
    for raw_id, row in places.values_list("raw_id", "row"):
        rows[raw_id].add(row)
    for raw_id, some in rows.items():
        raw = models.RawInput.objects.select_for_update(no_key=True).get(pk=raw_id)
        _rewrite(raw, rows=some)
    models.RawPlace.objects.filter(raw_id__in=rows, thing__in=things).delete()
    for source_id in _sources_without_places(ids, stone=stone):
        for raw in models.RawInput.objects.filter(source_id=source_id).order_by("pk").iterator(20):
            told = enumerate(unpack(bytes(raw.packed)))
            _rewrite(raw, rows={row for row, one in told if _names(one.raw, ids)})
    failed = models.FailedRow.objects.filter(
        source__brand_id=stone.brand_id, source__channel=stone.channel
    ).exclude(raw=ERASED)
    hit = [pk for pk, raw in failed.values_list("pk", "raw").iterator() if _names(raw, ids)]
    models.FailedRow.objects.filter(pk__in=hit).update(raw=ERASED)


def _sources_without_places(ids: Sequence[str], *, stone: models.Tombstone) -> list[int]:
    posts = models.Post.objects.filter(
        brand_id=stone.brand_id,
        channel=stone.channel,
        external_id__in=ids,
        origin__account__isnull=True,
    ).order_by()
    return sorted(set(posts.values_list("origin_id", flat=True)))


def _rewrite(raw: models.RawInput, *, rows: Collection[int]) -> None:
    if not rows:
        return
    told = unpack(bytes(raw.packed))
    kept = [replace(one, raw=ERASED) if row in rows else one for row, one in enumerate(told)]
    models.RawInput.objects.filter(pk=raw.pk).update(packed=pack(kept))


def _names(raw: str, ids: Sequence[str]) -> bool:
    return any(name in raw for one in ids for name in _names_of(one))


def _names_of(external_id: str) -> Iterator[str]:
    """Yield what raw text may call a post: its id, or the last part of an address."""
    yield external_id
    last = external_id.rsplit("/", 1)[-1]
    if len(last) >= _TELLING:
        yield last
