"""Posts as the index takes them in."""

from collections.abc import Iterable, Iterator

from answerback.channels.inbound import Fetched
from answerback.domain.listening.facts import facts_of
from answerback.domain.listening.fields import Field
from answerback.domain.records.post import Post
from answerback.firehose.tokenised.segment import Entry

_FIELDS = tuple(Field)


def entry_of(post: Post) -> Entry:
    """Return a post with all that queries can ask of it."""
    return Entry(
        channel=post.channel,
        external_id=post.external_id,
        version=post.version,
        author=post.author.handle,
        text=post.text,
        created_at=None if post.created_at_assumed else post.created_at,
        facts=facts_of(post, fields=_FIELDS),
    )


def entries_of(fetched: Iterable[Fetched]) -> Iterator[Entry | None]:
    """Yield each post, and None for each row that is none."""
    for one in fetched:
        yield entry_of(one.post) if one.post is not None else None
