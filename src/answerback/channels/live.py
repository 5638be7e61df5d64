"""What every live network must offer: a folder each, found by its entry point."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import ClassVar, Protocol

from answerback.channels.inbound import ChannelDown, Cursor, Fetched
from answerback.channels.vault import Vault
from answerback.channels.ways import Way
from answerback.domain.records.refusal import Refusal

_GROUP = "answerback.networks"


class NoSuchNetwork(Refusal):
    """No channel of that name is installed."""


class Limited(ChannelDown):
    """The network asks us to wait: 429, or a budget that is used up."""

    def __init__(self, sentence: str, *, wait: timedelta) -> None:
        super().__init__(sentence)
        self.wait = wait  #: already read from whatever the network wrote, and within reason


class NotAllowed(ChannelDown):
    """The network refuses our login: asking again is of no use until a person has mended it."""


class Lapsed(ChannelDown):
    """The network no longer knows our cursor: what lies between cannot be had from there."""

    def __init__(self, sentence: str, *, restart: Cursor | None = None) -> None:
        super().__init__(sentence)
        self.restart = restart  #: where to go on; None: from what is newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that a person tells to set an account up: a field of the form, a question asked."""

    name: str  #: of the setting: "server"
    label: str  #: for people: "Server"
    help: str = ""  #: a sentence, with an example
    secret: bool = False  #: kept sealed, never shown again, never on a command line
    required: bool = True
    many: bool = False  #: several, separated by commas: hashtags, searches
    default: str = ""
    choices: tuple[str, ...] = ()  #: the words it may be, in lower case; empty: any
    #: Says what is wrong with a value (with each of several), before anybody is asked; "": nothing.
    wrong: Callable[[str], str] = field(default=lambda _told: "")
    ways: tuple[str, ...] = ()  #: to sign in, that ask for it; none: all do


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What a network lets us do; said to people, and proven by the contract test."""

    hears: bool = True
    speaks: bool = False
    pushes: bool = False  #: it has a stream that we hold open: `listen`
    letters: bool = False  #: it calls us: `read_letter`
    edits: bool = False  #: it tells when a post is edited
    deletions: bool = False  #: it tells when a post is gone
    contexts: bool = False  #: it gives a whole thread: `context`
    deletes_own: bool = False  #: what we said can be taken away again
    media: bool = False  #: a reply may carry pictures with their alt text
    to_us: bool = False  #: all that comes was written to us: no name of ours need stand in it
    unproven: str = ""  #: a sentence, where no real server or recording stood behind the tests


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """
    Our login on a channel, opened.

    Its secrets lie open in it, so it is never kept, logged or shown.
    """

    account_id: int
    channel: str
    name: str  #: what people call it
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    secrets: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    #: Addresses of our own that the guard lets through: "127.0.0.1:2583" (ANSWERBACK_REACH).
    reach: frozenset[str] = frozenset()
    #: Keep what the network made anew (a refreshed session), sealed; None: nobody keeps it.
    keep: Callable[[Mapping[str, str]], None] | None = field(default=None, repr=False)
    #: Where its secrets lie, for what must be one at a time; None: nowhere, as in tests.
    vault: Vault | None = field(default=None, repr=False)
    #: What was made of the secrets while it is open: tokens, which are told to nobody either.
    made: list[str] = field(default_factory=list, repr=False, compare=False)

    def several(self, name: str) -> tuple[str, ...]:
        """Return a setting that holds several values, separated by commas."""
        told = self.settings.get(name, "").split(",")
        return tuple(one for one in (part.strip() for part in told) if one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a connection test found."""

    handle: str  #: who we are there, without the @
    sentence: str  #: "Signed in to social.example as @acme; posts may have 500 characters."
    native_id: str = ""  #: ours, which stays when the handle changes
    #: What the network counts as one reply at most; None: not told, or no limit.
    most_characters: int | None = None
    #: The difference between their clock and ours, from an HTTP Date; None: not told.
    clock_ahead: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One source that an account brings with it."""

    name: str  #: closed part and value: "mentions", "tag:acme", "search:acme kettle", "own"
    title: str  #: for people: "#acme"
    every: timedelta = timedelta(seconds=60)  #: how often it is polled when nothing pushes
    pushed: bool = False  #: `listen` holds a stream open for it; polls then only catch up
    backfills: bool = False  #: `backfill` can fetch a chosen window


class HoleKind(StrEnum):
    """Why something was never fetched: a closed list."""

    CURSOR_LAPSED = "cursor_lapsed"  #: the network forgot our place
    PAGES_RAN_OUT = "pages_ran_out"  #: it shows only so many, and we did not meet what we knew
    STREAM_BROKE = "stream_broke"  #: a stream without replay was down
    WE_WERE_DOWN = "we_were_down"  #: longer than the network remembers


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A stretch of time of which something may not have been fetched."""

    kind: HoleKind
    sentence: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What the network last said of how often we may ask."""

    limit: int | None = None
    remaining: int | None = None
    resets_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of a network, taken in whole, together with its cursor, or not at all."""

    things: tuple[Fetched, ...] = ()  #: oldest first where the network has an order
    cursor: Cursor | None = None  #: the next poll begins here; None: where this one began
    more: bool = False  #: there is more now: ask again at once
    holes: tuple[Hole, ...] = ()
    rate: Rate | None = None
    wait: timedelta | None = None  #: do not ask sooner


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What somebody brings to an address of ours, before anything of it is believed or kept."""

    body: bytes  #: as it came: a signature is over these very bytes
    headers: Mapping[str, str]  #: names in lower case


class NotSigned(Refusal):
    """A delivery is not from who may write to this address, too old, or not what was signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What somebody sent to an address of ours, as it came."""

    letter_id: int
    body: bytes
    headers: Mapping[str, str]  #: names in lower case
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What came once and could not be understood then, as it came."""

    stream: str
    named: str  #: what names it within its source
    raw: str
    letter: Letter | None = None  #: it came as one; its body is what is kept


class Network(Protocol):
    """
    One account of a live network.  Made for one piece of work and closed after it.

    No method is called inside a transaction.  All but `read_letter` may raise
    `ChannelDown` (try later), `Limited` (later, not before), `NotAllowed` (a person must mend
    the login) and `Lapsed` (the cursor is of no use).  A thing that cannot be understood is a
    `Failure` among the things, never an exception.
    """

    name: ClassVar[str]  #: of the channel, as posts have it
    title: ClassVar[str]  #: for people
    fields: ClassVar[tuple[Field, ...]]
    ways: ClassVar[tuple[Way, ...]]  #: to sign in; none: there is one, and nobody need choose
    caps: ClassVar[Caps]

    def __init__(self, account: Account) -> None: ...

    def check(self, *, at: datetime) -> Checked:
        """Ask who we are there: the connection test."""
        ...

    def streams(self) -> tuple[Stream, ...]:
        """Return the sources that the account's settings ask for; asks nobody."""
        ...

    def poll(self, stream: str, since: Cursor | None, *, at: datetime) -> Page:
        """
        Fetch what is new in a stream since a cursor; None: from what is there now.

        May repeat, never skips; where something cannot be had, the page tells of a hole.
        A thing's own cursor names the thing within its source.
        """
        ...

    def listen(
        self,
        stream: str,
        since: Cursor | None,
        *,
        stopping: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> Iterator[Page]:
        """
        Hold a stream open and yield what comes, in small pages; an empty one is a heartbeat.

        Ends when `stopping`, and raises `ChannelDown` when the line is dead or half open.
        """
        ...

    def backfill(
        self,
        stream: str,
        *,
        since: datetime,
        until: datetime,
        after: Cursor | None,
        at: datetime,
    ) -> Page:
        """Fetch a window of the past, page by page; `more` says whether to go on after `cursor`."""
        ...

    def context(self, external_id: str, *, at: datetime) -> Page:
        """Fetch the thread of a post: what stands above it and below, whoever wrote it."""
        ...

    def admit(self, delivery: Delivery, *, at: datetime) -> str:
        """
        Return what names a delivery, once it is sure who sent it: the same name is kept once.

        Called before anything is kept, and outside of any transaction.

        :raises NotSigned: when it is not from who may write here; nothing is kept then.
        """
        ...

    def read_letter(self, letter: Letter, *, at: datetime) -> tuple[Fetched, ...]:
        """Make posts of what was sent to us; at least one thing for every letter."""
        ...

    def read_again(self, kept: Kept, *, at: datetime) -> tuple[Fetched, ...]:
        """
        Make of what came once what it would be made of today; nothing: it tells of no post.

        :raises CannotHear: when that cannot be had from what is kept.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class Hearing:
    """A network's defaults: it cannot do more than it says.  Whoever can, says how."""

    name: ClassVar[str]
    title: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]] = ()
    ways: ClassVar[tuple[Way, ...]] = ()
    caps: ClassVar[Caps] = Caps()

    def __init__(self, account: Account) -> None:
        self.account = account

    def streams(self) -> tuple[Stream, ...]:
        return ()

    def poll(self, stream: str, since: Cursor | None, *, at: datetime) -> Page:
        raise CannotHear(f"{self.title} is not polled.")

    def listen(
        self,
        stream: str,
        since: Cursor | None,
        *,
        stopping: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> Iterator[Page]:
        raise CannotHear(f"{self.title} has no stream to hold open.")

    def backfill(
        self,
        stream: str,
        *,
        since: datetime,
        until: datetime,
        after: Cursor | None,
        at: datetime,
    ) -> Page:
        raise CannotHear(f"{self.title} cannot be asked for a window of the past.")

    def context(self, external_id: str, *, at: datetime) -> Page:
        raise CannotHear(f"{self.title} has no threads to ask for.")

    def admit(self, delivery: Delivery, *, at: datetime) -> str:
        raise NotSigned(f"{self.title} takes no deliveries.")

    def read_letter(self, letter: Letter, *, at: datetime) -> tuple[Fetched, ...]:
        raise CannotHear(f"{self.title} sends us no letters.")

    def read_again(self, kept: Kept, *, at: datetime) -> tuple[Fetched, ...]:
        raise CannotHear(f"{self.title} cannot read again what it kept.")

    def close(self) -> None:
        """Hold nothing open."""


class CannotHear(Refusal):
    """The network does not offer that."""


#: Networks that come with the house.
_BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "bluesky": "answerback.channels.bluesky.hear:Bluesky",
        "email": "answerback.channels.mail.hear:Mail",
        "fake": "answerback.channels.fake.live:FakeLive",
        "form": "answerback.channels.form.hear:WebForm",
        "mastodon": "answerback.channels.mastodon.hear:Mastodon",
        "rss": "answerback.channels.feed.hear:Feed",
        "discourse": "answerback.channels.discourse.hear:Discourse",
        "reddit": "answerback.channels.reddit.hear:Reddit",
        "telegram": "answerback.channels.telegram.hear:Telegram",
        "webhook": "answerback.channels.webhook.hear:Webhook",
    }
)


def networks() -> dict[str, type[Network]]:
    """Return all networks that are installed, ours and other people's, by name; loads them."""
    return {name: entry.load() for name, entry in _entries().items()}


def network(channel: str) -> type[Network]:
    """
    Return one network; nothing of the others is imported.

    :raises NoSuchNetwork: naming those there are.
    """
    entries = _entries()
    if channel not in entries:
        there = ", ".join(sorted(entries)) or "none"
        raise NoSuchNetwork(f"There is no channel '{channel}'. Channels: {there}.")
    found: type[Network] = entries[channel].load()
    return found


def _entries() -> dict[str, EntryPoint]:
    built_in = (EntryPoint(name, value, _GROUP) for name, value in _BUILT_IN.items())
    return {entry.name: entry for entry in (*built_in, *_of_others())}


@cache
def _of_others() -> tuple[EntryPoint, ...]:
    """Look through what is installed once: it takes some milliseconds, and does not change."""
    return tuple(entry_points(group=_GROUP))
