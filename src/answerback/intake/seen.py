"""Which posts of a batch are new to the batch, repeats, or others under a taken id."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from answerback.channels.inbound import Failure, Fetched
from answerback.domain.records.post import Post
from answerback.intake.raw import printable

#: What makes a post one and the same within a brand: channel, external id, version.
Key = tuple[str, str, int]

#: The longest id we index.  PostgreSQL refuses index entries of about 2,700 bytes, and one of
#: ours holds a conversation, which is named by an id, and a handle.
_LONGEST_ID = 512
_MOST_BYTES = 1_200
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """A batch, told apart; every thing fetched is in exactly one part."""

    posts: tuple[Fetched, ...]  #: the first under each key
    repeats: tuple[Fetched, ...]  #: the same words under the same key again
    failed: tuple[tuple[Fetched, Failure], ...]


def key_of(post: Post) -> Key:
    return (post.channel, post.external_id, post.version)


def content_hash(post: Post) -> str:
    """Return what two tellings of one post share: who said it, and the words."""
    said = f"{post.author.handle}\n{post.text}".encode()
    return blake2b(said, digest_size=16).hexdigest()


def conflict(post: Post) -> Failure:
    """Return why a post may not stand beside another one of the same id."""
    return Failure(
        reason="id_conflict",
        sentence=(
            f"The id {post.external_id!r} (version {post.version}) of channel '{post.channel}' "
            "already belongs to a post with other words; the first is kept. If this is an edit, "
            "give it the next version; if two posts share an id, give one another id."
        ),
    )


def sift(batch: Sequence[Fetched]) -> Sifted:
    """
    Tell a batch apart without asking the database.

    Shapes: n things in; n things in all three parts together, each in the order given.
    """
    first: dict[Key, str] = {}
    posts: list[Fetched] = []
    repeats: list[Fetched] = []
    failed: list[tuple[Fetched, Failure]] = []
    for one in batch:
        if one.post is None:
            failed.append((one, _reason(one)))
            continue
        wrong = unstorable(one.post)
        if wrong is not None:
            failed.append((one, wrong))
            continue
        key, words = key_of(one.post), content_hash(one.post)
        if key not in first:
            first[key] = words
            posts.append(one)
        elif first[key] == words:
            repeats.append(one)
        else:
            failed.append((one, conflict(one.post)))
    return Sifted(posts=tuple(posts), repeats=tuple(repeats), failed=tuple(failed))


def _reason(one: Fetched) -> Failure:
    if one.failure is None:
        raise AssertionError("Fetched holds a post or a failure")
    return one.failure


def unstorable(post: Post) -> Failure | None:
    """Say why no database would take this post, so that it cannot stop the 499 beside it."""
    ids = [
        post.channel,
        post.source,
        post.external_id,
        post.author.handle,
        post.in_reply_to or "",
        post.conversation_id or "",
        post.author.native_id or "",
        post.revision or "",
    ]
    told = [*(word for one in post.media for word in (one.url, one.alt))]
    told += [post.text, post.author.name, post.about or "", post.url or "", *post.reply_ids, *ids]
    told += [word for name, values in post.details.items() for word in (name, *values)]
    whole = "".join(told)
    if "\x00" in whole:
        return not_storable("it holds a NUL character")
    try:
        whole.encode()
    except UnicodeEncodeError:
        return not_storable("it holds half a character (a lone surrogate)")
    if max(map(len, ids)) > _LONGEST_ID:
        return not_storable(f"an id or a handle is longer than {_LONGEST_ID} characters")
    if any(map(_has_too_many_bytes, (*ids, post.author.handle.casefold()))):
        return not_storable(f"an id or a handle is longer than {_MOST_BYTES:,} bytes")
    if not 0 <= post.version <= 2**31 - 1 or abs(post.author.followers or 0) > _LARGEST:
        return not_storable("a number is out of range")
    return None


def unstorable_name(name: str) -> Failure | None:
    """Say why no database would take this as the id of something."""
    if not name:
        return not_storable("it has no id")
    if printable(name) != name:
        return not_storable("its id holds a NUL character or half a character")
    if len(name) > _LONGEST_ID or _has_too_many_bytes(name):
        return not_storable(f"its id is longer than {_LONGEST_ID} characters")
    return None


def _has_too_many_bytes(text: str) -> bool:
    return 4 * len(text) > _MOST_BYTES and len(text.encode()) > _MOST_BYTES


def not_storable(what: str) -> Failure:
    """Return why no database would take a thing."""
    return Failure(
        reason="not_storable",
        sentence=f"The post was set aside because {what}. Its raw text is kept; mend and import.",
    )
