"""A mailbox, heard: what comes in, and what we answer from elsewhere."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar, Final

from answerback.channels.inbound import ChannelDown, Cursor, Failure, Fetched
from answerback.channels.live import (
    Account,
    CannotHear,
    Caps,
    Checked,
    Field,
    Hearing,
    Hole,
    HoleKind,
    Kept,
    NotAllowed,
    Page,
    Stream,
)
from answerback.channels.mail import consent
from answerback.channels.mail.fields import FIELDS, WAYS, address_of
from answerback.channels.mail.imap import Folder, Mailbox, Withheld, day
from answerback.channels.mail.map import CHANNEL, Box, kept_mail, mail_fetched
from answerback.channels.mail.place import Place
from answerback.channels.mail.providers import Provider, provider_of
from answerback.channels.mail.smtp import signed_in
from answerback.channels.mail.tokens import forget_token
from answerback.channels.signing_in import ByBrowser, ByCode
from answerback.channels.ways import Way

#: Mails and bytes of one page.
_MOST_MAILS: Final = 50
_MOST_BYTES: Final = 4 << 20
#: What lay there when we first looked, and is newer than this, is heard.
_FIRST_LOOK: Final = timedelta(days=1)
#: Mails that are looked at again when the server has counted anew.
_MOST_AGAIN: Final = 2_000
#: A line that is held open is asked for a sign of life so often, and stands for a heartbeat so
#: often; a server may hang up on one that says nothing for 30 minutes (RFC 9051, 5.4).
_RENEW_SECONDS: Final = 60.0
_HEARTBEAT_SECONDS: Final = 15.0
_STEP_SECONDS: Final = 1.0
#: A mail that the server does not give now is asked for so often, more and more seldom, in an
#: hour or two; then the others have their turn.
_MOST_TRIES: Final = 12
_MOST_IN_VAIN: Final = 1_000
_IN_VAIN: Final[dict[tuple[int, str, int], int]] = {}


class Mail(Hearing):
    """One mailbox.  It is only looked at: no mail is marked, moved or deleted."""

    name: ClassVar[str] = CHANNEL
    title: ClassVar[str] = "E-mail"
    fields: ClassVar[tuple[Field, ...]] = FIELDS
    ways: ClassVar[tuple[Way, ...]] = WAYS
    caps: ClassVar[Caps] = Caps(speaks=True, pushes=True, media=True, to_us=True)

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._box: Mailbox | None = None

    def _mailbox(self) -> Mailbox:
        if self._box is None:
            self._box = Mailbox(self.account)
        return self._box

    def check(self, *, at: datetime) -> Checked:
        address = address_of(self.account)
        provider = provider_of(self.account)
        if provider is not None:
            forget_token(self.account, provider)  # so that the whole way is tried
        box = self._mailbox()
        folder = self._folder("inbox") or "INBOX"
        there = box.open(folder)
        sent = self._folder("sent")
        if sent:  # one that is set may be none, and then nothing could be said once
            box.open(sent)
        told = (
            f"answers given elsewhere are read from '{sent}'"
            if sent
            else "no folder of sent mail is known, so answers given elsewhere are not seen"
        )
        self._check_sending()
        holds = f"{there.messages:,} mail{'' if there.messages == 1 else 's'}"
        return Checked(
            handle=address,
            native_id=address,
            sentence=f"Signed in as {address}, to read and to send; '{folder}' holds {holds}; "
            f"{told}.",
        )

    def begin_sign_in(self, *, back: str) -> ByCode | ByBrowser:
        return consent.begin_sign_in(self.account, self._provider(), back=back)

    def look_at_code(self, begun: ByCode) -> Mapping[str, str]:
        return consent.look_at_code(self.account, self._provider(), begun)

    def come_back(self, begun: ByBrowser, *, address: str) -> Mapping[str, str]:
        return consent.come_back(self.account, self._provider(), begun, address=address)

    def _provider(self) -> Provider:
        provider = provider_of(self.account)
        if provider is None:
            raise NotAllowed(
                "This account signs in by user and password. To sign in otherwise, change its "
                "sign-in first: answerback channel set "
                f"{self.account.account_id} sign_in=microsoft tenant=… client_id=…"
            )
        return provider

    def _check_sending(self) -> None:
        """Sign in where mail is sent; a login refused there stops no hearing."""
        try:
            signed_in(self.account).close()
        except ChannelDown as no:
            raise ChannelDown(f"Mail can be read, and none can be sent: {no}") from no

    def streams(self) -> tuple[Stream, ...]:
        return (
            Stream(name="inbox", title="inbox", pushed=True, backfills=True),
            Stream(name="sent", title="sent mail", every=timedelta(minutes=2), backfills=True),
        )

    def poll(self, stream: str, since: Cursor | None, *, at: datetime) -> Page:
        opened = self._open(stream)
        if opened is None:
            return Page()
        place, holes = self._begin(stream, since, folder=opened, at=at)
        return self._page(stream, place=place, holes=holes, at=at)

    def listen(
        self,
        stream: str,
        since: Cursor | None,
        *,
        stopping: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> Iterator[Page]:
        opened = self._open(stream)
        if opened is None:
            return
        if not self._mailbox().pushes:
            raise CannotHear("This mail server does not say by itself when mail comes.")
        place, holes = self._begin(stream, since, folder=opened, at=clock())
        while not stopping():
            page = self._page(stream, place=place, holes=holes, at=clock())
            holes = ()
            yield page
            place = place if page.cursor is None else Place.of(page.cursor)
            if not page.more:
                yield from self._wait(stopping)

    def _wait(self, stopping: Callable[[], bool]) -> Iterator[Page]:
        """Hold the line until something comes; then, or after a minute, ask what there is."""
        box = self._mailbox()
        now = time.monotonic()
        renew, beat = now + _RENEW_SECONDS, now + _HEARTBEAT_SECONDS
        while not stopping() and now < renew and not box.await_mail(_STEP_SECONDS):
            now = time.monotonic()
            if now >= beat:
                beat = now + _HEARTBEAT_SECONDS
                yield Page()
        box.end_idle()

    def backfill(
        self,
        stream: str,
        *,
        since: datetime,
        until: datetime,
        after: Cursor | None,
        at: datetime,
    ) -> Page:
        opened = self._open(stream)
        if opened is None:
            return Page()
        place = Place.of(after) if after else Place(validity=opened.validity, uid=0, begun=since)
        if place.validity != opened.validity:  # the window begins again, and repeats
            place = Place(validity=opened.validity, uid=0, begun=since)
        # A day more at both ends: the server reckons in days of its own zone.
        window = ("SINCE", day(since - timedelta(days=1)), "BEFORE", day(until + timedelta(days=2)))
        return self._page(stream, place=place, window=window, at=at)

    def close(self) -> None:
        if self._box is not None:
            self._box.close()
            self._box = None

    def _open(self, stream: str) -> Folder | None:
        folder = self._folder(stream)
        return None if folder is None else self._mailbox().open(folder)

    def _folder(self, stream: str) -> str | None:
        if stream == "sent":
            told = self.account.settings.get("sent_folder", "").strip()
            return told or self._mailbox().sent_folder()
        return self.account.settings.get("folder", "").strip() or "INBOX"

    def _begin(
        self, stream: str, since: Cursor | None, *, folder: Folder, at: datetime
    ) -> tuple[Place, tuple[Hole, ...]]:
        """Return where to go on, and what may never be had: a server that counts anew forgets."""
        where = self._where(stream)
        if since is None:
            return self._first_place(folder, begun=at - _FIRST_LOOK, where=where), ()
        place = Place.of(since)
        if place.validity == folder.validity and place.where in {"", where}:
            return replace(place, where=where), ()
        again = self._first_place(folder, begun=place.begun, where=where)
        older = self._mailbox().search("UID", f"{again.uid + 1}:*")[:-_MOST_AGAIN]
        if not older:
            return again, ()
        hole = Hole(
            kind=HoleKind.CURSOR_LAPSED,
            sentence="The mail server numbered all mails anew. The newest "
            f"{_MOST_AGAIN:,} were looked at again; of older ones, some that came shortly before "
            "may not have been heard.",
            since=place.newest or place.begun,
            until=at,
        )
        return replace(again, uid=older[-1]), (hole,)

    def _where(self, stream: str) -> str:
        """Return a short name of the folder that is heard, for people change their settings."""
        settings = self.account.settings
        names = (settings.get("imap_host", ""), settings.get("user", ""), self._folder(stream))
        return sha256("\n".join(map(str, names)).encode()).hexdigest()[:12]

    def _first_place(self, folder: Folder, *, begun: datetime, where: str) -> Place:
        found = self._mailbox().search("SINCE", day(begun))
        if found:
            last = found[0] - 1
        else:
            last = max(folder.next_uid - 1, 0) or max(self._mailbox().search("ALL"), default=0)
        return Place(validity=folder.validity, uid=last, begun=begun, where=where)

    def _page(
        self,
        stream: str,
        *,
        place: Place,
        at: datetime,
        holes: tuple[Hole, ...] = (),
        window: tuple[str, ...] = (),
    ) -> Page:
        box = self._mailbox()
        # "n:*" holds the last mail even where that is older.
        new = [uid for uid in box.search("UID", f"{place.uid + 1}:*", *window) if uid > place.uid]
        sizes = box.sizes(new[:_MOST_MAILS]) if new else {}
        things: list[Fetched] = []
        left, last, newest = _MOST_BYTES, place.uid, place.newest
        for uid in new[:_MOST_MAILS]:
            if left <= 0:
                break
            last = uid
            thing, size, came = self._thing(uid, stream=stream, size=sizes.get(uid), at=at)
            things.extend([] if thing is None else [thing])
            left -= size
            newest = max(filter(None, (newest, came)), default=None)
        return Page(
            things=tuple(things),
            cursor=place.moved(uid=last, newest=newest).cursor,
            more=bool(new) and last < new[-1],
            holes=holes,
        )

    def _thing(
        self, uid: int, *, stream: str, size: int | None, at: datetime
    ) -> tuple[Fetched | None, int, datetime | None]:
        """Return a mail as a thing, its bytes here, and when it came; None: there is none now."""
        try:
            mail = self._mailbox().fetch(uid, size=size or 0)
        except Withheld as wrong:
            if wrong.for_now and self._waits_for(uid, stream=stream):
                raise ChannelDown(f"The mail server does not give a mail now: {wrong}.") from wrong
            return _withheld(uid, why=str(wrong)), 0, None
        if mail is None or (stream == "sent" and mail.draft):
            return None, 0, None
        return mail_fetched(mail, box=self._place(stream), at=at), len(mail.raw), mail.internal

    def read_again(self, kept: Kept, *, at: datetime) -> tuple[Fetched, ...]:
        return (mail_fetched(kept_mail(kept.raw), box=self._place(kept.stream), at=at),)

    def _place(self, stream: str) -> Box:
        title = next((one.title for one in self.streams() if one.name == stream), stream)
        return Box(ours=address_of(self.account), source=title, sent=stream == "sent")

    def _waits_for(self, uid: int, *, stream: str) -> bool:
        """Say whether a mail that is withheld for now is asked for again; it is, some times."""
        key = (self.account.account_id, stream, uid)
        _IN_VAIN[key] = _IN_VAIN.get(key, 0) + 1
        while len(_IN_VAIN) > _MOST_IN_VAIN:
            del _IN_VAIN[next(iter(_IN_VAIN))]
        return _IN_VAIN[key] < _MOST_TRIES


def _withheld(uid: int, *, why: str) -> Fetched:
    return Fetched(
        cursor=Cursor(f"uid:{uid}"),
        raw="",
        failure=Failure(
            reason="withheld",
            sentence=f"The mail server has a mail (number {uid}) and does not give it: {why}. Look "
            "at it in the mailbox itself.",
        ),
    )
