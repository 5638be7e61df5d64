"""What a batch leaves behind, whoever took it in; called inside the transaction that does."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from types import MappingProxyType
from typing import Any

from django.db.models.functions import Coalesce

from answerback.channels.inbound import Failure, Fetched
from answerback.desk import models
from answerback.desk.operations.insert_rows import insert_new_rows, insert_rows
from answerback.desk.operations.know_authors import author_key, know_authors
from answerback.desk.operations.look_up_thread import THREADS
from answerback.desk.rows import mention_columns, post_columns
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.event import EventName
from answerback.domain.records.ledger import LedgerLine
from answerback.domain.records.post import Post
from answerback.domain.understanding.urgency import in_a_hurry
from answerback.intake.raw import pack, printable
from answerback.intake.seen import Key, content_hash, key_of

#: What is left of the words of a post that is gone.
NOTHING_SAID: Mapping[str, Any] = MappingProxyType(
    {"text": "", "media": [], "details": {}, "url": None, "content_hash": ""}
)


def store_posts(
    *, source: models.Source, listened: Sequence[Dossier], at: datetime
) -> Mapping[Key, Dossier]:
    """Store the posts that we do not have, with their mentions, and return those."""
    lanes = _lanes(listened, live=source.account_id is not None)
    keys = know_authors(brand_id=source.brand_id, posts=[one.post for one in listened])
    rows = [
        {
            **_post_row(source=source, dossier=dossier, lane=lane, at=at),
            "author_key": author_key(dossier.post, keys=keys),
        }
        for dossier, lane in zip(listened, lanes, strict=True)
    ]
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


class Lane(IntEnum):
    """In which order posts are sorted when many wait; within a lane, as they came."""

    URGENT = 0  #: their words press
    LIVE = 1
    ARCHIVE = 2  #: a file: nobody waits for an answer now


def _lanes(listened: Sequence[Dossier], *, live: bool) -> list[Lane]:
    if not live:
        return [Lane.ARCHIVE] * len(listened)
    heard = [place for place, one in enumerate(listened) if one.discarded is None]
    hurry = in_a_hurry([listened[place].post.text for place in heard])
    pressing = {place for place, presses in zip(heard, hurry, strict=True) if presses}
    return [Lane.URGENT if place in pressing else Lane.LIVE for place in range(len(listened))]


def _post_row(
    *, source: models.Source, dossier: Dossier, lane: Lane, at: datetime
) -> dict[str, Any]:
    post = dossier.post
    deleted = dossier.discarded is DiscardReason.DELETED
    # A discarded post has nothing to be sorted for; but the brand's own may be an answer, and
    # an edit may end what an older version of it began.
    waits = dossier.discarded in (None, DiscardReason.OWN_POST) or post.version > 1
    # What belongs to a thread that was asked for stands in it, heard or not.
    waits |= source.stream == THREADS
    return post_row(
        post,
        source=source,
        lane=int(lane),
        discard_reason=dossier.discarded,
        sorted_at=None if waits and not deleted else at,
        deleted_at=at if deleted else None,
        **(NOTHING_SAID if deleted else {}),
    )


def post_row(post: Post, *, source: models.Source, **known: Any) -> dict[str, Any]:
    """Return a post as a row of all its columns; what is not `known` of it is not known yet."""
    return {
        **post_columns(post),
        "lane": int(Lane.LIVE),
        "brand_id": source.brand_id,
        "origin_id": source.pk,
        "content_hash": content_hash(post),
        "author_key": post.author.handle.casefold(),
        "conversation": first_guess(post),
        "discard_reason": None,
        "sorted_at": None,
        "speaks_to": None,
        "case_id": None,
        "answer_id": None,
        "copy_of_id": None,
        "deleted_at": None,
        **known,
    }


def first_guess(post: Post) -> str:
    """Return the conversation a post belongs to, as far as the post alone tells."""
    if post.conversation_id:
        return f"c:{post.conversation_id}"
    return f"r:{post.in_reply_to or post.external_id}"


def sent_from_here(*, brand_id: int, posts: Sequence[Post]) -> set[tuple[str, str]]:
    """Return those that we said: a network may tell our words a little otherwise."""
    if not posts:
        return set()
    sent = models.Reply.objects.filter(
        case__brand_id=brand_id, external_id__in={post.external_id for post in posts}
    )
    told = sent.values_list(Coalesce("place__channel", "case__channel"), "external_id")
    return {(channel, external_id or "") for channel, external_id in told}


def store_raw(*, source: models.Source, after: str, batch: Sequence[Fetched]) -> int | None:
    """
    Keep what came, as it came, and return its number.

    What stands under the same `after` is kept once: read again from the top, a file has the same
    bytes, by its fingerprint.  Then there is no number.
    """
    row = {"source_id": source.pk, "after": after, "rows": len(batch), "packed": pack(batch)}
    came = insert_new_rows(model=models.RawInput, rows=[row], returning=["id"])
    return next((int(pk) for (pk,) in came), None)


def store_failed(*, source: models.Source, failed: Sequence[tuple[Fetched, Failure]]) -> None:
    """Keep what did not become a post; the cursor and line of each name it within its source."""
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
                "again_at": None,
                "again_by": "",
                "tried_at": None,
            }
            for one, failure in failed
        ],
        unless_there=True,  # the same row, read again
    )


def write_line(*, source: models.Source, line: LedgerLine, told: bool = False) -> None:
    """Write a batch's ledger line and its event; `told`: the caller tells of it by another."""
    parts = {
        "fetched": line.fetched,
        "stored": line.stored,
        "duplicate": line.duplicate,
        "discarded": line.discarded,
        "failed": line.failed,
    }
    columns = {"source_id": source.pk, "batch": line.batch, "at": line.at, "again": line.again}
    insert_rows(model=models.LedgerLine, rows=[{**columns, **parts}])
    if told:
        return
    if line.duplicate == line.fetched and source.account_id is not None:
        return  # a poll that only met what we have is no news, and comes every minute
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
