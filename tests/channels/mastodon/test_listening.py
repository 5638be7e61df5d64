"""Polling and listening: what is new, what is gone, what we may not read, what streams send."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from tests.channels.mastodon.stand_in import ACME, StandIn, event, said, stand_in, status
from tests.channels.site import Asked, Said

from answerback.channels.http import AnsweredNo
from answerback.channels.inbound import ChannelDown, Cursor, Fetched
from answerback.channels.live import (
    Account,
    CannotHear,
    HoleKind,
    Lapsed,
    Limited,
    NotAllowed,
    Rate,
)
from answerback.channels.mastodon.api import NoServer, base_of
from answerback.channels.mastodon.hear import Mastodon

#: A minute in which polls are not thorough.
_AT = datetime(2026, 3, 2, 9, 7, tzinfo=UTC)


@pytest.fixture
def server(loopback: None) -> Iterator[StandIn]:  # noqa: ARG001  opened, not used
    with stand_in() as made:
        yield made


@pytest.fixture
def network(server: StandIn) -> Iterator[Mastodon]:
    with closing(Mastodon(server.account())) as made:
        yield made


def _clock() -> datetime:
    return _AT


def test_a_post_that_left_the_list_is_asked_for_and_told_gone(
    server: StandIn, network: Mastodon
) -> None:
    told = [server.mention(number) for number in range(1, 4)]
    since = network.poll("mentions", None, at=_AT).cursor
    del server.mentions[1], server.statuses[told[1]["id"]]

    page = network.poll("mentions", since, at=_AT)

    gone = [one.gone.external_id for one in page.things if one.gone]
    assert gone == [f"{server.host}/{told[1]['id']}"]
    assert network.poll("mentions", page.cursor, at=_AT).things == ()


def test_a_notification_that_was_tidied_away_is_no_deletion(
    server: StandIn, network: Mastodon
) -> None:
    for number in range(1, 4):
        server.mention(number)
    since = network.poll("mentions", None, at=_AT).cursor
    del server.mentions[1]  # the post is still there

    assert network.poll("mentions", since, at=_AT).things == ()


def test_an_answer_of_a_list_says_how_often_we_may_ask(server: StandIn, network: Mastodon) -> None:
    headers = {
        "x-ratelimit-limit": "300",
        "x-ratelimit-remaining": "298",
        "x-ratelimit-reset": "2026-03-02T09:10:00.000000Z",
    }
    server.answer("/api/v1/notifications", said([], headers=headers))

    page = network.poll("mentions", None, at=_AT)

    assert page.rate == Rate(limit=300, remaining=298, resets_at=_AT + timedelta(minutes=3))


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7"}, 7),
        ({"x-ratelimit-reset": "2026-03-02T09:08:30.000000Z"}, 90),
        ({"retry-after": "Mon, 02 Mar 2026 09:09:00 GMT"}, 120),
        ({}, 60),
        ({"retry-after": "999999"}, 3_600),
    ],
)
def test_a_server_that_is_too_busy_is_left_alone(
    server: StandIn, network: Mastodon, headers: dict[str, str], wait: int
) -> None:
    server.answer("/api/v1/notifications", Said(status=429, headers=headers))

    with pytest.raises(Limited) as refused:
        network.poll("mentions", None, at=_AT)

    assert refused.value.wait == timedelta(seconds=wait)


def test_a_list_that_we_may_not_read_is_for_a_person_to_mend(
    server: StandIn, network: Mastodon
) -> None:
    told = {"error": "This action is outside the authorized scopes"}
    server.answer("/api/v1/notifications", said(told, status=403))

    with pytest.raises(NotAllowed, match="does not let this login read mentions.*scope 'read'"):
        network.poll("mentions", None, at=_AT)


def test_a_timeline_that_is_closed_stops_nothing_else(server: StandIn, network: Mastodon) -> None:
    server.answer("/api/v1/timelines/public", said({"error": "Not for you"}, status=403))

    with pytest.raises(AnsweredNo, match="Not for you"):
        network.poll("public", None, at=_AT)

    assert network.poll("mentions", None, at=_AT).things == ()


def test_a_server_that_knows_fewer_kinds_of_notifications_is_heard(
    server: StandIn, network: Mastodon
) -> None:
    told = server.mention(1)
    listed = [
        {"id": "9", "type": "favourite", "status": status(5)},
        {"id": "8", "type": "mention", "status": told},
    ]

    def answer(asked: Asked) -> Said:
        wrong = "exclude_types" in asked.path
        return said({"error": "unknown kind"} if wrong else listed, status=400 if wrong else 200)

    server.site.pages["/api/v1/notifications"] = answer

    (one,) = network.poll("mentions", None, at=_AT).things

    assert one.cursor == f"{server.host}/{told['id']}"


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'"yes"', b"[" * 1_000])
def test_an_answer_that_is_no_list_is_tried_again(
    server: StandIn, network: Mastodon, body: bytes
) -> None:
    server.answer("/api/v1/notifications", Said(body=body))

    with pytest.raises(ChannelDown):
        network.poll("mentions", None, at=_AT)


def test_one_broken_thing_of_a_list_takes_no_other_with_it(
    server: StandIn, network: Mastodon
) -> None:
    first, third = server.mention(1), server.mention(3)
    broken = {"id": "2", "type": "mention", "status": {"id": "1002", "content": None}}
    listed = [{"id": "3", "type": "mention", "status": third}, None, broken, 7]
    listed.append({"id": "1", "type": "mention", "status": first})
    server.answer("/api/v1/notifications", said(listed))

    page = network.poll("mentions", None, at=_AT)
    again = network.poll("mentions", page.cursor, at=_AT)

    assert [bool(one.post) for one in page.things] == [True, False, False, False, True]
    assert again.things == ()


def test_what_cannot_be_reached_any_more_is_a_hole(server: StandIn, network: Mastodon) -> None:
    for number in range(1, 60):
        server.mention(number)
    since = network.poll("mentions", None, at=_AT).cursor
    server.mentions.clear()
    for number in range(100, 150):
        server.mention(number)

    page = network.poll("mentions", since, at=_AT)

    assert len(page.things) == 50
    assert [one.kind for one in page.holes] == [HoleKind.PAGES_RAN_OUT]
    assert page.holes[0].sentence.endswith("posts in between may be missing.")


def test_a_place_that_cannot_be_read_has_lapsed(network: Mastodon) -> None:
    with pytest.raises(Lapsed, match="The place in mentions cannot be read"):
        network.poll("mentions", Cursor("1234567"), at=_AT)


def test_our_own_posts_are_known_for_ours(server: StandIn, network: Mastodon) -> None:
    server.own.append(status(900, by=ACME, in_reply_to_id="1001"))

    (own,) = network.poll("own", None, at=_AT).things

    assert own.post is not None
    assert own.post.inbound is False
    assert own.post.in_reply_to == f"{server.host}/1001"


def test_the_test_of_a_login_tells_who_we_are(network: Mastodon) -> None:
    checked = network.check(at=_AT)

    assert (checked.handle, checked.native_id) == ("acme", "https://social.example/@acme")
    assert checked.most_characters == 500
    assert checked.sentence.startswith("Signed in to 127.0.0.1")
    assert checked.clock_ahead is not None  # the server's Date


@pytest.mark.parametrize("status", [401, 403, 422])
def test_a_refused_login_is_told_in_whichever_way_a_server_says_it(
    server: StandIn, network: Mastodon, status: int
) -> None:
    server.answer("/api/v1/accounts/verify_credentials", Said(status=status))

    with pytest.raises(NotAllowed, match="refuses our login"):
        network.check(at=_AT)


def _listened(network: Mastodon, stream: str, *, most: int) -> list[tuple[str, Fetched]]:
    left = Event()
    found: list[Fetched] = []
    for page in network.listen(stream, None, stopping=left.is_set, clock=_clock):
        found += page.things
        if len(found) >= most:
            left.set()
    return [("gone" if one.gone else "post" if one.post else "failure", one) for one in found]


def test_what_a_stream_tells_of_us_is_heard_and_the_rest_of_our_home_is_not(
    server: StandIn, network: Mastodon
) -> None:
    mention = status(1, mentions=[{"id": "1", "acct": "acme"}])
    server.events += [
        event("notification", {"id": "1", "type": "mention", "status": mention}),
        event("notification", {"id": "2", "type": "favourite", "status": mention}),
        event("update", status(2)),  # of somebody whom we follow
        event("update", status(5, in_reply_to_account_id="1")),
        event("update", status(3, by=ACME)),
        event("status.update", {**mention, "edited_at": "2026-03-02T08:30:00.000Z"}),
        event("announcement", "{}"),
        event("delete", mention["id"]),
        {"event": "update", "payload": "not JSON at all"},
    ]

    found = _listened(network, "mentions", most=5)

    assert [kind for kind, _ in found] == ["post", "post", "post", "gone", "failure"]
    assert [one.post.revision for _, one in found[:3] if one.post] == [
        "unedited",
        "unedited",
        "2026-03-02T08:30:00.000Z",
    ]
    assert server.listened == [("/api/v1/streaming?stream=user", "Bearer a secret token")]


def test_our_own_posts_are_a_stream_too(server: StandIn, network: Mastodon) -> None:
    server.events += [
        event("update", status(2)),
        event("update", status(3, by=ACME, reblog=status(2))),
        event("update", status(4, by=ACME)),
    ]

    ((_, own),) = _listened(network, "own", most=1)

    assert own.post is not None
    assert (own.post.external_id, own.post.inbound) == (f"{server.host}/1004", False)


def test_a_hashtag_is_listened_to_by_its_name(server: StandIn, network: Mastodon) -> None:
    server.events.append(event("update", status(2)))

    _listened(network, "tag:köln", most=1)

    assert server.listened[0][0] == "/api/v1/streaming?stream=hashtag&tag=k%C3%B6ln"


def test_a_search_is_no_stream(network: Mastodon) -> None:
    with pytest.raises(CannotHear, match="holds no stream open for search: kettle"):
        next(iter(network.listen("search:kettle", None, stopping=lambda: False, clock=_clock)))


def test_a_server_without_streams_says_so(server: StandIn, network: Mastodon) -> None:
    server.streaming = f"ws://{server.host}"  # there it answers 404

    with pytest.raises(CannotHear, match="it is polled"):
        next(iter(network.listen("mentions", None, stopping=lambda: False, clock=_clock)))


def test_nobody_is_asked_for_the_streams_of_an_account() -> None:
    account = Account(
        account_id=1,
        channel="mastodon",
        name="acme",
        settings={
            "server": "social.example",
            "hashtags": "#Acme, acme, kettle",
            "searches": "acme kettle",
            "public": "Yes",
        },
    )

    with closing(Mastodon(account)) as network:
        streams = network.streams()

    assert [(one.name, one.title, one.pushed) for one in streams] == [
        ("mentions", "mentions", True),
        ("own", "our own posts", True),
        ("tag:acme", "#acme", True),
        ("tag:kettle", "#kettle", True),
        ("search:acme kettle", "search: acme kettle", False),
        ("public", "public timeline", True),
    ]


@pytest.mark.parametrize(
    ("told", "base"),
    [
        ("social.example", "https://social.example"),
        ("https://Social.Example/", "https://social.example"),
        ("@acme@social.example", "https://social.example"),
        ("https://social.example/@acme", "https://social.example"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
    ],
)
def test_a_server_is_known_however_people_write_it(told: str, base: str) -> None:
    assert base_of(_at(told)) == base


@pytest.mark.parametrize("told", ["", "  ", "ftp://social.example", "https://", "file:///etc"])
def test_what_is_no_server_is_refused(told: str) -> None:
    with pytest.raises(NoServer, match="Write where the account lives"):
        base_of(_at(told))


def _at(server: str) -> Account:
    return Account(account_id=1, channel="mastodon", name="acme", settings={"server": server})
