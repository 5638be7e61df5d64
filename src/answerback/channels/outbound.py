"""The only door out.  Only `desk.operations.send` and the senders may import this."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from answerback.channels.live import Account
from answerback.domain.records.post import Post
from answerback.domain.records.refusal import Refusal

_GROUP = "answerback.senders"

#: Senders that come with the house, under the name of the channel they speak on.
_BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "archive": "answerback.channels.archive.send:ArchiveSender",
        "fake": "answerback.channels.fake.send:FakeSender",
    }
)

_LIVE = "answerback.voices"
#: The voices of live networks: each is made with an Account.
_LIVE_BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "form": "answerback.channels.form.send:FormVoice",
        "bluesky": "answerback.channels.bluesky.send:BlueskySender",
        "email": "answerback.channels.mail.send:MailSender",
        "mastodon": "answerback.channels.mastodon.send:MastodonVoice",
        "webhook": "answerback.channels.webhook.send:WebhookVoice",
    }
)


class CannotSend(Refusal):
    """The channel hears but has no voice."""


class NotTaken(Refusal):
    """The network said no, and will say no again: nothing was said."""


class NoAnswer(Refusal):
    """The network was asked, and nobody can tell whether it heard: something may be said."""


class Guarantee(StrEnum):
    """What a network promises to somebody who does not know whether they were heard."""

    IDEMPOTENT = "idempotent"  #: the same key is said once, however often we ask
    SEARCHABLE = "searchable"  #: it knows no keys, but what we said can be found
    BLIND = "blind"  #: neither: only a person can look


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is to be said, to whom, and under which key."""

    text: str
    to: str  #: the handle of the person it speaks to, without the @
    channel: str  #: the network the person spoke on: an archive holds several
    in_reply_to: str | None  #: external_id of the post it answers
    key: str  #: the same for every try of one reply
    #: When it was first due: the same for every try, for networks that ask the time.
    made_at: datetime | None = None
    #: The post it answers as we have it: its thread, its visibility, its author's native id.
    answered: Post | None = None
    attachments: tuple["Attachment", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that a reply carries."""

    name: str
    kind: str  #: its MIME type: "image/png"
    data: bytes
    alt: str = ""  #: what is to be seen on it


class Sender(Protocol):
    """A network we can speak on; made with the data folder of the desk."""

    @property
    def name(self) -> str: ...

    @property
    def send_guarantee(self) -> Guarantee: ...

    @property
    def found_after(self) -> timedelta:
        """Return how long after asking, at most, a message can be found."""
        ...

    @property
    def key_lives(self) -> timedelta | None:
        """Return how long it knows a key; None: for ever, or it knows none."""
        ...

    def send(self, message: Message) -> str:
        """
        Say it once and return the network's id of what was said.

        :raises ChannelDown: when the network could not be reached: nothing was said.
        :raises NotTaken: when it said no for good: nothing was said.
        :raises NoAnswer: when it was asked and did not answer.
        """
        ...

    def find(self, message: Message) -> str | None:
        """
        Return the id of a message that was said before; None: it is not there.

        Never asked of a blind network.

        :raises ChannelDown: when the network could not be reached.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a network shows of what we said there."""

    found: str | None  #: the id of the message; None: it is not shown
    #: The network's own time of the newest thing of ours that it shows, whatever it says: so far
    #: one can see.  None: it shows nothing of ours.
    shown_until: datetime | None = None


@runtime_checkable
class CanLook(Protocol):
    """
    A searchable sender whose network may be slow to show what was said.

    What it does not show is known not to be said when it shows something of ours that was said
    later; or, where it is known how late it may show, when that time is over too.  `found_after`
    is then the quiet time before the first look.
    """

    @property
    def lands_within(self) -> timedelta:
        """Return how long after we hung up, at most, the network may still do what we asked."""
        ...

    @property
    def shows_within(self) -> timedelta | None:
        """
        Return how long after it was done, at most, everything is shown; None: nobody knows.

        Say several times of what was ever seen: what is not shown by then is said again.
        """
        ...

    def look(self, message: Message) -> Look:
        """
        Look for a message among what we said last.

        :raises ChannelDown: when the network could not be reached, or not all of it was read.
        """
        ...


@runtime_checkable
class CanClose(Protocol):
    """A sender that holds connections open."""

    def close(self) -> None: ...


@runtime_checkable
class CanDelete(Protocol):
    """A sender whose network lets us take away what we said."""

    def delete(self, external_id: str) -> None:
        """
        Take away what was said; what is gone already is no fault.

        :raises ChannelDown: when the network could not be reached.
        :raises NotTaken: when it said no.
        """
        ...


def voice_of(account: Account) -> Sender:
    """
    Return the voice of an account on a live network.

    :raises CannotSend: when its channel has none.
    """
    built_in = (EntryPoint(name, value, _LIVE) for name, value in _LIVE_BUILT_IN.items())
    voices = {entry.name: entry for entry in (*built_in, *entry_points(group=_LIVE))}
    if account.channel not in voices:
        raise CannotSend(f"The channel '{account.channel}' hears, and cannot send.")
    found: Sender = voices[account.channel].load()(account)
    return found


def sender_for(channel: str, *, folder: Path) -> Sender:
    """
    Return the voice of a channel, ours or, where installed, somebody else's.

    :raises CannotSend: when the channel has none, naming those that do.
    """
    built_in = (EntryPoint(name, value, _GROUP) for name, value in _BUILT_IN.items())
    senders = {entry.name: entry for entry in (*built_in, *entry_points(group=_GROUP))}
    if channel not in senders:
        can = ", ".join(sorted(senders))
        raise CannotSend(f"The channel '{channel}' cannot send. Channels that can: {can}.")
    found: Sender = senders[channel].load()(folder)
    return found
