"""Our client fed over HTTP with bytes that real servers sent to others: lists, limits, refusals."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.channels.mastodon.recorded import Exchange, exchanges, sent_events
from tests.channels.mastodon.stand_in import StandIn, stand_in
from tests.channels.site import Said

from answerback.channels.inbound import Fetched
from answerback.channels.live import Rate
from answerback.channels.mastodon.api import forget
from answerback.channels.mastodon.hear import Mastodon
from answerback.channels.mastodon.streaming import NO_POSTS
from answerback.channels.outbound import Message, NotTaken, voice_of

_AT = datetime(2026, 12, 1, 9, 7, tzinfo=UTC)
#: Where each kind of list was recorded, and which of our streams reads it.
_LISTS = {
    r"/api/v1/notifications": "mentions",
    r"/api/v1/timelines/tag/(\w+)": "tag:{}",
    r"/api/v1/timelines/public": "public",
    r"/api/v1/accounts/\d+/statuses": "own",
}
_KEPT = ("link", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "content-type")


@pytest.fixture
def server(loopback: None) -> Iterator[StandIn]:  # noqa: ARG001  opened, not used
    with stand_in() as made:
        yield made


def _said(exchange: Exchange) -> Said:
    headers = {name: exchange.headers[name] for name in _KEPT if name in exchange.headers}
    return Said(body=exchange.body, status=exchange.status, headers=headers)


def _lists(shared_data: Path) -> Iterator[tuple[Exchange, str]]:
    """Yield each list once, however often it was recorded, and the stream that reads it."""
    seen = set()
    for one in exchanges(shared_data):
        path = urlsplit(one.uri).path.rstrip("/")
        for pattern, stream in _LISTS.items():
            found = re.fullmatch(pattern, path)
            if found and one.method == "GET" and one.status == 200 and one.body not in seen:
                seen.add(one.body)
                yield one, stream.format(*found.groups())


def _own_id(exchange: Exchange) -> str:
    found = re.search(r"/accounts/(\d+)/statuses", exchange.uri)
    return found[1] if found else "1"


def test_every_recorded_list_is_heard_whole_and_not_again(
    shared_data: Path, server: StandIn
) -> None:
    number = 0
    for exchange, stream in _lists(shared_data):
        number += 1
        server.answer(
            "/api/v1/accounts/verify_credentials",
            Said(body=json.dumps({"id": _own_id(exchange), "acct": "acme"}).encode()),
        )
        server.answer(urlsplit(exchange.uri).path.rstrip("/"), _said(exchange))
        forget()  # on each tape we are somebody else
        with closing(Mastodon(server.account())) as network:
            page = network.poll(stream, None, at=_AT)
            again = network.poll(stream, page.cursor, at=_AT)

        _assert_heard(page.things, exchange, server=server)
        assert page.rate == _rate(exchange)
        assert (again.things, again.holes) == ((), ())

    assert number >= 20


def _assert_heard(things: tuple[Fetched, ...], exchange: Exchange, *, server: StandIn) -> None:
    told = [one.get("status", one) if "type" in one else one for one in _with_posts(exchange)]
    assert [one.failure for one in things] == [None] * len(things)
    assert [one.post.external_id for one in things if one.post] == [
        f"{server.host}/{one['id']}" for one in reversed(told)
    ]


def _with_posts(exchange: Exchange) -> list[dict[str, Any]]:
    """Return what tells of posts; a post that two notifications tell of is one."""
    found: dict[str, dict[str, Any]] = {}
    for one in exchange.json():
        if "type" not in one:
            found[one["id"]] = one
        elif one.get("status") and one["type"] not in NO_POSTS:
            found.setdefault(one["status"]["id"], one)
    return list(found.values())


def _rate(exchange: Exchange) -> Rate | None:
    told = exchange.headers
    if "x-ratelimit-limit" not in told:
        return None
    reset = datetime.fromisoformat(told["x-ratelimit-reset"])
    return Rate(
        limit=int(told["x-ratelimit-limit"]),
        remaining=int(told["x-ratelimit-remaining"]),
        resets_at=reset if reset >= _AT else None,
    )


def test_every_recorded_thread_is_read_whole(shared_data: Path, server: StandIn) -> None:
    number = 0
    for exchange in exchanges(shared_data):
        found = re.fullmatch(r"/api/v1/statuses/(\d+)/context", urlsplit(exchange.uri).path)
        if found is None or exchange.status != 200:
            continue
        number += 1
        told = exchange.json()
        around = [*told["ancestors"], *told["descendants"]]
        server.answer(f"/api/v1/statuses/{found[1]}/context", _said(exchange))
        middle = {**(around or [_any_status(shared_data)])[0], "id": found[1]}
        server.answer(f"/api/v1/statuses/{found[1]}", Said(body=json.dumps(middle).encode()))

        with closing(Mastodon(server.account())) as network:
            page = network.context(f"{server.host}/{found[1]}", at=_AT)

        names = [one.post.external_id.rpartition("/")[2] for one in page.things if one.post]
        assert names == [
            *(one["id"] for one in told["ancestors"]),
            found[1],
            *(one["id"] for one in told["descendants"]),
        ]

    assert number >= 2


def _any_status(shared_data: Path) -> dict[str, Any]:
    found = (one.json() for one in exchanges(shared_data) if "/api/v1/statuses/" in one.uri)
    return next(one for one in found if isinstance(one, dict) and "content" in one)


def test_every_recorded_refusal_of_a_post_is_a_no_in_the_servers_words(
    shared_data: Path, server: StandIn
) -> None:
    refused = [
        one
        for one in exchanges(shared_data)
        if one.method == "POST"
        and urlsplit(one.uri).path == "/api/v1/statuses"
        and one.status > 399
    ]
    for exchange in refused:
        server.answer("/api/v1/statuses", _said(exchange))
        message = Message(text="Hello", to="ada", channel="mastodon", in_reply_to=None, key="k")

        with pytest.raises(NotTaken, match=re.escape(exchange.json()["error"][:60])):
            voice_of(server.account()).send(message)

    assert len(refused) >= 3


def test_every_recorded_answer_to_a_post_gives_its_name(shared_data: Path, server: StandIn) -> None:
    taken = [
        one
        for one in exchanges(shared_data)
        if one.method == "POST"
        and urlsplit(one.uri).path == "/api/v1/statuses"
        and one.status == 200
        and "scheduled_at" not in one.json()
    ][:40]
    for exchange in taken:
        server.answer("/api/v1/statuses", _said(exchange))
        message = Message(text="Hello", to="ada", channel="mastodon", in_reply_to=None, key="k")

        named = voice_of(server.account()).send(message)

        assert named == f"{server.host}/{exchange.json()['id']}"

    assert len(taken) == 40


def test_what_real_streams_sent_comes_over_a_real_line(shared_data: Path, server: StandIn) -> None:
    sent = [told for one in exchanges(shared_data) for told in sent_events(one)]
    server.events += [
        {"stream": ["public"], "event": kind, "payload": payload} for kind, payload in sent
    ]
    wanted = sum(kind != "conversation" for kind, _ in sent)

    found: list[Fetched] = []
    left = Event()
    with closing(Mastodon(server.account(public="yes"))) as network:
        for page in network.listen("public", None, stopping=left.is_set, clock=lambda: _AT):
            found += page.things
            if len(found) >= wanted:
                left.set()

    assert len(found) == wanted >= 7
    assert [one.failure for one in found] == [None] * wanted
    assert [one.raw for one in found] == [
        json.dumps(told) for told in server.events if told["event"] != "conversation"
    ]
