"""Jetstream's two wires, spoken by a server of ours after the published schema."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.servers.jetstream import Jetstream, jetstream

from answerback.channels.bluesky import jetstream as wire
from answerback.channels.bluesky.hear import Bluesky
from answerback.channels.bluesky.jetstream import REWIND, ask
from answerback.channels.bluesky.pages import MOST
from answerback.channels.bluesky.place import Place, from_micros, micros
from answerback.channels.bluesky.told import Told, What
from answerback.channels.http import BrokenOff
from answerback.channels.inbound import Cursor
from answerback.channels.live import Account, HoleKind, Lapsed, Page

US, ADA, BOB = "did:plc:acme", "did:plc:ada", "did:plc:bob"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WIRES = pytest.mark.parametrize("newer", [False, True], ids=["older", "newer"])
TO_US = [
    {
        "index": {"byteStart": 0, "byteEnd": 5},
        "features": [{"$type": "app.bsky.richtext.facet#mention", "did": US}],
    }
]


@pytest.fixture
def told(loopback: None) -> Iterator[Jetstream]:  # noqa: ARG001  opened, not used
    with jetstream() as one:
        yield one


class Handles:
    """Knows the handle of one author."""

    def known(self, dids: Any, *, at: datetime, questions: int) -> dict[str, dict[str, str]]:
        return {did: {"did": did, "handle": "ada.example"} for did in dids if did == ADA}

    def forget(self, did: str) -> None:
        """Remember nothing."""


def network(told: Jetstream, monkeypatch: pytest.MonkeyPatch, *, newer: bool) -> Bluesky:
    made = Bluesky(
        Account(
            account_id=1,
            channel="bluesky",
            name="Bluesky",
            settings={
                "server": "http://127.0.0.1:1",
                "handle": "acme.example",
                "jetstream": told.url(newer=newer),
                "listen_to_all": "on",
            },
            reach=frozenset({told.host}),
        )
    )
    monkeypatch.setattr(made._api, "did", lambda *, at: US)  # noqa: ARG005,SLF001  no server here
    monkeypatch.setattr(made, "_people", Handles())
    return made


def hear(
    made: Bluesky,
    *,
    things: int,
    stream: str = "mentions",
    since: Cursor | None = None,
    holes: int = 0,
) -> list[Page]:
    """Listen until so many things and holes were heard; the test ends it, or its own patience."""
    pages: list[Page] = []

    def enough() -> bool:
        heard = sum(len(page.things) for page in pages)
        return (heard >= things and sum(len(page.holes) for page in pages) >= holes) or (
            len(pages) > 100
        )

    for page in made.listen(stream, since, stopping=enough, clock=lambda: NOON):
        pages.append(page)
        if enough():
            break
    return pages


def at(told: Jetstream, *, moment: datetime, number: int | None = None) -> Cursor:
    return Place(host=told.host, number=number, moment=micros(moment)).write()


def last_cursor(pages: list[Page]) -> Cursor:
    return next(page.cursor for page in reversed(pages) if page.cursor)


@WIRES
def test_what_speaks_to_us_is_heard_with_changes_deletions_and_closed_accounts(
    told: Jetstream, monkeypatch: pytest.MonkeyPatch, *, newer: bool
) -> None:
    told.post(BOB, "Lovely weather", key="3k1")
    first = told.post(ADA, "@acme it leaks", key="3k2", facets=TO_US)
    told.post(ADA, "@acme it leaks badly", key="3k2", facets=TO_US, operation="update")
    told.post(US, "We wrote this elsewhere", key="3k3")
    told.post(ADA, "", key="3k2", operation="delete")
    told.tell(BOB, "identity", {"did": BOB, "handle": "bob.example", "seq": 1, "time": "x"})
    told.tell(BOB, "account", {"active": True, "did": BOB, "seq": 1, "time": "x"})
    closed = {"active": False, "status": "deactivated", "did": ADA, "seq": 2, "time": "x"}
    told.tell(ADA, "account", closed)
    told.tell(US, "account", {**closed, "did": US})

    pages = hear(
        network(told, monkeypatch, newer=newer), things=5, since=at(told, moment=told.begins)
    )

    things = [thing for page in pages for thing in page.things]
    posts = [thing.post for thing in things if thing.post]
    assert [post.text for post in posts] == [
        "@acme it leaks",
        "@acme it leaks badly",
        "We wrote this elsewhere",
    ]
    assert posts[0].external_id == posts[1].external_id == first
    assert posts[0].revision != posts[1].revision
    assert posts[1].revised_at == told.events[2].moment
    assert [post.author.handle for post in posts] == ["ada.example", "ada.example", US]
    assert [post.inbound for post in posts] == [None, None, False]
    ends = [(thing.gone.external_id, thing.gone.author_id) for thing in things if thing.gone]
    assert ends == [(first, None), (None, ADA)]
    place = Place.read(last_cursor(pages))
    assert place.moment == told.events[-1].micros
    assert place.number == (9 if newer else None)
    assert told.asked[0]["collections" if newer else "wantedCollections"] == ["app.bsky.feed.post"]


@WIRES
def test_a_broken_stream_goes_on_where_it_was_and_repeats_but_never_skips(
    told: Jetstream, monkeypatch: pytest.MonkeyPatch, *, newer: bool
) -> None:
    for number in range(20):
        told.post(ADA, f"@acme {number}", key=f"3k{number}", facets=TO_US)
    told.breaks_after = 9
    made = network(told, monkeypatch, newer=newer)
    heard: list[Page] = []

    def until_it_breaks() -> None:
        since = at(told, moment=told.begins)
        for page in made.listen("mentions", since, stopping=lambda: False, clock=lambda: NOON):
            heard.append(page)  # noqa: PERF402  what came before the fault counts

    with pytest.raises(BrokenOff, match="ended"):
        until_it_breaks()
    assert [len(page.things) for page in heard] == [9]
    since = last_cursor(heard)
    again = hear(made, things=11, since=since)

    texts = [thing.post.text for page in (*heard, *again) for thing in page.things if thing.post]
    assert set(texts) == {f"@acme {number}" for number in range(20)}


def test_the_older_wire_is_asked_for_five_seconds_before_and_the_newer_for_its_number() -> None:
    place = Place(host="jet.example", number=41, moment=micros(NOON))

    older = ask("wss://jet.example/subscribe", place, at=NOON)
    newer = ask("wss://jet.example/xrpc/network.bsky.jetstream.subscribeEvents", place, at=NOON)
    moved = ask("wss://other.example/xrpc/network.bsky.jetstream.subscribeEvents", place, at=NOON)
    bare = ask("jet.example", Place(), at=NOON)

    assert f"cursor={micros(NOON - REWIND)}" in older.url
    assert newer.url.endswith("cursor=41")
    assert moved.url.endswith(f"cursor={micros(NOON - REWIND)}")
    assert bare.url.startswith("wss://jet.example/subscribe?wantedCollections=app.bsky.feed.post&")
    assert bare.since == NOON - timedelta(seconds=60)


def test_a_number_that_is_no_longer_kept_lapses_and_the_moment_is_asked_for_with_a_hole(
    told: Jetstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        told.post(ADA, f"@acme {number}", key=f"3k{number}", facets=TO_US)
    told.floor = 6
    made = network(told, monkeypatch, newer=True)
    since = at(told, moment=told.events[1].moment, number=2)

    with pytest.raises(Lapsed, match="no longer keeps") as lapsed:
        hear(made, things=1, since=since)

    pages = hear(made, things=5, holes=1, since=lapsed.value.restart)
    texts = [thing.post.text for page in pages for thing in page.things if thing.post]
    assert texts == [f"@acme {number}" for number in range(5, 10)]
    (hole,) = [hole for page in pages for hole in page.holes]
    assert (hole.kind, hole.since) == (HoleKind.CURSOR_LAPSED, told.events[1].moment - REWIND)


def test_the_older_wire_says_nothing_of_a_lapsed_place_so_its_silence_is_told_as_a_hole(
    told: Jetstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.post(ADA, "@acme", key="3k1", facets=TO_US)
    since = at(told, moment=told.begins - timedelta(days=3))

    pages = hear(network(told, monkeypatch, newer=False), things=1, holes=1, since=since)

    (hole,) = [hole for page in pages for hole in page.holes]
    assert (hole.kind, hole.until) == (HoleKind.CURSOR_LAPSED, told.events[0].moment)


@WIRES
def test_what_cannot_be_read_is_set_aside_and_the_rest_goes_on(
    told: Jetstream, monkeypatch: pytest.MonkeyPatch, *, newer: bool
) -> None:
    told.frames = [
        "{not json",
        "[]",
        "null",
        '{"did": 7, "time_us": 1, "kind": "commit"}',
        '{"$type": "message", "payload": {"$type": "x#commit", "seq": "many"}}',
        f'{{"a": {"[" * 3_000}{"]" * 3_000}}}',
    ]
    told.post(ADA, "@acme", key="3k1", facets=TO_US)
    nameless = {"rev": "r", "operation": "create", "collection": "app.bsky.feed.post", "rkey": "/"}
    told.tell(US, "commit", nameless)

    pages = hear(
        network(told, monkeypatch, newer=newer), things=8, since=at(told, moment=told.begins)
    )

    things = [thing for page in pages for thing in page.things]
    assert [thing.failure is None for thing in things] == [False] * 6 + [True, False]
    assert len({thing.cursor for thing in things}) == 8
    assert all(thing.raw for thing in things)


def test_all_posts_come_in_pages_that_are_never_too_large(
    told: Jetstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1_200):
        told.post(ADA, f"Post {number}", key=f"3k{number}")

    pages = hear(
        network(told, monkeypatch, newer=True),
        things=1_200,
        stream="jetstream",
        since=at(told, moment=told.begins, number=1),
    )

    assert sum(len(page.things) for page in pages) == 1_200
    assert max(len(page.things) for page in pages) <= MOST
    assert Place.read(last_cursor(pages)).number == 1_200


def test_a_stream_that_says_it_ends_has_broken_off() -> None:
    asked = ask("wss://jet.example/xrpc/network.bsky.jetstream.subscribeEvents", Place(), at=NOON)
    frame = json.dumps({"$type": "error", "error": "ConsumerTooSlow", "message": "too slow"})

    with pytest.raises(BrokenOff, match="ConsumerTooSlow too slow"):
        wire.read(frame, asked=asked)


def test_an_event_of_another_collection_or_kind_moves_the_place_and_is_nothing_for_us() -> None:
    asked = ask("wss://jet.example/subscribe", Place(), at=NOON)
    like = {"operation": "create", "collection": "app.bsky.feed.like", "rkey": "3k"}

    read = wire.read(
        json.dumps({"did": ADA, "time_us": micros(NOON), "kind": "commit", "commit": like}),
        asked=asked,
    )

    assert isinstance(read, Told)
    assert (read.what, read.moment, read.at) == (What.OTHER, micros(NOON), NOON)
    assert from_micros(micros(NOON)) == NOON
