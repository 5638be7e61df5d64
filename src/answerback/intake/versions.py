"""Which version of a post a telling is: new, told before, older, or at odds with what we have."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from answerback.domain.records.post import Post
from answerback.intake.seen import content_hash

#: What a post is known by on all networks: its channel, and its id there.
Name = tuple[str, str]


class Fate(StrEnum):
    """What becomes of one telling of a post: a closed list."""

    NEW = "new"  #: a version that we do not have
    REPEAT = "repeat"  #: we have it, or a newer one
    CONFLICT = "conflict"  #: other words under a taken id, and no mark that tells versions apart
    DELETED = "deleted"  #: the post is gone from its network, and we never had it


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a post that we have."""

    number: int
    revision: str | None
    revised_at: datetime | None
    words: str  #: a `content_hash`


def name_of(post: Post) -> Name:
    return (post.channel, post.external_id)


def number_versions(
    posts: Sequence[Post],
    *,
    known: Mapping[Name, Sequence[Version]],
    gone: Callable[[Post], bool],
    ours: Collection[Name],
) -> list[tuple[Fate, int]]:
    """
    Return for each telling its fate and the number of its version.

    Networks tell twice, late and in any order.  The same mark is the same version; a version
    made before the newest one that we have came late, and is not needed any more; any other
    mark is the next version.  Of what is `gone` there is no further version.  `ours` are those
    that we said from here, which a network may tell a little otherwise.

    Shapes: n posts in, n answers out, in the order given; each sees those before it.
    """
    there = {name: list(versions) for name, versions in known.items()}
    told: list[tuple[Fate, int]] = []
    for post in posts:
        versions = there.setdefault(name_of(post), [])
        fate = _fate(post, versions=versions, gone=gone(post), ours=name_of(post) in ours)
        number = versions[-1].number if versions else 0
        if fate in (Fate.NEW, Fate.DELETED):
            number += 1
            versions.append(
                Version(
                    number=number,
                    revision=post.revision,
                    revised_at=post.revised_at,
                    words=content_hash(post),
                )
            )
        told.append((fate, number))
    return told


def _fate(post: Post, *, versions: Sequence[Version], gone: bool, ours: bool) -> Fate:
    if not versions:
        return Fate.DELETED if gone else Fate.NEW
    newest = versions[-1]
    marked = post.revision is not None and any(one.revision == post.revision for one in versions)
    if gone or marked or _is_older(post, newest):
        return Fate.REPEAT
    words = content_hash(post)
    if post.revision is None and post.revised_at is None:
        same = ours or any(one.words == words for one in versions)
        return Fate.REPEAT if same else Fate.CONFLICT
    if newest.revision is None and newest.revised_at is None and post.revised_at is None:
        # The newest has no mark: we said it ourselves, or its network began to tell marks later.
        return Fate.REPEAT if ours or newest.words == words else Fate.NEW
    if post.revision is None and newest.words == words:
        return Fate.REPEAT
    return Fate.NEW


def _is_older(post: Post, newest: Version) -> bool:
    """Tell whether a version was made before the newest one; the first has no moment of making."""
    if newest.revised_at is None:
        return False
    return post.revised_at is None or post.revised_at < newest.revised_at
