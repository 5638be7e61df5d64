"""What the measures keep of a post: who, when, to whom; never the words."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from sys import intern

from answerback.domain.measure.thanks import gives_thanks
from answerback.domain.records.handles import handles_in
from answerback.domain.records.post import Post

#: A post's channel and its id there.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A post without its text: some 300 bytes, so that millions fit."""

    id: str
    author: str
    inbound: bool | None  #: True: a customer's; False: a brand's; None: nobody can say
    at: datetime | None  #: the author's post time; None: the archive does not tell it
    available_at: datetime | None = None
    in_reply_to: str | None = None
    reply_ids: tuple[str, ...] = ()
    conversation_id: str | None = None
    about: str | None = None  #: the brand the archive files it under
    handles: tuple[str, ...] = ()  #: @handles in the text, whole, casefolded
    thanks: bool = False
    needs_response: bool = True  #: by the judge of this report
    channel: str = ""  #: the network; `id` is unique only within it

    @property
    def key(self) -> Key:
        """Return what makes the post one and the same in an archive."""
        return self.channel, self.id


def spoken(
    post: Post, *, voices: AbstractSet[str] = frozenset(), needs_response: bool = True
) -> Spoken:
    """
    Take from a post what the measures need.

    The archive's own word on who is the brand goes first; where it has none, an author
    among `voices` (casefolded handles, without @) is the brand and all others customers.
    A time that intake had to make up is no time.
    """
    inbound = post.inbound
    if inbound is None and voices:
        inbound = post.author.handle.casefold() not in voices
    return Spoken(
        id=intern(post.external_id),
        author=intern(post.author.handle),
        inbound=inbound,
        at=None if post.created_at_assumed else post.created_at,
        available_at=post.available_at,
        in_reply_to=intern(post.in_reply_to) if post.in_reply_to else None,
        reply_ids=tuple(intern(reply) for reply in post.reply_ids),
        conversation_id=intern(post.conversation_id) if post.conversation_id else None,
        about=intern(post.about) if post.about else None,
        handles=tuple(map(intern, handles_in(post.text))),
        thanks=inbound is True and gives_thanks(post.text),
        needs_response=needs_response,
        channel=intern(post.channel),
    )
