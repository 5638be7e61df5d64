"""What every channel that hears must offer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import entry_points
from typing import ClassVar, NewType, Protocol

from answerback.domain.records.post import Post
from answerback.domain.records.refusal import Refusal

#: Where the last fetch of a source stopped; opaque to all but its channel.
Cursor = NewType("Cursor", str)


class ChannelDown(Refusal):
    """The network, or the file, cannot be reached or read at all."""

    #: It was asked, and may have done it: of something said, nobody can tell.
    may_have_heard: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why one row could not become a post."""

    reason: str  #: a closed word: "not_json", "no_text", "too_long", …
    sentence: str  #: what, where, and what to do next


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """The network says that a post, or all of an author's, is no more."""

    channel: str
    external_id: str | None = None  #: of the post
    author_id: str | None = None  #: of the author whose posts are all gone: `Author.native_id`
    at: datetime | None = None  #: when it went, where told
    #: The stream tells of everybody's: it is kept only where we have something that it is about.
    of_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One thing that a channel gave us: a post, word that one is gone, or why it is neither."""

    cursor: Cursor  #: resume after this
    raw: str  #: as it came, for replay; undecodable bytes as \\xNN
    line: int | None = None  #: 1-based line (or row) in a file; None elsewhere
    post: Post | None = None
    failure: Failure | None = None
    gone: Gone | None = None

    def __post_init__(self) -> None:
        """Refuse a thing that is several or none: it would fall out of the ledger."""
        if sum(part is not None for part in (self.post, self.failure, self.gone)) != 1:
            raise ValueError("Fetched needs a post, a failure or word of one gone: just one.")


class Channel(Protocol):
    """A network or a file we can hear."""

    name: str

    def fetch(self, since: Cursor | None) -> Iterator[Fetched]:
        """
        Yield what there is, oldest first where the network has an order, each with its cursor.

        Fetching again from a cursor may repeat posts but must never skip one.

        :raises ChannelDown: when the network cannot be reached; the caller waits and retries.
        """
        ...


def installed() -> dict[str, type[Channel]]:
    """Return the channels that are installed, ours and other people's, by name."""
    return {entry.name: entry.load() for entry in entry_points(group="answerback.channels")}
