"""Posts as the index takes them in."""

from collections.abc import Iterable, Iterator

from answerback.channels.inbound import Fetched
from answerback.domain.listening.fields import Facts, Field
from answerback.domain.records.post import Post
from answerback.firehose.tokenised.segment import Entry


def entry_of(post: Post) -> Entry:
    """Return a post with all that queries can ask of it."""
    believed = None if post.created_at_assumed else post.created_at
    return Entry(
        channel=post.channel,
        external_id=post.external_id,
        version=post.version,
        author=post.author.handle,
        text=post.text,
        created_at=believed,
        facts=_facts(post),
    )


def entries_of(fetched: Iterable[Fetched]) -> Iterator[Entry | None]:
    """Yield each post, and None for each row that is none."""
    for one in fetched:
        yield entry_of(one.post) if one.post is not None else None


def _facts(post: Post) -> Facts:
    author = (post.author.handle, post.author.name) if post.author.name else (post.author.handle,)
    told: dict[str, tuple[str, ...]] = {
        Field.AUTHOR: author,
        Field.CHANNEL: (post.channel,),
        Field.ID: (post.external_id,),
    }
    if post.author.followers is not None:
        told[Field.FOLLOWERS] = (str(post.author.followers),)
    if post.conversation_id is not None:
        told[Field.CONVERSATION] = (post.conversation_id,)
    if post.url is not None:
        told[Field.URL] = (post.url,)
    if post.created_at is not None and not post.created_at_assumed:
        told[Field.DATE] = (post.created_at.isoformat(),)
    return told
