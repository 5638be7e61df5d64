"""Which versions of posts we have, and which posts are gone: what intake numbers by."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from answerback.channels.inbound import Gone
from answerback.desk import models
from answerback.domain.records.post import Post
from answerback.intake.versions import Name, Version

#: Before the native id of an author in `Tombstone.external_id`: all that they wrote is gone.
OF_AUTHOR: Final = "author:"


def stored_versions(*, brand_id: int, posts: Sequence[Post]) -> Mapping[Name, list[Version]]:
    """Return the versions of these posts that we have, the newest last.  One question."""
    found: dict[Name, list[Version]] = defaultdict(list)
    rows = models.Post.objects.filter(
        brand_id=brand_id,
        channel__in=sorted({post.channel for post in posts}),
        external_id__among={post.external_id for post in posts},
    ).order_by("channel", "external_id", "version")
    for channel, external_id, number, revision, revised_at, words in rows.values_list(
        "channel", "external_id", "version", "revision", "revised_at", "content_hash"
    ):
        found[channel, external_id].append(
            Version(number=number, revision=revision, revised_at=revised_at, words=words)
        )
    return found


def tombstones_of(*, brand_id: int, posts: Sequence[Post]) -> Mapping[Name, datetime]:
    """Return when these posts and their authors went, where they did.  One question."""
    names = {post.external_id for post in posts}
    names |= {f"{OF_AUTHOR}{post.author.native_id}" for post in posts if post.author.native_id}
    rows = models.Tombstone.objects.filter(
        brand_id=brand_id,
        channel__in=sorted({post.channel for post in posts}),
        external_id__among=names,
    ).values_list("channel", "external_id", "gone_at", "heard_at")
    return {
        (channel, external_id): gone_at or heard_at
        for channel, external_id, gone_at, heard_at in rows
    }


def known_of(*, brand_id: int, gone: Sequence[Gone]) -> frozenset[Gone]:
    """Return those of which we have a post, or an author's.  Two questions."""
    rows = models.Post.objects.filter(
        brand_id=brand_id, channel__in=sorted({one.channel for one in gone})
    ).order_by()
    posts = {one.external_id for one in gone if one.external_id is not None}
    authors = {one.author_id for one in gone if one.author_id is not None}
    there = rows.filter(external_id__among=posts).values_list("channel", "external_id")
    wrote = rows.filter(author_native_id__among=authors).values_list("channel", "author_native_id")
    named, known = set(there), set(wrote.distinct())
    return frozenset(
        one
        for one in gone
        if (one.channel, one.external_id) in named or (one.channel, one.author_id) in known
    )


def is_among(stones: frozenset[Name], post: Post) -> bool:
    """Tell whether a post, or all of its author's, is gone."""
    author = (post.channel, f"{OF_AUTHOR}{post.author.native_id}")
    return bool(stones) and ((post.channel, post.external_id) in stones or author in stones)
