"""Which versions of posts we have, and which posts are gone: what intake numbers by."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from answerback.desk import models
from answerback.domain.records.post import Post
from answerback.intake.versions import Name, Version

_CHUNK: Final = 500
#: Before the native id of an author in `Tombstone.external_id`: all that they wrote is gone.
OF_AUTHOR: Final = "author:"


def stored_versions(*, brand_id: int, posts: Sequence[Post]) -> Mapping[Name, list[Version]]:
    """Return the versions of these posts that we have, the newest last.  A question each 500."""
    found: dict[Name, list[Version]] = defaultdict(list)
    names = sorted({post.external_id for post in posts})
    channels = sorted({post.channel for post in posts})
    for start in range(0, len(names), _CHUNK):
        rows = models.Post.objects.filter(
            brand_id=brand_id,
            channel__in=channels,
            external_id__in=names[start : start + _CHUNK],
        ).order_by("channel", "external_id", "version")
        for channel, external_id, number, revision, revised_at, words in rows.values_list(
            "channel", "external_id", "version", "revision", "revised_at", "content_hash"
        ):
            found[channel, external_id].append(
                Version(number=number, revision=revision, revised_at=revised_at, words=words)
            )
    return found


def tombstones_of(*, brand_id: int, posts: Sequence[Post]) -> frozenset[Name]:
    """Return the tombstones of these posts and of their authors.  A question each 500."""
    names = {post.external_id for post in posts}
    names |= {f"{OF_AUTHOR}{post.author.native_id}" for post in posts if post.author.native_id}
    channels = sorted({post.channel for post in posts})
    wanted = sorted(names)
    found: set[Name] = set()
    for start in range(0, len(wanted), _CHUNK):
        rows = models.Tombstone.objects.filter(
            brand_id=brand_id,
            channel__in=channels,
            external_id__in=wanted[start : start + _CHUNK],
        )
        found |= set(rows.values_list("channel", "external_id"))
    return frozenset(found)
