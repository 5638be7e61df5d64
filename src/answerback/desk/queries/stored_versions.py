"""Which versions of posts we have, and which posts are gone: what intake numbers by."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from answerback.channels.inbound import Gone
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


def tombstones_of(*, brand_id: int, posts: Sequence[Post]) -> Mapping[Name, datetime]:
    """Return when these posts and their authors went, where they did.  A question each 500."""
    names = {post.external_id for post in posts}
    names |= {f"{OF_AUTHOR}{post.author.native_id}" for post in posts if post.author.native_id}
    channels = sorted({post.channel for post in posts})
    wanted = sorted(names)
    found: dict[Name, datetime] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = models.Tombstone.objects.filter(
            brand_id=brand_id,
            channel__in=channels,
            external_id__in=wanted[start : start + _CHUNK],
        )
        for channel, external_id, gone_at, heard_at in rows.values_list(
            "channel", "external_id", "gone_at", "heard_at"
        ):
            found[channel, external_id] = gone_at or heard_at
    return found


def known_of(*, brand_id: int, gone: Sequence[Gone]) -> frozenset[Gone]:
    """Return those of which we have a post, or an author's.  Two questions each 500."""
    found: set[Gone] = set()
    for start in range(0, len(gone), _CHUNK):
        some = gone[start : start + _CHUNK]
        rows = models.Post.objects.filter(
            brand_id=brand_id, channel__in=sorted({one.channel for one in some})
        ).order_by()
        posts = {one.external_id for one in some if one.external_id is not None}
        authors = {one.author_id for one in some if one.author_id is not None}
        there = rows.filter(external_id__in=posts).values_list("channel", "external_id")
        wrote = rows.filter(author_native_id__in=authors).values_list("channel", "author_native_id")
        named, known = set(there), set(wrote.distinct())
        found |= {one for one in some if (one.channel, one.external_id) in named}
        found |= {one for one in some if (one.channel, one.author_id) in known}
    return frozenset(found)


def is_among(stones: frozenset[Name], post: Post) -> bool:
    """Tell whether a post, or all of its author's, is gone."""
    author = (post.channel, f"{OF_AUTHOR}{post.author.native_id}")
    return bool(stones) and ((post.channel, post.external_id) in stones or author in stones)
