"""One page of a live source, for good: all of it with its cursor, or nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from django.db import transaction

from answerback.channels.inbound import Cursor, Failure, Fetched, Gone
from answerback.channels.live import Page
from answerback.desk import models
from answerback.desk.operations.apply_tombstones import apply_tombstones
from answerback.desk.operations.erase_raw import note_places
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.insert_rows import insert_new_rows
from answerback.desk.operations.keep_health import keep_health
from answerback.desk.operations.lease import keep_lease
from answerback.desk.operations.note_bounces import note_bounces
from answerback.desk.operations.record_gaps import record_holes, record_repair
from answerback.desk.operations.store_batch import (
    sent_from_here,
    store_failed,
    store_posts,
    store_raw,
    write_line,
)
from answerback.desk.queries.stored_versions import (
    OF_AUTHOR,
    known_of,
    stored_versions,
    tombstones_of,
)
from answerback.domain.pipeline import Stage, run
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.ledger import LedgerLine
from answerback.domain.records.post import Post
from answerback.domain.records.refusal import Refusal
from answerback.intake.raw import printable
from answerback.intake.seen import conflict, not_storable, unstorable, unstorable_name
from answerback.intake.versions import Fate, Name, number_versions


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorted:
    """The things of a page, told apart; each is in just one part."""

    posts: tuple[tuple[Fetched, Dossier], ...]
    gone: tuple[tuple[Fetched, Gone], ...]
    failed: tuple[tuple[Fetched, Failure], ...]

    def __bool__(self) -> bool:
        """Say whether there is anything at all."""
        return bool(self.posts or self.gone or self.failed)


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
    things = _told_apart(page.things, listening=listening)
    with transaction.atomic():
        of_brand = models.Source.objects.values_list("brand_id", flat=True)
        hold_brand(of_brand.get(pk=turn.source_id))
        if not keep_lease(name=turn.lease, token=turn.token, until=turn.until):
            raise Fenced(f"Source {turn.source_id} is heard by another worker now.")
        source = models.Source.objects.select_for_update(no_key=True).get(pk=turn.source_id)
        things = _without_foreign(things, brand_id=source.brand_id)
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


def _told_apart(things: Sequence[Fetched], *, listening: Stage) -> _Sorted:
    posts: list[tuple[Fetched, Post]] = []
    gone: list[tuple[Fetched, Gone]] = []
    failed: list[tuple[Fetched, Failure]] = []
    for one in things:
        wrong = _wrong_with(one)
        if wrong is not None:
            failed.append((one, wrong))
        elif one.post is not None:
            posts.append((one, one.post))
        elif one.gone is not None:
            gone.append((one, one.gone))
    listened = run([Dossier(post=post) for _, post in posts], stages=[listening])
    return _Sorted(
        posts=tuple((one, dossier) for (one, _), dossier in zip(posts, listened, strict=True)),
        gone=tuple(gone),
        failed=tuple(failed),
    )


def _without_foreign(things: _Sorted, *, brand_id: int) -> _Sorted:
    """
    Leave out word of what went that is about nothing of ours, where a stream tells of everybody's.

    Some networks tell all the world's deletions, some a second; kept, they would soon be most of
    the database.  They are no more for us than the posts that the stream left out for us.
    """
    asked = [gone for _, gone in things.gone if gone.of_all]
    if not asked:
        return things
    here = {name for one in things.posts for name in _names_in(one[1].post)}
    known = known_of(brand_id=brand_id, gone=asked)
    kept = [
        (one, gone)
        for one, gone in things.gone
        if not gone.of_all or gone in known or _stone_name(gone) in here
    ]
    return replace(things, gone=tuple(kept))


def _names_in(post: Post) -> tuple[Name, Name]:
    """Return the names of the tombstones that would be about a post."""
    author = (post.channel, f"{OF_AUTHOR}{post.author.native_id}")
    return (post.channel, post.external_id), author


def _wrong_with(one: Fetched) -> Failure | None:
    if one.post is not None:
        return unstorable(one.post)
    if one.gone is not None:
        named = (one.gone.external_id, one.gone.author_id)
        if sum(name is not None for name in named) != 1:
            return not_storable("it must name either a post that is gone or an author, not both")
        return unstorable_name(_stone_name(one.gone)[1])
    return one.failure


def _stone_name(gone: Gone) -> Name:
    """Return what a tombstone is known by."""
    if gone.external_id is not None:
        return (gone.channel, gone.external_id)
    return (gone.channel, f"{OF_AUTHOR}{gone.author_id}")


def _taken(*, source: models.Source, things: _Sorted, at: datetime) -> TakenIn:
    moved = _gone_again(source=source, things=things, at=at)
    new_stones = _store_stones(source=source, things=things, at=at)
    fates = _fates(source=source, things=things)
    stored = store_posts(
        source=source,
        listened=[dossier for fate, _, dossier in fates if fate in _KEPT],
        at=at,
    )
    conflicts = [
        (one, conflict(dossier.post)) for fate, one, dossier in fates if fate is Fate.CONFLICT
    ]
    apply_tombstones(tombstones=[*new_stones, *moved], at=at)
    discarded = sum(dossier.discarded is not None for dossier in stored.values())
    failed = _not_kept_yet(source, failed=[*things.failed, *conflicts])
    fetched = len(fates) + len(things.gone) + len(things.failed)
    kept = len(stored) + len(new_stones)
    line = LedgerLine(
        source=source.name,
        batch=source.batches + 1,
        at=at,
        fetched=fetched,
        stored=kept - discarded,
        duplicate=fetched - kept - len(failed),
        discarded=discarded,
        failed=len(failed),
    )
    new = [one for fate, one, _ in fates if fate is Fate.NEW]
    failing = [one for one, _ in failed.values()]
    _keep_raw(source=source, line=line, kept=[*new, *(one for one, _ in things.gone), *failing])
    store_failed(
        source=source,
        failed=[(replace(one, cursor=Cursor(name)), why) for name, (one, why) in failed.items()],
    )
    write_line(source=source, line=line)
    source.batches = line.batch
    came = tuple(dossier.post for dossier in stored.values())
    note_bounces(brand_id=source.brand_id, posts=came, at=at)
    return TakenIn(line=line, new=kept, came=came)


#: What becomes a row.
_KEPT = (Fate.NEW, Fate.DELETED)
_Fates = Sequence[tuple[Fate, Fetched, Dossier]]


def _store_stones(
    *, source: models.Source, things: _Sorted, at: datetime
) -> list[models.Tombstone]:
    """Insert the tombstones that are not there, and return them."""
    told = {_stone_name(gone): gone for _, gone in things.gone}
    came = insert_new_rows(
        model=models.Tombstone,
        rows=[
            {
                "brand_id": source.brand_id,
                "channel": channel,
                "external_id": external_id,
                "origin_id": source.pk,
                "gone_at": gone.at,
                "heard_at": at,
            }
            for (channel, external_id), gone in told.items()
        ],
        returning=["id"],
    )
    stones = models.Tombstone.objects.filter(pk__in=[pk for (pk,) in came])
    return list(stones.order_by("pk"))


def _gone_again(*, source: models.Source, things: _Sorted, at: datetime) -> list[models.Tombstone]:
    """Move the tombstones of authors who came back and went again, and return them."""
    told = {_stone_name(gone)[1]: gone.at or at for _, gone in things.gone if gone.author_id}
    stones = models.Tombstone.objects.filter(
        brand_id=source.brand_id, channel=source.channel, external_id__in=list(told)
    )
    moved = [
        one
        for one in stones.order_by("pk")
        if (one.gone_at or one.heard_at) < told[one.external_id]
    ]
    for one in moved:
        one.gone_at, one.heard_at, one.erased_at = told[one.external_id], at, None
        one.save(update_fields=["gone_at", "heard_at", "erased_at"])
    return moved


def _fates(*, source: models.Source, things: _Sorted) -> _Fates:
    """Say what becomes of each telling, its version numbered, and its verdict where it is gone."""
    posts = [dossier.post for _, dossier in things.posts]
    stones = tombstones_of(brand_id=source.brand_id, posts=posts)
    numbered = number_versions(
        posts,
        known=stored_versions(brand_id=source.brand_id, posts=posts),
        gone=_judge(stones),
        ours=sent_from_here(brand_id=source.brand_id, posts=posts),
    )
    return [
        (fate, one, _as_told(dossier, fate=fate, version=version))
        for (one, dossier), (fate, version) in zip(things.posts, numbered, strict=True)
    ]


def _judge(stones: Mapping[Name, datetime]) -> Callable[[Post], bool]:
    """
    Return what tells of a post whether it is gone.

    A post that is gone is gone for good.  An author may come back: what was written since then
    is there, by the network's own clock where it tells one.
    """

    def gone(post: Post) -> bool:
        itself, author = _names_in(post)
        if itself in stones:
            return True
        told = (post.available_at, post.revised_at, post.created_at)
        since = max((one for one in told if one is not None), default=None)
        went = stones.get(author)
        return went is not None and (since is None or since <= went)

    return gone


def _as_told(dossier: Dossier, *, fate: Fate, version: int) -> Dossier:
    told = dossier
    if version != dossier.post.version:
        told = replace(dossier, post=replace(dossier.post, version=version))
    if fate is not Fate.DELETED:
        return told
    return replace(told, mention=None, discarded=DiscardReason.DELETED)


def _not_kept_yet(
    source: models.Source, *, failed: Sequence[tuple[Fetched, Failure]]
) -> dict[str, tuple[Fetched, Failure]]:
    """Return those that are among no failed rows, by name: a poll meets the last ones again."""
    told: dict[str, tuple[Fetched, Failure]] = {}
    for one, why in failed:
        told.setdefault(_name_of(one), (one, why))
    names = list(told)
    for start in range(0, len(names), _CHUNK):
        there = models.FailedRow.objects.filter(
            source=source, cursor__in=names[start : start + _CHUNK]
        )
        for name in there.values_list("cursor", flat=True):
            told.pop(name, None)
    return told


def _name_of(one: Fetched) -> str:
    """
    Return what names a failed thing: what came is part of it, for a cursor may stand still.

    The cursor may hold a network's own words: what no index takes of them is left out.
    """
    mark = blake2b(one.raw.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{printable(one.cursor)[:_LONGEST_NAME]}#{mark}"


_CHUNK = 500
#: Letters of a thing's own cursor, in the name of a failed row.
_LONGEST_NAME = 512


def _keep_raw(*, source: models.Source, line: LedgerLine, kept: Sequence[Fetched]) -> None:
    """
    Keep what came, but for what we have already, and for the words of what is gone.

    A poll reads a little of what it read before each time: kept again, that would be nearly all.
    """
    if kept:
        # Named by the batch: a stream's cursor may stand still, or be longer than an index takes.
        raw_id = store_raw(source=source, after=f"batch {line.batch}", batch=kept)
        if raw_id is not None:
            note_places(raw_id=raw_id, batch=kept)
