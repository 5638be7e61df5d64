"""The fake network as a live one: it is heard in every way there is, and goes wrong on demand."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from answerback.channels.fake.live_network import LiveFault, LiveNetwork, Told
from answerback.channels.inbound import ChannelDown, Cursor, Failure, Fetched, Gone
from answerback.channels.live import (
    Account,
    Caps,
    Checked,
    Field,
    Hearing,
    Kept,
    Lapsed,
    Letter,
    Limited,
    NotAllowed,
    Page,
    Rate,
    Stream,
)
from answerback.domain.records.post import Author, Post

_BEAT_SECONDS = 0.05
_SLOW_SECONDS = 1.0


class FakeLive(Hearing):
    """All that was told on the fake network, in the order it was told there."""

    name: ClassVar[str] = "fake"
    title: ClassVar[str] = "Rehearsal network"
    fields: ClassVar[tuple[Field, ...]] = (
        Field(name="folder", label="Folder", help="Where its file lies, such as /tmp/rehearsal."),
        Field(
            name="streams",
            label="Streams",
            help="Names of streams, separated by commas: mentions, tag.",
            many=True,
            default="mentions",
        ),
        Field(
            name="pushed",
            label="Held open",
            help="“yes”: its streams are held open; “no replay”: and forget what nobody heard.",
            required=False,
        ),
        Field(
            name="word",
            label="Password",
            help="Whatever you like; it lets everybody in.",
            secret=True,
            required=False,
        ),
    )
    caps: ClassVar[Caps] = Caps(
        pushes=True,
        letters=True,
        edits=True,
        deletions=True,
        contexts=True,
        unproven="It is a network for rehearsals: nobody is on it.",
    )

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._network = LiveNetwork(Path(account.settings["folder"]))

    def check(self, *, at: datetime) -> Checked:
        self._go_wrong()
        return Checked(handle="acme", native_id="acme", sentence="Signed in as @acme.")

    def streams(self) -> tuple[Stream, ...]:
        pushed = self.account.settings.get("pushed", "")
        return tuple(
            Stream(
                name=name,
                title=name,
                every=timedelta(seconds=float(self.account.settings.get("every", "1"))),
                pushed=bool(pushed),
                backfills=name != "shallow",
            )
            for name in self.account.several("streams") or ("mentions",)
        )

    def poll(self, stream: str, since: Cursor | None, *, at: datetime) -> Page:
        fault = self._go_wrong()
        after = int(since or 0)
        oldest = self._network.forgotten()
        if since is not None and after < oldest:
            raise Lapsed("The fake network forgot our place.", restart=Cursor(str(oldest)))
        told = self._network.told(stream=stream, after=max(after, oldest))
        most = self._network.page_size()
        page = told[:most]
        things = [_fetched(one, at=at) for one in page]
        cursor = Cursor(str(page[-1].number)) if page else since
        return Page(
            things=_told_otherwise(things, fault),
            cursor=cursor,
            more=len(told) > most,
            rate=Rate(limit=300, remaining=299),
        )

    def listen(
        self,
        stream: str,
        since: Cursor | None,
        *,
        stopping: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> Iterator[Page]:
        replays = self.account.settings.get("pushed") != "no replay"
        after = int(since or 0) if replays else self._network.last()
        yield Page()
        while not stopping():
            fault = self._go_wrong()
            told = self._network.told(stream=stream, after=after)[: self._network.page_size()]
            after = told[-1].number if told else after
            things = [_fetched(one, at=clock()) for one in told]
            cursor = Cursor(str(after)) if told and replays else None
            yield Page(things=_told_otherwise(things, fault), cursor=cursor)
            if not told:
                time.sleep(_BEAT_SECONDS)

    def backfill(
        self,
        stream: str,
        *,
        since: datetime,
        until: datetime,
        after: Cursor | None,
        at: datetime,
    ) -> Page:
        fault = self._go_wrong()
        told = self._network.told(stream=stream, after=int(after or 0))
        most = self._network.page_size()
        page = told[:most]
        within = [one for one in page if since <= one.at <= until]
        return Page(
            things=_told_otherwise([_fetched(one, at=at) for one in within], fault),
            cursor=Cursor(str(page[-1].number)) if page else after,
            more=len(told) > most,
        )

    def context(self, external_id: str, *, at: datetime) -> Page:
        self._go_wrong()
        told = self._network.told(stream=None, after=0)
        links = [{one.told.get("id"), one.told.get("to")} - {None} for one in told]
        thread: set[str | None] = {external_id}
        before = 0
        while len(thread) > before:  # whoever answers it, or is answered, and so on
            before = len(thread)
            thread |= {name for pair in links if pair & thread for name in pair}
        about = [one for one in told if one.told.get("id") in thread]
        return Page(things=tuple(_fetched(one, at=at) for one in about))

    def read_letter(self, letter: Letter, *, at: datetime) -> tuple[Fetched, ...]:
        text = letter.body.decode("utf-8", "backslashreplace")
        name = f"letter-{letter.letter_id}"
        try:
            told = json.loads(text)
        except ValueError:
            return (_failure(name, raw=text, sentence="The letter is no JSON."),)
        if told == "burst":
            raise RuntimeError("a letter that nobody thought of")
        return (_thing(told, name=name, raw=text, at=at),)

    def read_again(self, kept: Kept, *, at: datetime) -> tuple[Fetched, ...]:
        self._go_wrong()
        try:
            told = json.loads(kept.raw)
        except ValueError:
            return (_failure(kept.named, raw=kept.raw, sentence="Still it is no JSON."),)
        if told == "burst":
            raise RuntimeError("still nobody thought of it")
        several = told if isinstance(told, list) else [told]
        return tuple(
            _thing(one, name=f"{kept.named}:{number}", raw=json.dumps(one), at=at)
            if isinstance(one, dict) and ("id" not in one or "at" in one)
            else _failure(kept.named, raw=kept.raw, sentence="It is no post.")
            for number, one in enumerate(several)
        )

    def _go_wrong(self) -> LiveFault:
        fault = self._network.next_fault()
        match fault.kind:
            case "down" | "error":
                raise ChannelDown("The fake network answered 500. It is asked again.")
            case "limited":
                wait = timedelta(seconds=fault.seconds)
                raise Limited("The fake network asks us to wait.", wait=wait)
            case "not_allowed":
                raise NotAllowed("The fake network does not let us in. Set a new password.")
            case "lapsed":
                raise Lapsed("The fake network forgot our place.")
            case "slow":
                time.sleep(fault.seconds or _SLOW_SECONDS)
            case "bug":
                raise ZeroDivisionError("a fault of ours")
        return fault


def _told_otherwise(things: Sequence[Fetched], fault: LiveFault) -> tuple[Fetched, ...]:
    if fault.kind == "duplicate":
        return (*things, *things)
    if fault.kind == "reorder":
        return tuple(reversed(things))
    return tuple(things)


def _fetched(one: Told, *, at: datetime) -> Fetched:
    return _thing(one.told, name=str(one.number), raw=json.dumps(one.told), at=at)


def _thing(told: dict[str, Any], *, name: str, raw: str, at: datetime) -> Fetched:
    """Make what came of what was told; what makes no sense is a failure."""
    cursor = Cursor(name)
    if told.get("gone"):
        gone = Gone(channel=FakeLive.name, external_id=told["gone"])
        return Fetched(cursor=cursor, raw=raw, gone=gone)
    if told.get("author_gone"):
        gone = Gone(channel=FakeLive.name, author_id=told["author_gone"])
        return Fetched(cursor=cursor, raw=raw, gone=gone)
    if "id" not in told:
        return _failure(name, raw=raw, sentence="It has no id.")
    revised_at = told.get("revised_at")
    post = Post(
        channel=FakeLive.name,
        source="fake",
        external_id=told["id"],
        author=Author(handle=told.get("author", "ada"), native_id=told.get("author", "ada")),
        text=told.get("text", ""),
        created_at=datetime.fromisoformat(told["at"]),
        heard_at=at,
        in_reply_to=told.get("to"),
        revision=told.get("revision"),
        revised_at=None if revised_at is None else datetime.fromisoformat(revised_at),
    )
    return Fetched(cursor=cursor, raw=raw, post=post)


def _failure(name: str, *, raw: str, sentence: str) -> Fetched:
    failure = Failure(reason="not_understood", sentence=sentence)
    return Fetched(cursor=Cursor(name), raw=raw, failure=failure)
