"""A delivery becomes posts, word of deleted ones, and failures; never a crash."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.channels.variations import assert_set_aside

from answerback.channels.inbound import ChannelDown, Fetched, Gone
from answerback.channels.live import Account, Letter
from answerback.channels.webhook.hear import Webhook
from answerback.domain.records.post import Author, Media, MediaKind, Visibility

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WHOLE = {
    "id": "r-1",
    "text": "The kettle leaks",
    "author": {"handle": "@ada", "name": "Ada L.", "id": "77", "followers": 12},
    "at": "2026-03-02T10:00:00+01:00",
    "url": "https://shop.example/r/1",
    "in_reply_to": "q-1",
    "conversation": "c-9",
    "title": "One star",
    "language": "en",
    "tags": ["kettles"],
    "visibility": "direct",
    "revision": "2",
    "revised_at": "2026-03-02T09:30:00Z",
    "ours": False,
    "media": [{"kind": "image", "url": "https://shop.example/p.jpg", "alt": "a puddle"}],
}


def read(told: Any) -> Sequence[Fetched]:
    body = told if isinstance(told, bytes) else json.dumps(told).encode("utf-8", "surrogatepass")
    account = Account(account_id=7, channel="webhook", name="Shop")
    letter = Letter(letter_id=5, body=body, headers={}, received_at=NOON)
    return Webhook(account).read_letter(letter, at=NOON)


def test_a_post_is_taken_with_all_that_it_tells() -> None:
    [one] = read(WHOLE)

    post = one.post
    assert post is not None
    assert (post.channel, post.source, post.external_id) == ("webhook", "Shop", "7/r-1")
    assert (post.in_reply_to, post.conversation_id) == ("7/q-1", "7/c-9")
    assert post.author == Author(handle="ada", name="Ada L.", native_id="77", followers=12)
    assert post.created_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert (post.revision, post.visibility, post.inbound) == ("2", Visibility.DIRECT, True)
    assert dict(post.details) == {"title": ("One star",), "lang": ("en",), "tag": ("kettles",)}
    assert post.media == (
        Media(kind=MediaKind.IMAGE, url="https://shop.example/p.jpg", alt="a puddle"),
    )


def test_little_is_needed() -> None:
    [one] = read({"id": 7, "text": "", "author": "ada"})

    assert one.post is not None
    assert (one.post.external_id, one.post.author.handle) == ("7/7", "ada")
    assert one.post.created_at_assumed


def test_what_all_is_about_the_account_says_and_what_is_private_was_written_to_us() -> None:
    account = Account(account_id=7, channel="webhook", name="Shop", settings={"about": "Acme"})
    told = [
        {"id": "1", "text": "x", "author": "ada"},
        {"id": "2", "text": "x", "author": "ada", "about": "Umbra", "visibility": "direct"},
    ]
    letter = Letter(letter_id=5, body=json.dumps(told).encode(), headers={}, received_at=NOON)

    first, second = (one.post for one in Webhook(account).read_letter(letter, at=NOON))

    assert first is not None
    assert second is not None
    assert (first.about, first.inbound) == ("Acme", None)
    assert (second.about, second.inbound) == ("Umbra", True)


def test_several_come_at_once_and_a_bad_one_stops_no_other() -> None:
    first, gone, bad, last = read(
        [{**WHOLE, "id": "1"}, {"deleted": "0"}, {"id": "2"}, {**WHOLE, "id": "3"}]
    )

    assert (first.cursor, last.cursor) == ("letter:5:0", "letter:5:3")
    assert gone.gone == Gone(channel="webhook", external_id="7/0")
    assert bad.failure is not None
    assert bad.failure.sentence == (
        "A post needs its 'author': a handle, or an object with 'handle'."
    )
    assert last.post is not None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_json"),
        (b"\xff", "not_utf8"),
        (b"[]", "too_many"),
        (b"7", "not_an_object"),
        (b"[" + b"7," * 500 + b"7]", "too_many"),
        (b'{"id": "1", "id": "2"}', "duplicate_key"),
        (b"[" * 100 + b"]" * 100, "too_deep"),
        (b'{"id": NaN}', "not_a_number"),
        (json.dumps({**WHOLE, "author": None}).encode(), "no_author"),
        (json.dumps({**WHOLE, "text": 5}).encode(), "no_text"),
        (json.dumps({**WHOLE, "admin": True}).encode(), "unknown_name"),
        (json.dumps({**WHOLE, "ours": "no"}).encode(), "wrong_value"),
        (json.dumps({**WHOLE, "at": "2026-03-02T09:00:00"}).encode(), "wrong_value"),
        (json.dumps({**WHOLE, "url": "javascript:alert(1)"}).encode(), "wrong_value"),
        (json.dumps({**WHOLE, "visibility": "secret"}).encode(), "wrong_value"),
        (json.dumps({**WHOLE, "media": [{"kind": "virus"}]}).encode(), "wrong_value"),
        (json.dumps({**WHOLE, "media": ["x"]}).encode(), "wrong_value"),
        (json.dumps({**WHOLE, "tags": "x"}).encode(), "wrong_value"),
        (b'{"deleted": "1", "text": "x"}', "unknown_name"),
        (b'{"deleted": null}', "no_deleted"),
    ],
)
def test_what_cannot_be_meant_is_set_aside_with_a_reason(body: bytes, reason: str) -> None:
    [one] = read(body)

    assert one.failure is not None
    assert one.failure.reason == reason
    assert one.failure.sentence.endswith((".", "?"))
    assert one.raw or not body


def test_ten_broken_copies_of_a_post_are_set_aside() -> None:
    for key in ("id", "author.handle"):
        assert_set_aside(
            WHOLE, key=key, date="at", read=in_json, harmless=frozenset({"list_instead"})
        )


def in_json(told: Any) -> Sequence[Fetched]:
    """Read a payload as somebody would write it; what Python cannot write, by hand."""
    try:
        return read(told)
    except RecursionError:
        return read(b'{"id": ' + b"[" * 5_000)
    except ValueError:
        return read(b'{"id": 1' + b"0" * 5_000 + b"}")


def test_the_test_of_an_account_asks_for_a_secret_that_cannot_be_guessed() -> None:
    def account(secret: str, **settings: str) -> Webhook:
        told = Account(
            account_id=1,
            channel="webhook",
            name="Shop",
            settings=settings,
            secrets={"secret": secret},
        )
        return Webhook(told)

    checked = account("x" * 32, reply_url="https://shop.example/answers").check(at=NOON)
    assert checked.handle == ""  # nobody names it

    assert "answers go to shop.example" in checked.sentence
    assert "it has no voice" in account("x" * 32).check(at=NOON).sentence
    with pytest.raises(ChannelDown, match="shorter than 16"):
        account("x" * 15).check(at=NOON)
    with pytest.raises(ChannelDown, match="is no address"):
        account("x" * 32, reply_url="shop").check(at=NOON)
