"""Hearing on Mastodon, and on every server that speaks its API."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from answerback.channels.http import AnsweredNo
from answerback.channels.inbound import Cursor, Fetched
from answerback.channels.live import (
    Account,
    CannotHear,
    Caps,
    Checked,
    Field,
    Hearing,
    Hole,
    HoleKind,
    Lapsed,
    NotAllowed,
    Page,
    Rate,
    Stream,
)
from answerback.channels.mastodon import ids, streaming
from answerback.channels.mastodon.api import SERVER, TOKEN, Api, Batch, Me, clock_of
from answerback.channels.mastodon.map import CHANNEL, Reader, digest, mark, moment
from answerback.channels.mastodon.walk import Item, Leaf, Walked, kept, place_of, walk
from answerback.channels.telling import as_raw
from answerback.channels.websocket import NotOpened

#: Things on one page: as many as servers give.
_PAGE: Final = 40
#: So often, in minutes, a poll reads all that it remembers, and not only the top.
_THOROUGH: Final = 15
#: Known posts that are no longer where they were and are asked for one by one, in one poll.
_MOST_ASKED: Final = 5
_YES: Final = frozenset({"yes", "on", "true", "1"})
_REFUSED: Final = 403
#: What those say to somebody who asks for a stream who hold none open.
_NO_STREAMS: Final = frozenset({200, 400, 404, 405, 410, 426, 501})
_ABSENT: Final = frozenset({404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """Where a stream's list lies on the server."""

    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""  #: of the list, where it lies in an object
    notifications: bool = False  #: it holds them, and not statuses


class Mastodon(Hearing):
    """One account on one server."""

    name = CHANNEL
    title = "Mastodon"
    fields = (
        SERVER,
        TOKEN,
        Field(
            name="hashtags",
            label="Hashtags",
            help="Heard as far as this server sees them, for example acme, acmehelp.",
            required=False,
            many=True,
        ),
        Field(
            name="searches",
            label="Searches",
            help="Words to look for; servers find only posts whose authors allow it.",
            required=False,
            many=True,
        ),
        Field(
            name="public",
            label="Public timeline",
            help="Write yes to hear all that this server sees in public; it may be much.",
            required=False,
        ),
    )
    caps = Caps(
        hears=True,
        speaks=True,
        pushes=True,
        edits=True,
        deletions=True,
        contexts=True,
        deletes_own=True,
        media=True,
    )

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._api = Api(account)

    def close(self) -> None:
        self._api.close()

    def check(self, *, at: datetime) -> Checked:
        me, answer = self._api.ask_me(at=at)
        instance = self._api.instance(at=at)
        return Checked(
            handle=me.acct,
            native_id=me.url or ids.ours(me.id, host=self._api.host),
            sentence=f"Signed in to {self._api.host} as @{me.acct}; a post may have "
            f"{instance.most_characters:,} characters.",
            most_characters=instance.most_characters,
            clock_ahead=clock_of(answer, at=at),
        )

    def streams(self) -> tuple[Stream, ...]:
        account = self.account
        tags = [one.lstrip("#").casefold() for one in account.several("hashtags")]
        found = [
            _stream("mentions", every=30),
            _stream("own"),
            *(_stream(f"tag:{one}") for one in dict.fromkeys(tags) if one),
        ]
        searches = dict.fromkeys(account.several("searches"))
        found += [_stream(f"search:{one}", every=120, pushed=False) for one in searches]
        if account.settings.get("public", "").strip().casefold() in _YES:
            found.append(_stream("public"))
        return tuple(found)

    def poll(self, stream: str, since: Cursor | None, *, at: datetime) -> Page:
        try:
            place = place_of(since)
        except ValueError as wrong:
            raise Lapsed(
                f"The place in {title_of(stream)} cannot be read; it starts anew."
            ) from wrong
        reading = self._reading(stream, at=at)
        thorough = int(at.timestamp() // 60) % _THOROUGH == 0
        walked = walk(reading.leaf, place, thorough=thorough)
        things = [one for item in walked.told for one in reading.things(item.payload)]
        things += self._gone(walked.missing, reader=reading.reader, at=at)
        cursor = kept(walked.place)
        return Page(
            things=tuple(things),
            cursor=None if cursor == since else cursor,
            more=walked.more,
            holes=_holes(walked, stream=stream, host=self._api.host),
            rate=reading.rate,
        )

    def listen(
        self,
        stream: str,
        since: Cursor | None,
        *,
        stopping: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> Iterator[Page]:
        at = clock()
        where = self._api.instance(at=at).streaming
        params = _streamed(stream)
        if not where or params is None:
            raise CannotHear(f"{self._api.host} holds no stream open for {title_of(stream)}.")
        me = self._api.me(at=at)
        told = streaming.messages(
            streaming.address(where, base=self._api.base, params=params),
            authorization=self._api.authorization,
            reach=self.account.reach,
            stopping=stopping,
        )
        try:
            yield from streaming.listened(
                told,
                reader=lambda now: self._reader(stream, me=me, at=now),
                belongs=_belongs(stream, me=me),
                clock=clock,
            )
        except NotOpened as wrong:
            if wrong.status not in _NO_STREAMS:
                raise
            raise CannotHear(f"{self._api.host} holds no streams open; it is polled.") from wrong

    def backfill(
        self,
        stream: str,
        *,
        since: datetime,
        until: datetime,
        after: Cursor | None,
        at: datetime,
    ) -> Page:
        reading = self._reading(stream, at=at)
        batch = reading.batch(after)
        told = [one for one in batch.items if _within(one, since=since, until=until)]
        older = [one for one in batch.items if _is_before(one, since)]
        things = [thing for one in reversed(told) for thing in reading.things(one)]
        below = batch.following if batch.following != after else None
        return Page(
            things=tuple(things),
            cursor=None if below is None else Cursor(below),
            more=below is not None and bool(batch.items) and len(older) < len(batch.items),
            rate=batch.rate,
        )

    def context(self, external_id: str, *, at: datetime) -> Page:
        told = ids.theirs(external_id, host=self._api.host)
        path = f"api/v1/statuses/{quote(told, safe='')}"
        reader = self._reader("thread", me=self._api.me(at=at), at=at)
        try:
            status = self._api.get(path, at=at).json()
            around = self._api.get(f"{path}/context", at=at)
        except AnsweredNo as wrong:
            if wrong.status not in _ABSENT:
                raise
            return Page(things=(reader.gone(told, raw=str(wrong)),))
        found = around.json()
        above, below = (
            found.get(name) if isinstance(found, Mapping) else None
            for name in ("ancestors", "descendants")
        )
        statuses = [*_listed(above), status, *_listed(below)]
        return Page(things=tuple(reader.status(one) for one in statuses), rate=around.rate(at=at))

    def _reader(self, stream: str, *, me: Me, at: datetime) -> Reader:
        return Reader(host=self._api.host, source=title_of(stream), at=at, our_id=me.id)

    def _reading(self, stream: str, *, at: datetime) -> "_Reading":
        me = self._api.me(at=at)
        where = _list_of(stream, me=me)
        return _Reading(
            api=self._api, where=where, reader=self._reader(stream, me=me, at=at), at=at
        )

    def _gone(self, missing: tuple[str, ...], *, reader: Reader, at: datetime) -> list[Fetched]:
        """Ask for known posts that have left the list, and tell of those that are no more."""
        found = []
        for name in [one for one in missing if not one.startswith("?")][:_MOST_ASKED]:
            told = ids.theirs(name, host=self._api.host)
            try:
                self._api.get(f"api/v1/statuses/{quote(told, safe='')}", at=at)
            except AnsweredNo as wrong:
                if wrong.status in _ABSENT:
                    found.append(reader.gone(name, raw=str(wrong)))
        return found


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One list of one server, being read."""

    api: Api
    where: _List
    reader: Reader
    at: datetime
    rate: Rate | None = None

    def batch(self, below: str | None) -> Batch:
        params = {**self.where.params, "limit": _PAGE}
        if below is not None:
            params["max_id"] = below
        try:
            found = self.api.listed(self.where.path, at=self.at, key=self.where.key, **params)
        except AnsweredNo as wrong:
            if wrong.status != _REFUSED:
                raise
            raise NotAllowed(
                f"{self.api.host} does not let this login read {self.reader.source}. Give its "
                "token the scope 'read', or ask those who run the server."
            ) from wrong
        self.rate = found.rate or self.rate
        return found

    def leaf(self, below: str | None) -> Leaf:
        batch = self.batch(below)
        return Leaf(items=[_item(one) for one in batch.items], following=batch.following)

    def things(self, payload: Any) -> list[Fetched]:
        if self.where.notifications:
            return list(streaming.read_notification(payload, reader=self.reader))
        return [self.reader.status(payload)]


def _item(payload: Any) -> Item:
    """Return a status, or the one that a notification tells of, by the status's own name."""
    told = payload if isinstance(payload, Mapping) else {}
    status = told["status"] if isinstance(told.get("status"), Mapping) else told
    named = status.get("id")
    if (status is told and "content" not in told) or not isinstance(named, str) or not named:
        named = f"?{digest(as_raw(payload))}"  # no status: it is told once
    return Item(name=ids.steady(named)[:512], mark=mark(status), payload=payload)


def _stream(name: str, *, every: int = 60, pushed: bool = True) -> Stream:
    return Stream(
        name=name,
        title=title_of(name),
        every=timedelta(seconds=every),
        pushed=pushed,
        backfills=True,
    )


def title_of(stream: str) -> str:
    """Return what people call a stream: "#acme"."""
    kind, _, value = stream.partition(":")
    if kind == "tag":
        return f"#{value}"
    return f"search: {value}" if kind == "search" else _TITLES.get(kind, kind)


_TITLES: Final = {
    "mentions": "mentions",
    "own": "our own posts",
    "public": "public timeline",
    "thread": "threads",
}


def _list_of(stream: str, *, me: Me) -> _List:
    kind, _, value = stream.partition(":")
    if kind == "mentions":
        excluded = {"exclude_types[]": list(streaming.NO_POSTS)}
        return _List(path="api/v1/notifications", params=excluded, notifications=True)
    if kind == "own":
        path = f"api/v1/accounts/{quote(me.id, safe='')}/statuses"
        return _List(path=path, params={"exclude_reblogs": "true"})
    if kind == "tag":
        return _List(path=f"api/v1/timelines/tag/{quote(value, safe='')}")
    if kind == "search":
        params = {"q": value, "type": "statuses", "resolve": "false"}
        return _List(path="api/v2/search", params=params, key="statuses")
    if kind == "public":
        return _List(path="api/v1/timelines/public")
    raise CannotHear(f"Mastodon has no stream '{stream[:80]}'.")


def _streamed(stream: str) -> Mapping[str, str] | None:
    """Return what to ask a server's stream for; None: it has none of that kind."""
    kind, _, value = stream.partition(":")
    if kind in {"mentions", "own"}:
        return {"stream": "user"}
    if kind == "tag":
        return {"stream": "hashtag", "tag": value}
    return {"stream": "public"} if kind == "public" else None


def _belongs(stream: str, *, me: Me) -> Callable[[Mapping[str, Any]], bool]:
    """Say of what comes on the way home of a user which stream it belongs to."""

    def is_ours(status: Mapping[str, Any]) -> bool:
        account = status.get("account")
        return isinstance(account, Mapping) and account.get("id") == me.id

    def is_to_us(status: Mapping[str, Any]) -> bool:
        people = status.get("mentions")
        return not is_ours(status) and any(
            isinstance(one, Mapping) and one.get("id") == me.id
            for one in (people if isinstance(people, list) else ())
        )

    if stream == "own":
        return lambda status: is_ours(status) and status.get("reblog") is None
    return is_to_us if stream == "mentions" else lambda _: True


def _holes(walked: Walked, *, stream: str, host: str) -> tuple[Hole, ...]:
    if not walked.lost:
        return ()
    return (
        Hole(
            kind=HoleKind.PAGES_RAN_OUT,
            sentence=f"{host} shows no more of {title_of(stream)}, and what was heard last is not "
            "among it: posts in between may be missing.",
        ),
    )


def _listed(told: object) -> list[Any]:
    return told if isinstance(told, list) else []


def _written(payload: object) -> datetime | None:
    """Return when the server had it: a notification's own time, else what its author says."""
    return moment(payload.get("created_at")) if isinstance(payload, Mapping) else None


def _within(payload: object, *, since: datetime, until: datetime) -> bool:
    at = _written(payload)
    return at is None or since <= at <= until


def _is_before(payload: object, since: datetime) -> bool:
    at = _written(payload)
    return at is not None and at < since
