"""What somebody said in public."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from answerback.domain.records.details import NO_DETAILS


class Visibility(StrEnum):
    """Who may read a post on its network; an answer is seen by no more people than its question."""

    PUBLIC = "public"
    UNLISTED = "unlisted"  #: anybody who has its address
    FOLLOWERS = "followers"
    DIRECT = "direct"  #: those it names: a message, a mail


class MediaKind(StrEnum):
    """What hangs on a post beside its words."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    LINK = "link"  #: a card about a page
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One thing that hangs on a post.  Its address is shown, and never loaded from a page."""

    kind: MediaKind
    url: str = ""
    alt: str = ""  #: what its author says is to be seen or heard


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote a post, as the channel shows them."""

    handle: str  #: without the leading @; unique within the channel
    name: str = ""  #: the display name
    followers: int | None = None  #: None: not told
    native_id: str | None = None  #: what stays when the handle changes; None: not told


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One public utterance.  Never changed after intake; an edit is the next version."""

    channel: str  #: the network it was said on ("twitter", "archive", …)
    source: str  #: the stream it was heard through, for the ledger
    external_id: str  #: the network's own id; with `version`, unique within the channel
    version: int = 1
    author: Author
    text: str  #: plain text, markup removed, already cleaned
    created_at: datetime | None = None  #: the author's post time; None: the archive has no clock
    available_at: datetime | None = None  #: when the network first offered it; None: not told
    heard_at: datetime  #: our clock, given by intake
    created_at_assumed: bool = False  #: the told time was absurd, heard_at stands in
    in_reply_to: str | None = None  #: external_id of the post it answers
    reply_ids: tuple[str, ...] = ()  #: external ids that answer it, where the archive lists them
    conversation_id: str | None = None  #: the network's own thread id, where told
    inbound: bool | None = None  #: True: by a customer; False: by the brand; None: not told
    about: str | None = None  #: the brand the archive files it under; None: not told
    url: str | None = None
    #: What else the network tells, by the name that queries have for it: language, likes, the
    #: text it quotes, ….  As told: whoever reads a value checks it.
    details: Mapping[str, tuple[str, ...]] = field(default=NO_DETAILS, hash=False)
    #: The network's own mark of this version (a hash, a time, a number); None: it has none, or
    #: the archive counts versions itself.  `desk.operations.take_in` counts them by it.
    revision: str | None = None
    revised_at: datetime | None = None  #: when this version was made; None: not told, or the first
    visibility: Visibility = Visibility.PUBLIC
    media: tuple[Media, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a time without a zone: it would move every deadline by hours."""
        for name in ("created_at", "available_at", "heard_at", "revised_at"):
            moment: datetime | None = getattr(self, name)
            if moment is not None and moment.tzinfo is None:
                raise ValueError(f"Post.{name}={moment.isoformat()} needs a zone.")


def is_ours(post: Post, *, handles: frozenset[str]) -> bool:
    """
    Tell whether the brand wrote a post: the archive says so, or its handle does.

    `handles` are the brand's, without the @ and in folded case.
    """
    if post.inbound is not None:
        return not post.inbound
    return post.author.handle.casefold() in handles


def written_to_us(post: Post) -> bool:
    """
    Tell whether somebody wrote to the brand itself: a mail, a direct message to its account.

    Such a post is about the brand whatever its words are: nobody else can answer it.
    """
    return post.visibility is Visibility.DIRECT and post.inbound is True
