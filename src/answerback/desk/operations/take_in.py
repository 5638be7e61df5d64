"""One batch from a source, for good: all of it or nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from answerback.channels.inbound import Failure, Fetched
from answerback.desk import models
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.store_batch import (
    sent_from_here,
    store_failed,
    store_posts,
    store_raw,
    write_line,
)
from answerback.desk.queries.stored_versions import is_among, tombstones_of
from answerback.domain.pipeline import Stage, run
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.ledger import LedgerLine
from answerback.domain.records.post import Post
from answerback.intake.seen import Key, conflict, content_hash, key_of, sift
from answerback.intake.versions import Name

_CHUNK = 500


def take_in(
    *, source_id: int, after: str, batch: Sequence[Fetched], listening: Stage, at: datetime
) -> LedgerLine:
    """
    Store a batch, its raw text, its ledger line, its event and the cursor, in one transaction.

    `after` is the cursor before the batch.  Whenever the machine stops, either all of this is
    there or none of it, and the cursor says which; taking a batch in twice stores it once.
    Listening runs before the transaction begins, so that the write lock is held for writing only.

    Shapes: 1 to 500 things in (`intake.batches`), one balanced line out.

    :raises LedgerOutOfBalance: when a thing got by unseen; nothing is written then.
    """
    sifted = sift(batch)
    listened = run(
        [Dossier(post=one.post) for one in sifted.posts if one.post is not None],
        stages=[listening],
    )
    with transaction.atomic():
        of_brand = models.Source.objects.values_list("brand_id", flat=True)
        hold_brand(of_brand.get(pk=source_id))
        source = models.Source.objects.select_for_update(no_key=True).get(pk=source_id)
        stones = _stones(source, posts=[dossier.post for dossier in listened])
        kept = [_without_words(dossier, stones=stones) for dossier in listened]
        new = store_posts(source=source, listened=kept, at=at)
        repeats, conflicts = _told_apart(source=source, posts=sifted.posts, new=new)
        if stones:
            conflicts = [(one, why) for one, why in conflicts if not _is_gone(one, stones=stones)]
            repeats = len(sifted.posts) - len(new) - len(conflicts)
        discarded = sum(dossier.discarded is not None for dossier in new.values())
        again = _readable_now(source, posts=_but_for(sifted.posts, conflicts=conflicts))
        line = LedgerLine(
            source=source.name,
            batch=source.batches + 1,
            at=at,
            fetched=len(batch) - again,
            stored=len(new) - discarded,
            duplicate=len(sifted.repeats) + repeats,
            discarded=discarded,
            failed=len(sifted.failed) + len(conflicts),
            again=again,
        )
        store_raw(source=source, after=after, batch=[_unsaid(one, stones=stones) for one in batch])
        store_failed(source=source, failed=(*sifted.failed, *conflicts))
        write_line(source=source, line=line)
        source.cursor, source.batches = batch[-1].cursor, line.batch
        source.save(update_fields=["cursor", "batches"])
    return line


def _but_for(
    posts: Sequence[Fetched], *, conflicts: Sequence[tuple[Fetched, Failure]]
) -> list[Fetched]:
    refused = {id(one) for one, _ in conflicts}
    return [one for one in posts if id(one) not in refused]


def _readable_now(source: models.Source, *, posts: Sequence[Fetched]) -> int:
    """Let go of failed rows that have become posts since the file was read before; count them."""
    if not models.FailedRow.objects.filter(source=source).exists():
        return 0
    lines = {(str(one.cursor), one.line or 0) for one in posts}
    there = models.FailedRow.objects.filter(
        source=source, cursor__in=[cursor for cursor, _ in lines]
    )
    done = [pk for pk, *line in there.values_list("pk", "cursor", "line") if tuple(line) in lines]
    models.FailedRow.objects.filter(pk__in=done).delete()
    return len(done)


def _stones(source: models.Source, *, posts: Sequence[Post]) -> frozenset[Name]:
    """Return word of what is gone among these posts; nearly no brand of files has any."""
    if not models.Tombstone.objects.filter(brand_id=source.brand_id).exists():
        return frozenset()
    return frozenset(tombstones_of(brand_id=source.brand_id, posts=posts))


def _without_words(dossier: Dossier, *, stones: frozenset[Name]) -> Dossier:
    if not is_among(stones, dossier.post):
        return dossier
    return replace(dossier, mention=None, discarded=DiscardReason.DELETED)


def _is_gone(one: Fetched, *, stones: frozenset[Name]) -> bool:
    return one.post is not None and is_among(stones, one.post)


def _unsaid(one: Fetched, *, stones: frozenset[Name]) -> Fetched:
    """Return what came, without the words of what is gone."""
    return replace(one, raw="") if stones and _is_gone(one, stones=stones) else one


def _told_apart(
    *, source: models.Source, posts: Sequence[Fetched], new: Mapping[Key, Dossier]
) -> tuple[int, list[tuple[Fetched, Failure]]]:
    """Count the posts we had, and return those whose id belongs to other words."""
    old = [(one, one.post) for one in posts if one.post and key_of(one.post) not in new]
    words = dict(_words_of(source=source, posts=[post for _, post in old]))
    differing = [(one, post) for one, post in old if words[key_of(post)] != content_hash(post)]
    ours = sent_from_here(brand_id=source.brand_id, posts=[post for _, post in differing])
    conflicts = [
        (one, conflict(post))
        for one, post in differing
        if (post.channel, post.external_id) not in ours
    ]
    return len(old) - len(conflicts), conflicts


def _words_of(*, source: models.Source, posts: Sequence[Post]) -> Iterator[tuple[Key, str]]:
    for start in range(0, len(posts), _CHUNK):
        part = posts[start : start + _CHUNK]
        there = models.Post.objects.filter(
            brand_id=source.brand_id,
            channel__in={post.channel for post in part},
            external_id__in=[post.external_id for post in part],
        )
        for channel, external_id, version, words in there.values_list(
            "channel", "external_id", "version", "content_hash"
        ):
            yield (channel, external_id, version), words
