"""Hearing on Mastodon, and on every server that speaks its API."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from answerback.channels.again import from_json
from answerback.channels.field_checks import YES_NO, is_yes, no_hashtag
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
    Kept,
    Lapsed,
    Page,
    Stream,
)
from answerback.channels.mastodon import ids, streaming
from answerback.channels.mastodon.again import read_kept
from answerback.channels.mastodon.api import SERVER, TOKEN, Api, Me, clock_of
from answerback.channels.mastodon.map import CHANNEL, Reader, moment
from answerback.channels.mastodon.reading import Reading
from answerback.channels.mastodon.sources import belongs, stream_of, streamed, title_of, where_of
from answerback.channels.mastodon.walk import Walked, kept, place_of, walk
from answerback.channels.websocket import NotOpened

#: In the first minutes of each quarter of an hour a poll reads all that it remembers, and not only
#: the top; so many minutes that one falls among them however seldom a source is polled.
_QUARTER: Final = 15
_THOROUGH: Final = 3
#: Known posts that are no longer where they were and are asked for one by one, in one poll.
_MOST_ASKED: Final = 20
#: What those say to somebody who asks for a stream who hold none open.
_NO_STREAMS: Final = frozenset({200, 400, 404, 405, 410, 426, 501})
_ABSENT: Final = frozenset({404, 410})


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
            wrong=no_hashtag,
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
            help="All that this server sees in public is heard; it may be much.",
            required=False,
            choices=YES_NO,
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
            stream_of("mentions", every=30),
            stream_of("own"),
            *(stream_of(f"tag:{one}") for one in dict.fromkeys(tags) if one),
        ]
        searches = dict.fromkeys(account.several("searches"))
        found += [stream_of(f"search:{one}", every=120, pushed=False) for one in searches]
        if is_yes(account.settings.get("public", "")):
            found.append(stream_of("public"))
        return tuple(found)

    def poll(self, stream: str, since: Cursor | None, *, at: datetime) -> Page:
        try:
            place = place_of(since)
        except ValueError as wrong:
            raise Lapsed(
                f"The place in {title_of(stream)} cannot be read; it starts anew."
            ) from wrong
        reading = self._reading(stream, at=at)
        thorough = int(at.timestamp() // 60) % _QUARTER < _THOROUGH
        walked = walk(reading.leaf, place, thorough=thorough)
        things = [one for item in walked.told for one in reading.things(item.payload)]
        if reading.where.keeps_order:
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
        params = streamed(stream)
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
                belongs=belongs(stream, me=me),
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

    def read_again(self, kept: Kept, *, at: datetime) -> tuple[Fetched, ...]:
        reader = self._reader(kept.stream, me=self._api.me(at=at), at=at)
        return from_json(kept, read=lambda told: read_kept(told, raw=kept.raw, reader=reader))

    def _reader(self, stream: str, *, me: Me, at: datetime) -> Reader:
        return Reader(host=self._api.host, source=title_of(stream), at=at, our=me)

    def _reading(self, stream: str, *, at: datetime) -> Reading:
        me = self._api.me(at=at)
        where = where_of(stream, me=me)
        return Reading(api=self._api, where=where, reader=self._reader(stream, me=me, at=at), at=at)

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
