"""Who an author is, whatever they are called now: the key that all of theirs hangs on."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b

from answerback.desk import models
from answerback.desk.operations.insert_rows import insert_new_rows
from answerback.domain.records.post import Post

#: A channel, and what stays of an author there.
Native = tuple[str, str]


def know_authors(*, brand_id: int, posts: Sequence[Post]) -> Mapping[Native, str]:
    """
    Return the keys of the authors of posts who have something that stays.

    The key is the handle by which somebody was met first; it stays theirs when the handle
    changes.  Whoever takes on a handle that somebody else was met by has a key of their own.
    The brand is held by the caller, so two pages never meet somebody at the same time.

    Shapes: n posts in, an entry for each different author.  One question where all are known.
    """
    met: dict[Native, str] = {}
    for post in posts:
        if post.author.native_id:
            met.setdefault((post.channel, post.author.native_id), post.author.handle.casefold())
    keys = _known(brand_id, met)
    new = [one for one in met if one not in keys]
    keys |= _kept(brand_id, {one: met[one] for one in new})
    others = {one: _of_its_own(met[one], one) for one in new if one not in keys}
    if others:
        _kept(brand_id, others)
        keys |= _known(brand_id, others)
    return keys


def author_key(post: Post, *, keys: Mapping[Native, str]) -> str:
    """Return what all of an author's is known by; where nothing of theirs stays, the handle."""
    handle = post.author.handle.casefold()
    return keys.get((post.channel, post.author.native_id or ""), handle)


def _known(brand_id: int, met: Mapping[Native, str]) -> dict[Native, str]:
    if not met:
        return {}
    rows = models.KnownAuthor.objects.filter(
        brand_id=brand_id,
        channel__in={channel for channel, _ in met},
        native_id__among=[native for _, native in met],
    )
    told = rows.values_list("channel", "native_id", "key")
    return {(channel, native): key for channel, native, key in told if (channel, native) in met}


def _kept(brand_id: int, keys: Mapping[Native, str]) -> dict[Native, str]:
    """Keep keys, and return those that nobody else has."""
    rows = [
        {"brand_id": brand_id, "channel": channel, "native_id": native, "key": key}
        for (channel, native), key in keys.items()
    ]
    came = insert_new_rows(
        model=models.KnownAuthor, rows=rows, returning=["channel", "native_id", "key"]
    )
    return {(channel, native): key for channel, native, key in came}


def _of_its_own(handle: str, native: Native) -> str:
    """Return a key for whoever is called as somebody else was before them."""
    mark = blake2b("\n".join(native).encode(), digest_size=6).hexdigest()
    return f"{handle}~{mark}"
