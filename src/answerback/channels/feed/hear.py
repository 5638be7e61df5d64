"""Feeds are heard: asked again and again, told only what is new, read however broken."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final
from urllib.parse import urlsplit

from answerback.channels.again import from_json
from answerback.channels.feed.document import MOST_ENTRIES, document_of
from answerback.channels.feed.map import CHANNEL, kept_entry, posts_of
from answerback.channels.feed.seen import Seen, mark_of
from answerback.channels.field_checks import no_web_address
from answerback.channels.http import Answer, AnsweredNo, Client, refuse
from answerback.channels.inbound import ChannelDown, Cursor, Fetched
from answerback.channels.live import (
    Account,
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

_EVERY: Final = timedelta(minutes=5)
_ACCEPTED: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
)
_REDIRECTS: Final = 2
_NOT_MODIFIED: Final = 304
_GONE: Final = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What one poll of a feed brought; `things` None: it has not changed."""

    answer: Answer
    title: str = ""
    things: tuple[Fetched, ...] | None = None
    shown: int = 0


class Feed(Hearing):
    """A list of feeds, each a source of its own."""

    name: ClassVar[str] = CHANNEL
    title: ClassVar[str] = "RSS and Atom"
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            name="feeds",
            label="Addresses of feeds",
            help="Separated by commas: https://forum.example/latest.rss, https://blog.example/feed",
            many=True,
            wrong=no_web_address("https://example.org/feed"),
        ),
    )
    caps: ClassVar[Caps] = Caps(edits=True)

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._client = Client(reach=account.reach, headers={"accept": _ACCEPTED})

    def close(self) -> None:
        self._client.close()

    def streams(self) -> tuple[Stream, ...]:
        return tuple(
            Stream(name=f"feed:{url}", title=_short(url), every=_EVERY)
            for url in dict.fromkeys(self.account.several("feeds"))
        )

    def check(self, *, at: datetime) -> Checked:
        urls = [stream.name.removeprefix("feed:") for stream in self.streams()]
        if not urls:
            raise ChannelDown(
                "No feed is named. Give at least one address, like https://blog.example/feed."
            )
        titles = [self._read(url, since=Seen(), at=at) for url in urls]
        told = ", ".join(f"“{read.title or '?'}” ({_entries(read.shown)})" for read in titles[:5])
        more = f" and {len(urls) - 5} more" if len(urls) > 5 else ""  # noqa: PLR2004  as above
        return Checked(handle="", sentence=f"Reads {told}{more}.")

    def poll(self, stream: str, since: Cursor | None, *, at: datetime) -> Page:
        """Fetch a feed unless it is as it was, and give the entries that are new or changed."""
        seen = Seen.of(since)
        read = self._read(stream.removeprefix("feed:"), since=seen, at=at)
        if read.things is None:
            return Page(cursor=since)
        marks = [_mark(one) for one in read.things]
        headers = read.answer.headers
        after = seen.after(
            marks,
            etag=headers.get("etag", ""),
            modified=headers.get("last-modified", ""),
            at=at,
        )
        told = zip(reversed(marks), reversed(read.things), strict=True)  # oldest first, as a rule
        new = {mark: one for mark, one in told if not seen.holds(mark)}
        return Page(
            things=tuple(sorted(new.values(), key=_written)),
            cursor=after.cursor(),
            holes=(*_fell_out(seen, marks, at=at), *_too_many(seen, read.shown, at=at)),
        )

    def read_again(self, kept: Kept, *, at: datetime) -> tuple[Fetched, ...]:
        """Read an entry alone: its feed's title and language are no longer there."""
        url = kept.stream.removeprefix("feed:")
        return from_json(kept, read=lambda told: [kept_entry(told, url=url, at=at)])

    def _read(self, url: str, *, since: Seen, at: datetime) -> _Read:
        asked = {"if-none-match": since.etag, "if-modified-since": since.modified}
        answer = _kindly(
            self._client.request(
                "GET",
                url,
                headers={name: value for name, value in asked.items() if _can_be_said(value)},
                redirects=_REDIRECTS,
            ),
            url=url,
            at=at,
        )
        if answer.status == _NOT_MODIFIED:
            return _Read(answer=answer)
        document = document_of(
            answer.body, content_type=answer.headers.get("content-type", ""), url=url
        )
        things = tuple(posts_of(document, url=url, at=at))
        return _Read(answer=answer, title=document.title, things=things, shown=document.shown)


def _can_be_said(mark: str) -> bool:
    """Tell whether a server's mark of its feed can be told back to it; some hold anything."""
    return bool(mark) and mark.isascii() and mark.isprintable()


def _kindly(answer: Answer, *, url: str, at: datetime) -> Answer:
    """Return a feed's answer; a no is one feed's, and never stops the others of the account."""
    try:
        refuse(answer, at=at)
    except NotAllowed as wrong:
        raise ChannelDown(
            f"{url} wants a login, and feeds are read without one. Give an open address."
        ) from wrong
    except AnsweredNo as wrong:
        raise ChannelDown(f"{url}: {wrong} {_what_to_do(wrong.status)}") from wrong
    return answer


def _what_to_do(status: int) -> str:
    if status == _GONE:
        return "It is gone for good: take it out of the account."
    if status < 400:  # noqa: PLR2004  HTTP's own
        return "It sends us on and on: give the address where it ends."
    return "Look whether the address is right."


def _mark(one: Fetched) -> str:
    return mark_of(one.cursor, (one.post.revision if one.post else None) or "")


def _written(one: Fetched) -> float:
    moment = one.post.created_at if one.post else None
    return moment.timestamp() if moment else 0.0


def _fell_out(seen: Seen, marks: list[str], *, at: datetime) -> tuple[Hole, ...]:
    if not marks or not seen.entries or seen.knows_any(marks):
        return ()
    return (
        Hole(
            kind=HoleKind.PAGES_RAN_OUT,
            sentence=f"The feed shows {len(marks)} entries, and none that we knew: more was "
            "published since the last look than it shows. Look at the site itself.",
            since=seen.at,
            until=at,
        ),
    )


def _too_many(seen: Seen, shown: int, *, at: datetime) -> tuple[Hole, ...]:
    if seen.entries or shown <= MOST_ENTRIES:
        return ()
    return (
        Hole(
            kind=HoleKind.PAGES_RAN_OUT,
            sentence=f"The feed has {shown:,} entries; the first {MOST_ENTRIES:,} are read.",
            until=at,
        ),
    )


def _entries(count: int) -> str:
    return f"{count} entr{'y' if count == 1 else 'ies'}"


def _short(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # whoever fetches it says what is wrong with it
        return url[:80]
    return f"{parts.hostname or ''}{parts.path}".rstrip("/")[:80]
