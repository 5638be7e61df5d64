"""One batch from a source, for good: all of it or nothing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from answerback.channels.inbound import Failure, Fetched
from answerback.desk import models
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.insert_rows import insert_new_rows, insert_rows
from answerback.desk.rows import mention_columns, post_columns
from answerback.domain.pipeline import Stage, run
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.event import EventName
from answerback.domain.records.ledger import LedgerLine
from answerback.domain.records.post import Post
from answerback.intake.raw import pack, printable
from answerback.intake.seen import Key, Sifted, conflict, content_hash, key_of, sift

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
        new = _store_posts(source=source, listened=listened, at=at)
        repeats, conflicts = _told_apart(source=source, posts=sifted.posts, new=new)
        discarded = sum(dossier.discarded is not None for dossier in new.values())
        line = LedgerLine(
            source=source.name,
            batch=source.batches + 1,
            at=at,
            fetched=len(batch),
            stored=len(new) - discarded,
            duplicate=len(sifted.repeats) + repeats,
            discarded=discarded,
            failed=len(sifted.failed) + len(conflicts),
        )
        _store_raw(source=source, after=after, batch=batch)
        _store_failed(source=source, sifted=sifted, conflicts=conflicts)
        _write_line(source=source, line=line)
        source.cursor, source.batches = batch[-1].cursor, line.batch
        source.save(update_fields=["cursor", "batches"])
    return line


def _store_posts(
    *, source: models.Source, listened: Sequence[Dossier], at: datetime
) -> Mapping[Key, Dossier]:
    """Store the posts that we do not have, with their mentions, and return those."""
    rows = [_post_row(source=source, dossier=dossier, at=at) for dossier in listened]
    came = insert_new_rows(
        model=models.Post, rows=rows, returning=["id", "channel", "external_id", "version"]
    )
    ids = {(channel, external_id, version): pk for pk, channel, external_id, version in came}
    new = {key_of(dossier.post): dossier for dossier in listened if key_of(dossier.post) in ids}
    insert_rows(
        model=models.Mention,
        rows=[
            {"post_id": ids[key], **mention_columns(dossier.mention)}
            for key, dossier in new.items()
            if dossier.mention is not None
        ],
    )
    return new


def _post_row(*, source: models.Source, dossier: Dossier, at: datetime) -> dict[str, Any]:
    post = dossier.post
    # A discarded post has nothing to be sorted for; but the brand's own may be an answer, and
    # an edit may end what an older version of it began.
    waits = dossier.discarded in (None, DiscardReason.OWN_POST) or post.version > 1
    return {
        **post_columns(post),
        "brand_id": source.brand_id,
        "origin_id": source.pk,
        "content_hash": content_hash(post),
        "author_key": post.author.handle.casefold(),
        "conversation": first_guess(post),
        "discard_reason": dossier.discarded,
        "sorted_at": None if waits else at,
        "speaks_to": None,
        "case_id": None,
        "answer_id": None,
        "copy_of_id": None,
        "deleted_at": None,
    }


def first_guess(post: Post) -> str:
    """Return the conversation a post belongs to, as far as the post alone tells."""
    if post.conversation_id:
        return f"c:{post.conversation_id}"
    return f"r:{post.in_reply_to or post.external_id}"


def _told_apart(
    *, source: models.Source, posts: Sequence[Fetched], new: Mapping[Key, Dossier]
) -> tuple[int, list[tuple[Fetched, Failure]]]:
    """Count the posts we had, and return those whose id belongs to other words."""
    old = [(one, one.post) for one in posts if one.post and key_of(one.post) not in new]
    words = dict(_words_of(source=source, posts=[post for _, post in old]))
    differing = [(one, post) for one, post in old if words[key_of(post)] != content_hash(post)]
    ours = _sent_from_here(source=source, posts=[post for _, post in differing])
    conflicts = [
        (one, conflict(post))
        for one, post in differing
        if (post.channel, post.external_id) not in ours
    ]
    return len(old) - len(conflicts), conflicts


def _sent_from_here(*, source: models.Source, posts: Sequence[Post]) -> set[tuple[str, str]]:
    """Return those that we said: a network may tell our words a little otherwise."""
    if not posts:
        return set()
    sent = models.Reply.objects.filter(
        case__brand_id=source.brand_id, external_id__in={post.external_id for post in posts}
    )
    told = sent.values_list("case__channel", "external_id")
    return {(channel, external_id or "") for channel, external_id in told}


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


def _store_raw(*, source: models.Source, after: str, batch: Sequence[Fetched]) -> None:
    insert_rows(
        model=models.RawInput,
        rows=[{"source_id": source.pk, "after": after, "rows": len(batch), "packed": pack(batch)}],
        unless_there=True,  # read again from the top: the same bytes, by the fingerprint
    )


def _store_failed(
    *,
    source: models.Source,
    sifted: Sifted,
    conflicts: Sequence[tuple[Fetched, Failure]],
) -> None:
    insert_rows(
        model=models.FailedRow,
        rows=[
            {
                "source_id": source.pk,
                "cursor": one.cursor,
                "line": one.line or 0,
                "reason": failure.reason,
                "sentence": printable(failure.sentence),
                "raw": printable(one.raw),
            }
            for one, failure in (*sifted.failed, *conflicts)
        ],
        unless_there=True,  # the same row of the same file, read again
    )


def _write_line(*, source: models.Source, line: LedgerLine) -> None:
    parts = {
        "fetched": line.fetched,
        "stored": line.stored,
        "duplicate": line.duplicate,
        "discarded": line.discarded,
        "failed": line.failed,
    }
    insert_rows(
        model=models.LedgerLine,
        rows=[{"source_id": source.pk, "batch": line.batch, "at": line.at, **parts}],
    )
    insert_rows(
        model=models.Event,
        rows=[
            {
                "what": EventName.BATCH_TAKEN_IN,
                "at": line.at,
                "by": None,
                "case_id": None,
                "post_id": None,
                "particulars": {"source": source.pk, "batch": line.batch, **parts},
                "brand_id": source.brand_id,
            }
        ],
    )
