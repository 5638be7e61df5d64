"""What was fetched of posts that are gone is erased, too: raw text and failed rows."""

import re
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
#: Posts and authors that are erased in one transaction.
_AT_ONCE: Final = 200
_WORD: Final = re.compile(r"\w+")
#: What stands for a sign in JSON and in addresses; its letters are of no word.
_ESCAPED: Final = re.compile(r"%[0-9A-Fa-f]{2}|\\[nrtbf]")


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


def erase_raw_some(*, at: datetime) -> bool:
    """
    Erase the raw text of posts, or authors, that are gone; say whether there were any.

    It finds the batches by an index, so it costs the same however much was ever fetched; a file
    that somebody handed in is read through.  What failed is read through once for all of them:
    they are of one brand and channel.  A background job: killed, it begins again.
    """
    waiting = models.Tombstone.objects.filter(erased_at__isnull=True).order_by("pk")
    first = waiting.first()
    if first is None:
        return False
    alike = waiting.filter(brand_id=first.brand_id, channel=first.channel)
    stones = list(alike[:_AT_ONCE])
    ids = list(dict.fromkeys(one for stone in stones for one in _ids_of(stone)))
    # Outside: what fails from now on and is of these posts is not kept to begin with.
    failed, files = _failed_of(ids, stone=first)
    with transaction.atomic():
        for start in range(0, len(ids), _CHUNK):
            _erase(ids[start : start + _CHUNK], stone=first)
        _erase_in_files(ids, stone=first, more=files)
        for start in range(0, len(failed), _CHUNK):
            rows = models.FailedRow.objects.filter(pk__in=failed[start : start + _CHUNK])
            rows.update(raw=ERASED, again_at=None, again_by="")
        done = models.Tombstone.objects.filter(pk__in=[stone.pk for stone in stones])
        done.update(erased_at=at)
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


def _erase_in_files(ids: Sequence[str], *, stone: models.Tombstone, more: Collection[int]) -> None:
    """Read through the files that these posts, or rows that failed and name them, stand in."""
    sources = set(more)
    for start in range(0, len(ids), _CHUNK):
        sources |= _files_of(ids[start : start + _CHUNK], stone=stone)
    names = Names(ids)
    for source_id in sorted(sources):
        for raw in models.RawInput.objects.filter(source_id=source_id).order_by("pk").iterator(20):
            told = enumerate(unpack(bytes(raw.packed)))
            _rewrite(raw, rows={row for row, one in told if names.stand_in(one.raw)})


def _failed_of(ids: Collection[str], *, stone: models.Tombstone) -> tuple[list[int], set[int]]:
    """
    Return what failed and names any of these posts, and the files that such rows are of.

    Each row is read once, however many posts there are.
    """
    failed = models.FailedRow.objects.filter(
        source__brand_id=stone.brand_id, source__channel=stone.channel
    ).exclude(raw=ERASED)
    names = Names(ids)
    found: list[int] = []
    files: set[int] = set()
    rows = failed.values_list("pk", "source_id", "source__account_id", "raw")
    for pk, source_id, account_id, raw in rows.iterator():
        if names.stand_in(raw):
            found.append(pk)
            if account_id is None:
                files.add(source_id)
    return found, files


class Names:
    """
    What raw text may call some posts, so that a text is looked through once for all of them.

    An id, or the last part of an address, begins and ends where a word does: the words of a
    text are looked up among those that the names begin with.
    """

    def __init__(self, ids: Collection[str]) -> None:
        self._by_word: dict[str, list[str]] = defaultdict(list)
        self._wordless: list[str] = []
        for name in dict.fromkeys(name for one in ids for name in _names_of(one)):
            words = _WORD.findall(name)
            if words:
                self._by_word[max(words, key=len)].append(name)
            else:
                self._wordless.append(name)

    def stand_in(self, raw: str) -> bool:
        """Tell whether any of them is named in a text."""
        if any(name in raw for name in self._wordless):
            return True
        words = {*_WORD.findall(raw), *_WORD.findall(_ESCAPED.sub(" ", raw))}
        met = self._by_word.keys() & words
        return any(name in raw for word in met for name in self._by_word[word])


def _files_of(ids: Sequence[str], *, stone: models.Tombstone) -> set[int]:
    posts = models.Post.objects.filter(
        brand_id=stone.brand_id,
        channel=stone.channel,
        external_id__in=ids,
        origin__account__isnull=True,
    ).order_by()
    return set(posts.values_list("origin_id", flat=True))


def _rewrite(raw: models.RawInput, *, rows: Collection[int]) -> None:
    if not rows:
        return
    told = unpack(bytes(raw.packed))
    kept = [replace(one, raw=ERASED) if row in rows else one for row, one in enumerate(told)]
    models.RawInput.objects.filter(pk=raw.pk).update(packed=pack(kept))


def _names_of(external_id: str) -> Iterator[str]:
    """Yield what raw text may call a post: its id, or the last part of an address."""
    yield external_id
    last = external_id.rsplit("/", 1)[-1]
    if len(last) >= _TELLING:
        yield last
