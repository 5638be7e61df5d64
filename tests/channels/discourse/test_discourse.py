"""A forum's posts are walked back to what is known, or brought signed by its webhook."""

import hmac
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.channels.site import Asked, Said, Site, site
from tests.channels.variations import assert_set_aside

from answerback.channels.discourse.hear import EVENT, SIGNATURE, Discourse
from answerback.channels.discourse.map import thing_of
from answerback.channels.inbound import ChannelDown, Fetched
from answerback.channels.live import Account, Delivery, HoleKind, Letter, NotSigned, Page
from answerback.domain.records.post import Visibility

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECRET = "w" * 32


def post(number: int = 41, **told: Any) -> dict[str, Any]:
    data = {
        "id": number,
        "username": "ada",
        "name": "Ada L.",
        "user_id": 5,
        "created_at": "2026-03-02T10:00:00.123Z",
        "updated_at": "2026-03-02T10:00:00.123Z",
        "cooked": "<p>It <b>leaks</b> &amp; hisses</p>",
        "post_number": 2,
        "post_type": 1,
        "topic_id": 7,
        "topic_slug": "kettle",
        "topic_title": "My kettle",
        "version": 1,
    }
    return {**data, **told}


def read(told: Any, event: str = "") -> Fetched:
    return thing_of(
        told,
        server="https://forum.example",
        host="forum.example",
        at=NOON,
        event=event,
        ours="Acme",
    )


def test_a_post_is_a_post_and_its_html_becomes_words() -> None:
    told, first = read(post()).post, read(post(post_number=1, raw="raw *words*")).post

    assert told is not None
    assert first is not None
    assert (told.external_id, told.conversation_id) == ("forum.example/41", "forum.example/t7")
    assert (told.text, first.text) == ("It leaks & hisses", "My kettle\n\nraw *words*")
    assert (told.author.handle, told.author.native_id) == ("ada@forum.example", "forum.example/5")
    assert told.url == "https://forum.example/t/7/2"
    assert (told.revision, told.revised_at, told.inbound) == ("1", None, True)


def test_an_edit_a_private_topic_and_our_own_words_are_known() -> None:
    edited = read(post(version=3, updated_at="2026-03-02T11:00:00Z")).post
    private = read(post(topic_archetype="private_message", username="acme")).post

    assert edited is not None
    assert private is not None
    assert (edited.revision, edited.revised_at) == ("3", datetime(2026, 3, 2, 11, tzinfo=UTC))
    assert (private.visibility, private.inbound) == (Visibility.DIRECT, False)


@pytest.mark.parametrize(
    ("told", "event"),
    [
        (post(), "post_destroyed"),
        (post(deleted_at="2026-03-02T11:00:00Z"), ""),
        (post(user_deleted=True), "post_edited"),
    ],
)
def test_what_was_deleted_is_gone(told: dict[str, Any], event: str) -> None:
    gone = read(told, event).gone

    assert gone is not None
    assert gone.external_id == "forum.example/41"


def test_the_forums_own_notes_are_nobodys_words() -> None:
    failure = read(post(post_type=3)).failure

    assert failure is not None
    assert failure.reason == "no_words"


@pytest.mark.parametrize("key", ["id", "username", "topic_id", "post_number"])
def test_ten_broken_copies_are_set_aside(key: str) -> None:
    assert_set_aside(post(), key=key, date="created_at", read=read)


@pytest.fixture
def served(loopback: None) -> Iterator[Site]:  # noqa: ARG001  lets it speak
    with site() as there:
        yield there


@pytest.fixture
def forum(served: Site) -> Iterator[Discourse]:
    with closing(Discourse(account(served.url, served.address))) as asked:
        yield asked


def account(server: str = "forum.example", reach: str = "", **secrets: str) -> Account:
    return Account(
        account_id=1,
        channel="discourse",
        name="Forum",
        settings={"server": server},
        secrets=secrets,
        reach=frozenset({reach}),
    )


def latest(*numbers: int, **told: Any) -> Said:
    return Said(body=json.dumps({"latest_posts": [post(n, **told) for n in numbers]}).encode())


def names(page: Page) -> list[str]:
    return [one.cursor for one in page.things]


def test_a_poll_tells_what_is_new_and_what_was_edited(forum: Discourse, served: Site) -> None:
    served.pages["/posts.json"] = latest(3, 2, 1)
    first = forum.poll("posts", None, at=NOON)
    body = {"latest_posts": [post(4), post(3, version=2), post(2)]}
    served.pages["/posts.json"] = Said(body=json.dumps(body).encode())

    second = forum.poll("posts", first.cursor, at=NOON)
    third = forum.poll("posts", second.cursor, at=NOON)

    assert names(first) == ["1", "2", "3"]
    assert names(second) == ["3", "4"]
    assert (names(third), third.holes) == ([], ())


def test_a_poll_walks_back_to_what_is_known(forum: Discourse, served: Site) -> None:
    def newest_first(asked: Asked) -> Said:
        before = int(parse_qs(urlsplit(asked.path).query).get("before", ["100"])[0])
        return latest(*range(before - 1, max(before - 4, 0), -1))

    served.pages["/posts.json"] = latest(90, 89)
    first = forum.poll("posts", None, at=NOON)
    served.pages["/posts.json"] = newest_first

    page = forum.poll("posts", first.cursor, at=NOON)

    assert names(page) == [str(number) for number in (88, *range(91, 100))]
    assert page.holes == ()


def test_more_than_is_walked_back_is_a_hole(forum: Discourse, served: Site) -> None:
    def endless(asked: Asked) -> Said:
        before = int(parse_qs(urlsplit(asked.path).query).get("before", ["9000"])[0])
        return latest(*range(before - 1, before - 4, -1))

    served.pages["/posts.json"] = latest(2, 1)
    first = forum.poll("posts", None, at=NOON)
    served.pages["/posts.json"] = endless

    page = forum.poll("posts", first.cursor, at=NOON + timedelta(hours=1))

    assert [(one.kind, one.since) for one in page.holes] == [(HoleKind.PAGES_RAN_OUT, NOON)]


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"latest_posts": 5}'])
def test_what_is_no_forum_is_said_in_words(forum: Discourse, served: Site, body: bytes) -> None:
    served.pages["/posts.json"] = Said(body=body)

    with pytest.raises(ChannelDown):
        forum.check(at=NOON)


def test_the_test_of_an_account_names_the_forum(forum: Discourse, served: Site) -> None:
    served.pages["/posts.json"] = latest(2, 1)

    assert forum.check(at=NOON).sentence == "Reads 127.0.0.1; its newest 2 posts are there."


def signed(body: bytes, secret: str = SECRET) -> Delivery:
    digest = hmac.new(secret.encode(), body, sha256).hexdigest()
    return Delivery(body=body, headers={SIGNATURE: f"sha256={digest}"})


def test_a_webhook_is_believed_by_its_signature_and_read_by_its_event() -> None:
    body = json.dumps({"post": post()}).encode()
    with closing(Discourse(account(webhook_secret=SECRET))) as asked:
        kept = asked.admit(signed(body), at=NOON)
        letters = [
            Letter(letter_id=1, body=body, headers={EVENT: event}, received_at=NOON)
            for event in ("post_created", "post_destroyed")
        ]
        [created], [destroyed] = (asked.read_letter(letter, at=NOON) for letter in letters)

    assert kept == f"body:{sha256(body).hexdigest()}"
    assert created.post is not None
    assert destroyed.gone is not None


@pytest.mark.parametrize(
    "told",
    [
        signed(b"{}", "x" * 32),
        Delivery(body=b"{}", headers={}),
        Delivery(body=b"{ }", headers=signed(b"{}").headers),
        Delivery(body=b"{}", headers={SIGNATURE: sha256(b"{}").hexdigest()}),
    ],
)
def test_what_is_not_signed_is_refused(told: Delivery) -> None:
    with closing(Discourse(account(webhook_secret=SECRET))) as asked, pytest.raises(NotSigned):
        asked.admit(told, at=NOON)
    with closing(Discourse(account())) as asked, pytest.raises(NotSigned):
        asked.admit(signed(b"{}", ""), at=NOON)


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b'{"post": []}'])
def test_a_letter_that_makes_no_sense_is_set_aside(body: bytes) -> None:
    with closing(Discourse(account())) as asked:
        [one] = asked.read_letter(
            Letter(letter_id=1, body=body, headers={}, received_at=NOON), at=NOON
        )

    assert one.failure is not None
