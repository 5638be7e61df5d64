"""What a page of a live source holds becomes rows; called inside the transaction that does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from answerback.channels.inbound import Failure, Fetched, Gone
from answerback.desk import models
from answerback.desk.operations.apply_tombstones import apply_tombstones
from answerback.desk.operations.insert_rows import insert_new_rows
from answerback.desk.operations.store_batch import sent_from_here, store_posts
from answerback.desk.queries.stored_versions import (
    OF_AUTHOR,
    known_of,
    stored_versions,
    tombstones_of,
)
from answerback.domain.pipeline import Stage, run
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.post import Post
from answerback.intake.seen import conflict, not_storable, unstorable, unstorable_name
from answerback.intake.versions import Fate, Name, number_versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """The things of a page, told apart; each is in just one part."""

    posts: tuple[tuple[Fetched, Dossier], ...]
    gone: tuple[tuple[Fetched, Gone], ...]
    failed: tuple[tuple[Fetched, Failure], ...]

    def __bool__(self) -> bool:
        """Say whether there is anything at all."""
        return bool(self.posts or self.gone or self.failed)


def told_apart(things: Sequence[Fetched], *, listening: Stage) -> Things:
    """Tell things apart, and listen to those that are posts: outside of any transaction."""
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
    return Things(
        posts=tuple((one, dossier) for (one, _), dossier in zip(posts, listened, strict=True)),
        gone=tuple(gone),
        failed=tuple(failed),
    )


def without_foreign(things: Things, *, brand_id: int) -> Things:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What became of things: those that have no part here were there before."""

    came: tuple[Post, ...]  #: stored, whether heard or set aside
    stones: int  #: word of what is gone, that we did not have
    discarded: int  #: of those that came
    failed: tuple[tuple[Fetched, Failure], ...]
    new: tuple[Fetched, ...]  #: what the posts that came were told by, but for what is gone

    @property
    def kept(self) -> int:
        """Return how many rows there are now that were not there."""
        return len(self.came) + self.stones


def store_things(*, source: models.Source, things: Things, at: datetime) -> Became:
    """
    Store posts and word of what is gone, each once; the brand is held by the caller.

    A tombstone wins over every telling of its post, whichever comes first.
    """
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
    return Became(
        came=tuple(dossier.post for dossier in stored.values()),
        stones=len(new_stones),
        discarded=sum(dossier.discarded is not None for dossier in stored.values()),
        failed=(*things.failed, *conflicts),
        new=tuple(one for fate, one, _ in fates if fate is Fate.NEW),
    )


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


#: What becomes a row.
_KEPT = (Fate.NEW, Fate.DELETED)
_Fates = Sequence[tuple[Fate, Fetched, Dossier]]


def _store_stones(*, source: models.Source, things: Things, at: datetime) -> list[models.Tombstone]:
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


def _gone_again(*, source: models.Source, things: Things, at: datetime) -> list[models.Tombstone]:
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


def _fates(*, source: models.Source, things: Things) -> _Fates:
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
    if not stones:
        return lambda _: False

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
