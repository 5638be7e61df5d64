"""
With an app view: notices, searches, threads, profiles.  Run by hand.

It needs a whole network, of npm's @atproto/dev-env with PostgreSQL and redis, already running;
`ANSWERBACK_BLUESKY_NETWORK` is the address of its server.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from tests.channels.bluesky.conftest import Open, Speak, now
from tests.channels.bluesky.hearing import listen
from tests.channels.bluesky.test_real_server import message
from tests.servers.bluesky import Person, Server

from answerback.channels.bluesky.hear import Bluesky
from answerback.channels.inbound import Cursor
from answerback.channels.live import Page
from answerback.domain.records.post import Post

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("loopback")]
_SECONDS = 30.0


@dataclass(slots=True)
class Network(Server):
    """One that runs already."""

    address: str = ""

    @property
    def url(self) -> str:
        return self.address

    @property
    def reach(self) -> frozenset[str]:
        return frozenset({urlsplit(self.address).netloc})


@pytest.fixture
def network() -> Network:
    address = os.environ.get("ANSWERBACK_BLUESKY_NETWORK")
    if not address:
        pytest.skip("needs a whole Bluesky network: set ANSWERBACK_BLUESKY_NETWORK to its server")
    return Network(folder=None, data=None, address=address)  # type: ignore[arg-type]


@pytest.fixture
def acme(network: Network) -> Person:
    return network.person(f"kettles{uuid4().hex[:8]}")


@pytest.fixture
def ada(network: Network) -> Person:
    return network.person(f"ada{uuid4().hex[:8]}")


def posts_of(page: Page) -> list[Post]:
    return [thing.post for thing in page.things if thing.post is not None]


def eventually(read: Callable[[], list[Post]], *, posts: int) -> list[Post]:
    """Ask until the app view has indexed so many posts."""
    end = time.monotonic() + _SECONDS
    found = read()
    while len(found) < posts and time.monotonic() < end:
        time.sleep(0.3)
        found = read()
    assert len(found) >= posts
    return found


def test_notices_tell_mentions_replies_and_quotes_with_their_authors(
    acme: Person, ada: Person, opened: Open, voices: Speak
) -> None:
    mentioned = ada.mention(acme, "It leaks")
    ours = acme.post("Our kettles never leak")
    quote = {"$type": "app.bsky.embed.record", "record": {"uri": ours["uri"], "cid": ours["cid"]}}
    quoted = ada.post("Oh really", embed=quote)
    here = {"uri": ours["uri"], "cid": ours["cid"]}
    answered = ada.post("Mine does", reply={"root": here, "parent": here})

    found = eventually(
        lambda: posts_of(opened(acme, firehose="").poll("mentions", None, at=now())), posts=3
    )

    assert {post.external_id for post in found} == {
        one["uri"] for one in (mentioned, quoted, answered)
    }
    assert {post.author.handle for post in found} == {ada.handle}
    said = voices(acme).send(message(found[0], "Sorry"))
    assert said.startswith(f"at://{acme.did}/")


def test_five_mentions_of_one_time_and_one_with_an_old_date_are_all_read(
    acme: Person, ada: Person, opened: Open
) -> None:
    one_time = now().isoformat().replace("+00:00", "Z")
    tied = [ada_says(ada, acme, f"Tied {number}", at=one_time) for number in range(5)]
    old = ada_says(ada, acme, "Back-dated", at="2024-01-01T00:00:00.000Z")
    asked = opened(acme, firehose="")

    found = eventually(lambda: posts_of(asked.poll("mentions", None, at=now())), posts=6)

    assert {post.external_id for post in found} == {*tied, old}


def ada_says(ada: Person, acme: Person, text: str, *, at: str) -> str:
    name = f"@{acme.handle}"
    facet = {
        "index": {"byteStart": 0, "byteEnd": len(name)},
        "features": [{"$type": "app.bsky.richtext.facet#mention", "did": acme.did}],
    }
    uri: str = ada.post(f"{name} {text}", createdAt=at, facets=[facet])["uri"]
    return uri


def test_more_than_a_page_of_notices_with_ties_all_over_is_read_whole(
    acme: Person, ada: Person, opened: Open
) -> None:
    begins = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251  a real server's time
    moments = [begins - timedelta(seconds=number // 7) for number in range(230)]
    said = {
        ada_says(ada, acme, f"No. {number}", at=at.isoformat().replace("+00:00", "Z"))
        for number, at in enumerate(moments)
    }
    asked = opened(acme, firehose="")
    place = Cursor('{"read_until": "2020-01-01T00:00:00+00:00"}')

    found = eventually(lambda: read_on(asked, place, at=now())[0], posts=230)

    assert {post.external_id for post in found} == said
    _, place = read_on(asked, place, at=now())
    old = ada_says(ada, acme, "Back-dated", at="2024-01-01T00:00:00.000Z")
    at = now() + timedelta(hours=7)
    later = eventually(
        lambda: [one for one in read_on(asked, place, at=at)[0] if one.external_id == old], posts=1
    )
    assert later[0].text.endswith("Back-dated")
    assert len(read_page_by_page(acme)) < 230  # which is why


def read_on(asked: Bluesky, since: Cursor, *, at: datetime) -> tuple[list[Post], Cursor]:
    """Poll until there is no more, and return the posts and the place behind them."""
    posts: list[Post] = []
    while True:
        page = asked.poll("mentions", since, at=at)
        posts += posts_of(page)
        since = page.cursor or since
        if not page.more:
            return posts, since


def read_page_by_page(person: Person) -> set[str]:
    """Read all notices as one would, who trusts the pages."""
    method, found = "app.bsky.notification.listNotifications", set()
    told = person.ask(method, limit=100)
    while True:
        found |= {one["uri"] for one in told["notifications"]}
        if not told.get("cursor"):
            return found
        told = person.ask(method, limit=100, cursor=told["cursor"])


def test_a_search_and_a_hashtag_are_read_and_a_window_is_filled(
    acme: Person, ada: Person, opened: Open
) -> None:
    word = f"kettle{uuid4().hex[:8]}"
    said = ada.post(f"My {word} leaks")
    asked = opened(acme, firehose="")

    found = eventually(lambda: posts_of(asked.poll(f"search:{word}", None, at=now())), posts=1)

    assert [post.external_id for post in found] == [said["uri"]]
    assert found[0].details["likes"] == ("0",)
    at = now()
    filled = asked.backfill(
        f"search:{word}",
        since=at - timedelta(hours=1),
        until=at + timedelta(minutes=1),
        after=None,
        at=at,
    )
    assert [post.external_id for post in posts_of(filled)] == [said["uri"]]


def test_a_thread_is_fetched_whole_from_any_of_its_posts(
    acme: Person, ada: Person, opened: Open
) -> None:
    root = ada.mention(acme, "It leaks")
    here = {"uri": root["uri"], "cid": root["cid"]}
    middle = ada.post("Still", reply={"root": here, "parent": here})
    there = {"uri": middle["uri"], "cid": middle["cid"]}
    last = acme.post("Sorry", reply={"root": here, "parent": there})
    asked = opened(acme, firehose="")

    found = eventually(lambda: posts_of(asked.context(middle["uri"], at=now())), posts=3)

    assert [post.external_id for post in found] == [root["uri"], middle["uri"], last["uri"]]
    assert [post.inbound for post in found] == [None, None, False]
    nothing = asked.context(f"at://{ada.did}/app.bsky.feed.post/3jui7kd54zh2y", at=now())
    assert nothing.things == ()


def test_the_firehose_and_the_app_view_tell_one_post_alike(
    acme: Person, ada: Person, opened: Open
) -> None:
    said = ada.mention(acme, "It leaks")
    asked = opened(acme)

    streamed = listen(asked, until=lambda one: bool(one.posts)).posts[0]
    read = eventually(lambda: posts_of(asked.poll("mentions", None, at=now())), posts=1)[0]

    alike = ("external_id", "revision", "text", "created_at", "url", "in_reply_to", "inbound")
    assert streamed.external_id == said["uri"]
    assert [getattr(streamed, name) for name in alike] == [getattr(read, name) for name in alike]
    assert streamed.author.native_id == read.author.native_id == ada.did
    assert asked.check(at=now()).sentence.endswith(f"as @{acme.handle}.")
