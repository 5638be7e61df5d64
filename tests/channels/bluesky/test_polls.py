"""Polls against an app view that loses ties and hides old dates; sessions that end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.servers.appview import ADA, PASSWORD, US, AppView, app_view

from answerback.channels.bluesky.hear import _WALKED_DEEP, Bluesky
from answerback.channels.bluesky.people import People
from answerback.channels.bluesky.place import Place, micros
from answerback.channels.http import AnsweredNo, BrokenOff, ServerFault
from answerback.channels.inbound import ChannelDown, Cursor
from answerback.channels.live import Account, CannotHear, Limited, NotAllowed, Page

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SEARCH = "app.bsky.feed.searchPosts"


@pytest.fixture
def view(loopback: None) -> Iterator[AppView]:  # noqa: ARG001  opened, not used
    _WALKED_DEEP.clear()
    with app_view() as told:
        yield told
        for network in _OPEN:
            network.close()
        _OPEN.clear()


#: Those that a test opened.
_OPEN: list[Bluesky] = []


def opened(
    view: AppView, *, secrets: dict[str, str] | None = None, keep: Any = None, **settings: str
) -> Bluesky:
    told = {"server": f"http://{view.host}", "handle": "acme.example", "jetstream": "none"}
    network = Bluesky(
        Account(
            account_id=1,
            channel="bluesky",
            name="Bluesky",
            settings={**told, **settings},
            secrets={"password": PASSWORD} if secrets is None else secrets,
            reach=frozenset({view.host}),
            keep=keep,
        )
    )
    _OPEN.append(network)
    return network


def ids_of(*pages: Page) -> set[str]:
    return {thing.post.external_id for page in pages for thing in page.things if thing.post}


def poll_all(network: Bluesky, stream: str, since: Cursor | None, *, at: datetime) -> list[Page]:
    pages = []
    while True:
        pages.append(network.poll(stream, since, at=at))
        since = pages[-1].cursor or since
        if not pages[-1].more:
            return pages


def test_without_a_stream_all_notices_are_read_on_from_where_they_were(view: AppView) -> None:
    first = view.add("@acme first", indexed=NOON)
    network = opened(view)
    begun = network.poll("mentions", None, at=NOON)
    new = {view.add(f"@acme {one}", indexed=NOON + MINUTE * (one // 9)) for one in range(250)}

    pages = poll_all(network, "mentions", begun.cursor, at=NOON + timedelta(hours=1))

    assert ids_of(begun) == {first}
    assert ids_of(*pages) == new | {first}
    assert [hole for page in pages for hole in page.holes] == []
    texts = [thing.post.text for thing in begun.things if thing.post]
    assert texts == ["@acme first"]


def test_beside_a_stream_notices_are_read_again_and_its_place_is_left_alone(view: AppView) -> None:
    for hour in range(300):
        view.add(f"@acme {hour}", indexed=NOON - timedelta(hours=hour))
    network = opened(view, firehose="server")
    place = Place(host=view.host, number=7, moment=micros(NOON)).write()
    hidden = view.add("@acme", indexed=NOON, claimed=NOON - timedelta(days=400))
    newest = {one["uri"] for one in view.lines[:100]}

    deep = network.poll("mentions", place, at=NOON)
    view.asked.clear()
    shallow = network.poll("mentions", place, at=NOON + MINUTE)

    assert (deep.cursor, deep.more, shallow.cursor, shallow.more) == (None, False, None, False)
    assert ids_of(deep) == {hidden, *newest}  # the others were there long before
    assert ids_of(shallow) == newest
    assert view.asked == ["listNotifications"]


def test_a_search_and_a_hashtag_ask_for_the_latest(view: AppView) -> None:
    view.add("acme kettle", indexed=NOON)
    network = opened(view, searches="acme kettle, acme", hashtags="#acme")

    names = [stream.name for stream in network.streams()]
    found = network.poll("search:acme kettle", None, at=NOON)
    network.poll("tag:acme", None, at=NOON)

    assert names == ["mentions", "own", "search:acme kettle", "search:acme", "tag:acme"]
    assert [thing.post.source for thing in found.things if thing.post] == ["acme kettle"]
    asked = [one for one in view.params if "q" in one]
    assert asked[0] == {"q": ["acme kettle"], "sort": ["latest"], "limit": ["100"]}
    assert (asked[1]["q"], asked[1]["tag"]) == (["#acme"], ["acme"])
    assert found.rate is not None
    assert found.rate.limit == 3_000
    with pytest.raises(CannotHear, match="has no stream 'nonsense'"):
        network.poll("nonsense", None, at=NOON)


def test_a_window_is_filled_page_by_page(view: AppView) -> None:
    inside = {view.add(f"@acme {one}", indexed=NOON - MINUTE * one) for one in range(150)}
    for one in range(150):
        view.add(f"@acme before {one}", indexed=NOON - timedelta(days=9) - MINUTE * one)
    network = opened(view)

    pages: list[Page] = []
    after: Cursor | None = None
    while not pages or pages[-1].more:
        pages.append(
            network.backfill(
                "mentions",
                since=NOON - timedelta(days=1),
                until=NOON + MINUTE,
                after=after,
                at=NOON,
            )
        )
        after = pages[-1].cursor

    assert ids_of(*pages) == inside


def test_one_post_nested_deeper_than_anybody_reads_hides_no_other(view: AppView) -> None:
    nested: Any = []
    for _ in range(200):
        nested = [nested]
    there = {view.add("@acme 1", indexed=NOON, odd=nested), view.add("@acme 2", indexed=NOON)}

    assert ids_of(opened(view).poll("mentions", None, at=NOON)) == there


def test_a_session_is_made_once_refreshed_when_it_ends_and_kept(view: AppView) -> None:
    kept: dict[str, str] = {}
    opened(view, keep=kept.update).poll("mentions", None, at=NOON)
    for _ in range(3):
        opened(view, secrets={**kept, "password": PASSWORD}).poll("mentions", None, at=NOON)
    assert view.asked.count("createSession") == 1

    later = NOON + timedelta(hours=3)  # by what it says of itself the session is over
    opened(view, secrets={**kept, "password": PASSWORD}, keep=kept.update).poll(
        "mentions", None, at=later
    )
    assert view.asked.count("refreshSession") == 1

    view.over |= {kept["session_access"]}  # the server says so
    opened(view, secrets={**kept, "password": PASSWORD}, keep=kept.update).poll(
        "mentions", None, at=NOON
    )
    assert view.asked.count("refreshSession") == 2

    view.over |= {kept["session_access"], kept["session_refresh"]}
    opened(view, secrets={**kept, "password": PASSWORD}, keep=kept.update).poll(
        "mentions", None, at=NOON
    )
    assert (view.asked.count("refreshSession"), view.asked.count("createSession")) == (3, 2)
    assert US not in "".join(kept.values())
    assert "acme.example" not in "".join(kept.values())


def test_another_handle_or_server_has_another_session(view: AppView) -> None:
    kept: dict[str, str] = {}
    opened(view, keep=kept.update).poll("mentions", None, at=NOON)

    opened(view, secrets={**kept, "password": PASSWORD}, handle="other.example").check(at=NOON)

    assert view.asked.count("createSession") == 2


@pytest.mark.parametrize(
    ("answer", "wrong", "says"),
    [
        ((429, {"retry-after": "7"}, {"error": "RateLimitExceeded"}), Limited, "wait 7 s"),
        ((502, {}, b"<html>"), ServerFault, "a fault of its own"),
        ((400, {}, {"error": "InvalidRequest", "message": "no q"}), AnsweredNo, "no q"),
        ((200, {}, b"<html>"), BrokenOff, "something else than JSON"),
        ((200, {}, [1]), BrokenOff, "something else than an object"),
        ((400, {}, {"error": "AccountTakedown", "message": "x"}), NotAllowed, "is closed"),
        (
            (400, {}, {"message": "No service configured for app.bsky.feed.searchPosts"}),
            ChannelDown,
            "has no app view",
        ),
    ],
)
def test_what_goes_wrong_is_told(
    view: AppView,
    answer: tuple[int, dict[str, str], Any],
    wrong: type[ChannelDown],
    says: str,
) -> None:
    view.answers[SEARCH] = answer

    with pytest.raises(wrong, match=says):
        opened(view).poll("search:acme", None, at=NOON)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((401, {}, {"error": "AuthenticationRequired"}), "app password anew"),
        ((401, {}, {"error": "AuthFactorTokenRequired"}), "asks for a second factor"),
        ((400, {}, {"error": "AccountTakedown"}), "is closed"),
    ],
)
def test_a_login_that_is_refused_is_for_a_person_to_mend(
    view: AppView, answer: tuple[int, dict[str, str], Any], says: str
) -> None:
    view.answers["com.atproto.server.createSession"] = answer

    with pytest.raises(NotAllowed, match=says) as told:
        opened(view).poll("mentions", None, at=NOON)

    assert PASSWORD not in str(told.value)


def test_authors_are_looked_up_once_and_those_nobody_knows_again(view: AppView) -> None:
    profile = {"did": ADA, "handle": "ada.example", "displayName": "Ada", "followersCount": 7}
    view.answers["app.bsky.actor.getProfiles"] = (200, {}, {"profiles": [profile, None, "x"]})
    people = People(opened(view)._api)  # noqa: SLF001  the account's own server

    first = people.known([ADA, "did:plc:bob"], at=NOON, questions=4)
    again = people.known([ADA], at=NOON, questions=4)
    people.known([ADA, "did:plc:bob"], at=NOON, questions=4)

    assert first == again == {ADA: profile}
    assert view.asked.count("getProfiles") == 2
    people.forget(ADA)
    view.answers["app.bsky.actor.getProfiles"] = (500, {}, {})
    assert people.known([ADA], at=NOON, questions=4) == {}


def test_a_page_that_holds_anything_at_all_is_read(view: AppView) -> None:
    view.add("@acme", indexed=NOON)
    odd: list[Any] = [None, 7, "x", [], {}, {"uri": 7}, {"uri": "at://x", "record": []}]
    view.answers[SEARCH] = (200, {}, {"posts": [*odd, *view.lines], "cursor": 5})

    page = opened(view).poll("search:acme", None, at=NOON)

    assert [thing.failure is None for thing in page.things] == [True, False, False, False]
    view.answers[SEARCH] = (200, {}, {"posts": "none"})
    assert opened(view).poll("search:acme", None, at=NOON).things == ()
