"""Bluesky, heard: mentions, replies and quotes, searches, hashtags, our own posts, or all posts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any, ClassVar, Final, TypedDict, Unpack

from answerback.channels.bluesky import again, firehose, jetstream, threads
from answerback.channels.bluesky.api import Api, NoAppView
from answerback.channels.bluesky.fields import FIELDS, unless_off
from answerback.channels.bluesky.map import Ear, moment_of, thing_of
from answerback.channels.bluesky.names import POST
from answerback.channels.bluesky.pages import Pages
from answerback.channels.bluesky.people import People
from answerback.channels.bluesky.place import Place, from_micros
from answerback.channels.bluesky.told import Told
from answerback.channels.bluesky.walk import OVERLAP, Fetch, Item, cut, indexed_at, walk
from answerback.channels.field_checks import is_yes
from answerback.channels.inbound import ChannelDown, Cursor, Fetched
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

MENTIONS: Final = "mentions"
OWN: Final = "own"
EVERYTHING: Final = "jetstream"
MOST_CHARACTERS: Final = 300
_REASONS: Final = ("mention", "reply", "quote")


#: When all notices of an account were last read, by this process: the first poll reads all.
_WALKED_DEEP: Final[dict[tuple[int, str], datetime]] = {}


class _Told(TypedDict, total=False):
    cursor: Cursor
    more: bool
    holes: tuple[Hole, ...]


class Bluesky(Hearing):
    """One account on Bluesky, or on any other server of the AT protocol."""

    name: ClassVar[str] = "bluesky"
    title: ClassVar[str] = "Bluesky"
    fields: ClassVar[tuple[Field, ...]] = FIELDS
    caps: ClassVar[Caps] = Caps(
        speaks=True,
        pushes=True,
        edits=True,
        deletions=True,
        contexts=True,
        deletes_own=True,
        media=True,
        unproven="Jetstream: no such server can be installed for tests; ours speaks both forms of "
        "its wire. All else is proven on a real server.",
    )

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._api = Api(account)
        self._people = People(self._api)
        settings = account.settings
        self._jetstream = unless_off(settings.get("jetstream", jetstream.PUBLIC))
        told = unless_off(settings.get("firehose", ""))
        self._own_firehose = told.casefold() == "server"
        self._firehose = self._api.server if self._own_firehose else told

    def close(self) -> None:
        self._api.close()

    # --------------------------------------------------------------------------------- what is

    def check(self, *, at: datetime) -> Checked:
        told = self._api.get("com.atproto.server.getSession", {}, at=at)
        ahead = self._api.ahead
        handle, did = self._api.handle(at=at), self._api.did(at=at)
        handle = told["handle"] if isinstance(told.get("handle"), str) else handle
        sentence = f"Signed in to {self._api.host} as @{handle}."
        try:
            self._api.get("app.bsky.actor.getProfile", {"actor": did}, at=at)
        except NoAppView as wrong:
            pushed = "" if self._pushes() else " Set 'server' as its firehose to hear mentions."
            sentence = f"{sentence} {wrong}{pushed}"
        except ChannelDown as wrong:
            sentence = f"{sentence} Its app view does not answer now: {wrong}"
        return Checked(
            handle=handle,
            sentence=sentence,
            native_id=did,
            most_characters=MOST_CHARACTERS,
            clock_ahead=ahead,
        )

    def _pushes(self) -> bool:
        return bool(self._jetstream or self._firehose)

    def streams(self) -> tuple[Stream, ...]:
        account = self.account
        tags = tuple(one.lstrip("#") for one in account.several("hashtags"))
        found = [
            Stream(name=MENTIONS, title=_TITLES[MENTIONS], pushed=self._pushes(), backfills=True),
            Stream(name=OWN, title=_TITLES[OWN], backfills=True),
            *(
                Stream(name=f"search:{one}", title=_title(f"search:{one}"), backfills=True)
                for one in dict.fromkeys(account.several("searches"))
            ),
            *(
                Stream(name=f"tag:{one}", title=_title(f"tag:{one}"), backfills=True)
                for one in dict.fromkeys(tags)
                if one
            ),
        ]
        if is_yes(account.settings.get("listen_to_all", "")) and self._jetstream:
            found.append(Stream(name=EVERYTHING, title=_TITLES[EVERYTHING], pushed=True))
        return tuple(found)

    def _ear(self, stream: str, *, at: datetime) -> Ear:
        return Ear(
            source=_title(stream),
            did=self._api.did(at=at),
            handle=self._api.handle(at=at),
            at=at,
        )

    # ------------------------------------------------------------------------------- is asked

    def poll(self, stream: str, since: Cursor | None, *, at: datetime) -> Page:
        place = Place.read(since)
        if stream == EVERYTHING:
            return Page()
        if stream == MENTIONS and self._pushes():
            return self._reconciled(place, at=at)
        walked = walk(self._fetch(stream, at=at), place, at=at, deep=stream == MENTIONS)
        return self._page_of(
            walked.items,
            stream=stream,
            at=at,
            cursor=walked.place.write(),
            more=walked.more,
            holes=walked.holes,
        )

    def _reconciled(self, place: Place, *, at: datetime) -> Page:
        """
        Read the notices from an hour before the stream's place on, and now and then all of them.

        The place is the stream's, which is held open meanwhile: nothing is written over it, and
        so the walk ends in one go.
        """
        fetch = self._fetch(MENTIONS, at=at)
        heard = None if place.moment is None else from_micros(place.moment)
        key = (self.account.account_id, self._api.server)
        walking = Place(read_until=heard, walked_deep_at=_WALKED_DEEP.get(key))
        items: list[Item] = []
        holes: list[Hole] = []
        more = True
        while more:
            try:
                walked = walk(fetch, walking, at=at, deep=heard is not None)
            except NoAppView:
                return Page()  # the stream alone tells of them there
            items += walked.items
            holes += walked.holes
            walking, more = walked.place, walked.more
        if walking.walked_deep_at is not None:
            _WALKED_DEEP[key] = walking.walked_deep_at
        return self._page_of(items, stream=MENTIONS, at=at, holes=tuple(holes))

    def _page_of(
        self, items: Sequence[Item], *, stream: str, at: datetime, **told: Unpack[_Told]
    ) -> Page:
        """Return lines of a list, which begins with its newest, as a page."""
        ear = self._ear(stream, at=at)
        things = tuple(thing_of(one, ear=ear) for one in reversed(items))
        return Page(things=things, rate=self._api.rate, **told)

    def _fetch(
        self, stream: str, *, at: datetime, window: tuple[datetime, datetime] | None = None
    ) -> Fetch:
        """Return what gives the pages of a stream's list, newest first."""
        method, params, name = self._list_of(stream, at=at)
        if window is not None and method == _SEARCH:
            params |= {"since": _utc(window[0]), "until": _utc(window[1])}

        def fetch(most: int, begin: str | None) -> tuple[Sequence[Item], str | None]:
            begun = {} if begin is None else {"cursor": begin}
            told = self._api.get(method, {**params, "limit": most, **begun}, at=at)
            items, after = told.get(name), told.get("cursor")
            found = items if isinstance(items, list) else []
            kept = [one for one in found if isinstance(one, Mapping)]
            return kept, after if isinstance(after, str) and after else None

        return fetch

    def _list_of(self, stream: str, *, at: datetime) -> tuple[str, dict[str, Any], str]:
        kind, _, asked = stream.partition(":")
        if stream == MENTIONS:
            return "app.bsky.notification.listNotifications", {"reasons": _REASONS}, "notifications"
        if stream == OWN:
            own = {"repo": self._api.did(at=at), "collection": POST}
            return "com.atproto.repo.listRecords", own, "records"
        if kind == "search" and asked:
            return _SEARCH, {"q": asked, "sort": "latest"}, "posts"
        if kind == "tag" and asked:
            return _SEARCH, {"q": f"#{asked}", "tag": [asked], "sort": "latest"}, "posts"
        raise CannotHear(f"Bluesky has no stream '{stream}'.")

    def backfill(
        self,
        stream: str,
        *,
        since: datetime,
        until: datetime,
        after: Cursor | None,
        at: datetime,
    ) -> Page:
        fetch = self._fetch(stream, at=at, window=(since, until))
        found = cut(fetch, after or None)
        if stream in {MENTIONS, OWN}:  # the service cuts no window out of these
            inside = [one for one in found.items if _is_inside(one, since=since, until=until)]
            below = stream == OWN and _is_below(found.items, since)
        else:
            inside, below = list(found.items), False
        return self._page_of(
            inside,
            stream=stream,
            at=at,
            cursor=Cursor(found.after or ""),
            more=found.after is not None and not below,
            holes=() if found.hole is None else (found.hole,),
        )

    def context(self, external_id: str, *, at: datetime) -> Page:
        ear = self._ear(MENTIONS, at=at)
        found = threads.around(external_id, api=self._api, at=at)
        return Page(
            things=tuple(thing_of(one, ear=replace(ear, source=_THREAD)) for one in found),
            rate=self._api.rate,
        )

    def read_again(self, kept: Kept, *, at: datetime) -> tuple[Fetched, ...]:
        def author(did: str) -> object:
            return self._people.known([did], at=at, questions=1).get(did)

        return again.read_kept(kept, ear=self._ear(kept.stream, at=at), author=author, at=at)

    # ---------------------------------------------------------------------------------- listens

    def listen(
        self,
        stream: str,
        since: Cursor | None,
        *,
        stopping: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> Iterator[Page]:
        if stream not in {MENTIONS, EVERYTHING} or not self._pushes():
            raise CannotHear(f"Bluesky holds no stream open for '{stream}'.")
        place = Place.read(since)
        told, host = self._told(place, at=clock(), stopping=stopping)
        pages = Pages(
            ear=lambda at: self._ear(stream, at=at),
            people=self._people,
            place=place,
            host=host,
            everything=stream == EVERYTHING,
            clock=clock,
        )
        try:
            yield from pages.gather(told)
        except Lapsed as lapsed:
            raise Lapsed(str(lapsed), restart=self._restart(pages.place)) from lapsed

    def _told(
        self, place: Place, *, at: datetime, stopping: Callable[[], bool]
    ) -> tuple[Iterator[Told | Hole | None], str]:
        if self._jetstream:
            asked = jetstream.ask(self._jetstream, place, at=at)
            return jetstream.listen(asked, account=self.account, stopping=stopping), asked.host
        url, host = firehose.address(self._firehose, place, from_the_start=self._own_firehose)
        told = firehose.listen(url, account=self.account, stopping=stopping)
        if place.moment is None or place.host == host or self._own_firehose:
            return told, host
        missed = Hole(
            kind=HoleKind.CURSOR_LAPSED,
            sentence=f"The stream is {host}'s now, which does not know our place in the other.",
            since=from_micros(place.moment),
        )
        return chain((missed,), told), host

    def _restart(self, place: Place) -> Cursor:
        """
        Return where to go on when a stream no longer knows our number.

        Jetstream is asked for the moment instead; a server that counts anew is heard from the
        oldest it keeps, a relay from now on.
        """
        moment = place.moment if self._jetstream else None
        return replace(place, host="", number=None, moment=moment).write()


_SEARCH: Final = "app.bsky.feed.searchPosts"
_THREAD: Final = "threads"
_TITLES: Final = {MENTIONS: "mentions", OWN: "own posts", EVERYTHING: "all posts"}


def _title(stream: str) -> str:
    kind, _, asked = stream.partition(":")
    return {"search": asked, "tag": f"#{asked}"}.get(kind) or _TITLES.get(stream, stream)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _is_inside(item: Item, *, since: datetime, until: datetime) -> bool:
    """Tell whether a line was written or indexed in a window; one that tells neither is kept."""
    record = item.get("record")
    claimed = moment_of(record.get("createdAt")) if isinstance(record, Mapping) else None
    told = [one for one in (indexed_at(item), claimed) if one is not None]
    return not told or any(since <= one < until for one in told)


def _is_below(items: Sequence[Item], since: datetime) -> bool:
    known = [one for one in map(indexed_at, items) if one is not None]
    return bool(known) and max(known) < since - OVERLAP
