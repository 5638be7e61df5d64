"""Telegram's updates become posts; they are asked for, or brought by who knows the secret."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.channels.site import Said, Site, site
from tests.channels.variations import assert_set_aside

from answerback.channels.inbound import ChannelDown, Cursor
from answerback.channels.live import (
    Account,
    CannotHear,
    Delivery,
    HoleKind,
    Letter,
    NotAllowed,
    NotSigned,
)
from answerback.channels.telegram import hear
from answerback.channels.telegram.hear import SECRET_HEADER, Telegram
from answerback.channels.telegram.map import thing_of
from answerback.domain.records.post import MediaKind, Visibility

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOKEN = "77:secret-of-a-test"  # noqa: S105  of a test
ADA = {"id": 5, "first_name": "Ada", "last_name": "L.", "username": "ada", "is_bot": False}
PRIVATE = {"id": 5, "type": "private", "first_name": "Ada", "username": "ada"}
GROUP = {"id": -100, "type": "supergroup", "title": "Kettles", "username": "kettles"}


def update(
    number: int = 1, kind: str = "message", *, sender: Any = ADA, **told: Any
) -> dict[str, Any]:
    message = {"message_id": number, "date": 1772445600, "from": sender, "chat": PRIVATE}
    return {"update_id": number, kind: {**message, "text": "The kettle leaks", **told}}


def test_a_private_message_is_a_direct_post() -> None:
    post = thing_of(update(), at=NOON, bot="77").post

    assert post is not None
    assert (post.external_id, post.conversation_id) == ("77:5/1", "77:5")
    assert post.source == "Messages"
    assert (post.author.handle, post.author.name, post.author.native_id) == ("ada", "Ada L.", "5")
    assert post.created_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert (post.visibility, post.inbound, post.revision) == (Visibility.DIRECT, True, "1")


def test_an_edit_is_the_same_post_in_another_version() -> None:
    told = update(2, "edited_message", message_id=1, text="It hisses", edit_date=1772447400)

    post = thing_of(told, at=NOON).post

    assert post is not None
    assert (post.external_id, post.revision) == ("5/1", "1772447400")
    assert post.revised_at == datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


def test_a_message_of_a_group_a_topic_and_a_channel_keep_their_place() -> None:
    group = thing_of(
        update(chat=GROUP, message_thread_id=9, reply_to_message={"message_id": 8}), at=NOON
    ).post
    channel = {"id": -200, "type": "channel", "title": "News"}
    posted = thing_of(
        update(kind="channel_post", chat=channel, sender=None, sender_chat=channel), at=NOON
    ).post

    assert group is not None
    assert posted is not None
    assert (group.in_reply_to, group.conversation_id) == ("-100/8", "-100/t9")
    assert (group.url, group.visibility) == ("https://t.me/kettles/1", Visibility.PUBLIC)
    assert (posted.author.handle, posted.author.name) == ("-200", "News")
    assert (posted.visibility, posted.url) == (Visibility.FOLLOWERS, None)


def test_what_one_person_says_to_two_bots_is_two_posts_and_in_a_supergroup_one() -> None:
    said = [thing_of(update(), at=NOON, bot=bot).post for bot in ("77", "78")]
    in_group = [thing_of(update(chat=GROUP), at=NOON, bot=bot).post for bot in ("77", "78")]

    assert len({post.external_id for post in said if post}) == 2
    assert {post.external_id for post in in_group if post} == {"-100/1"}


def test_a_picture_has_its_caption_for_words_and_the_bots_own_words_are_ours() -> None:
    photo = thing_of(update(text=None, caption="Look", photo=[{"file_id": "f"}]), at=NOON).post
    ours = thing_of(update(sender={"id": 77, "is_bot": True}), at=NOON, bot="77").post

    assert photo is not None
    assert ours is not None
    assert [one.kind for one in photo.media] == [MediaKind.IMAGE]
    assert (ours.inbound, ours.author.handle) == (False, "77")


def test_an_update_without_a_message_is_set_aside() -> None:
    failure = thing_of({"update_id": 1, "poll": {}}, at=NOON).failure

    assert failure is not None
    assert failure.reason == "no_message"


@pytest.mark.parametrize(
    "key", ["update_id", "message.message_id", "message.chat", "message.from.id"]
)
def test_ten_broken_copies_are_set_aside(key: str) -> None:
    def read(payload: Any) -> Any:
        return thing_of(payload, at=NOON)

    assert_set_aside(update(), key=key, date="message.date", read=read)


@pytest.fixture
def served(loopback: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:  # noqa: ARG001  lets it speak
    with site() as there:
        monkeypatch.setattr(hear, "API", there.url)
        yield there


def account(served: Site | None = None, **secrets: str) -> Account:
    reach = frozenset({served.address} if served else ())
    told = {"token": TOKEN, **secrets}
    return Account(account_id=1, channel="telegram", name="Bot", secrets=told, reach=reach)


@pytest.fixture
def telegram(served: Site) -> Iterator[Telegram]:
    with closing(Telegram(account(served))) as asked:
        yield asked


def said(result: Any) -> Said:
    return Said(body=json.dumps({"ok": True, "result": result}).encode())


def test_a_poll_asks_behind_what_is_taken_in(telegram: Telegram, served: Site) -> None:
    served.pages[f"/bot{TOKEN}/getUpdates"] = said([update(7), update(9)])
    first = telegram.poll("updates", None, at=NOON)
    served.pages[f"/bot{TOKEN}/getUpdates"] = said([])
    second = telegram.poll("updates", first.cursor, at=NOON + timedelta(minutes=1))
    telegram.poll("updates", second.cursor, at=NOON + timedelta(minutes=2))

    asked = [json.loads(one.body) for one in served.asked]
    assert [one.get("offset") for one in asked] == [None, 10, 10]
    assert [one.cursor for one in first.things] == ["7", "9"]
    assert (second.things, second.holes) == ((), ())


def test_the_place_of_one_bot_is_never_told_for_another(telegram: Telegram, served: Site) -> None:
    served.pages[f"/bot{TOKEN}/getUpdates"] = said([update(700)])
    first = telegram.poll("updates", None, at=NOON)
    other = "78:secret-of-a-test"
    served.pages[f"/bot{other}/getUpdates"] = said([update(5)])

    with closing(Telegram(account(served, token=other))) as asked:
        page = asked.poll("updates", first.cursor, at=NOON + timedelta(minutes=1))

    assert "offset" not in json.loads(served.asked[-1].body)
    assert [one.cursor for one in page.things] == ["5"]


def test_after_a_week_of_silence_telegram_may_count_from_anywhere(
    telegram: Telegram, served: Site
) -> None:
    served.pages[f"/bot{TOKEN}/getUpdates"] = said([update(7)])
    since = telegram.poll("updates", None, at=NOON).cursor
    served.pages[f"/bot{TOKEN}/getUpdates"] = said([])
    for hours in range(6, 24 * 7, 6):
        since = telegram.poll("updates", since, at=NOON + timedelta(hours=hours)).cursor

    assert "offset" not in json.loads(served.asked[-1].body)
    assert json.loads(served.asked[1].body)["offset"] == 8


def test_a_pause_of_more_than_a_day_is_a_hole(telegram: Telegram, served: Site) -> None:
    served.pages[f"/bot{TOKEN}/getUpdates"] = said([update(7)])
    first = telegram.poll("updates", None, at=NOON)

    later = telegram.poll("updates", first.cursor, at=NOON + timedelta(hours=30))

    assert [(one.kind, one.since, one.until) for one in later.holes] == [
        (HoleKind.WE_WERE_DOWN, NOON, NOON + timedelta(hours=6))
    ]


@pytest.mark.parametrize(
    ("page", "kind", "sentence"),
    [
        (Said(status=401), NotAllowed, "refuses our login"),
        (Said(status=404), NotAllowed, "knows no bot"),
        (Said(status=409), ChannelDown, "Call deleteWebhook"),
        (Said(status=429, headers={"Retry-After": "3"}), ChannelDown, "wait 3 s"),
        (Said(body=b'{"ok": false}'), ChannelDown, "did not say that all is well"),
        (said({}), ChannelDown, "something else than a list"),
    ],
)
def test_a_no_is_said_in_words_without_the_token(
    telegram: Telegram, served: Site, page: Said, kind: type[Exception], sentence: str
) -> None:
    served.pages[f"/bot{TOKEN}/getUpdates"] = page

    with pytest.raises(kind, match=sentence) as told:
        telegram.poll("updates", Cursor("x"), at=NOON)

    assert TOKEN not in str(told.value)


def test_the_test_of_an_account_names_the_bot(telegram: Telegram, served: Site) -> None:
    served.pages[f"/bot{TOKEN}/getMe"] = said({"id": 77, "username": "acme_bot"})

    checked = telegram.check(at=NOON)

    assert (checked.handle, checked.native_id, checked.most_characters) == ("acme_bot", "77", 4096)


SECRET = "w" * 32


def test_a_webhook_is_believed_by_its_secret_and_an_update_is_kept_once() -> None:
    body = json.dumps(update(7)).encode()
    with closing(Telegram(account(webhook_secret=SECRET))) as asked:
        told = Delivery(body=body, headers={SECRET_HEADER: SECRET})
        letter = Letter(letter_id=1, body=body, headers={}, received_at=NOON)

        assert asked.admit(told, at=NOON) == "update:7"
        assert asked.admit(Delivery(body=b"{", headers=told.headers), at=NOON).startswith("body:")
        assert [one.cursor for one in asked.read_letter(letter, at=NOON)] == ["7"]
        assert [stream.name for stream in asked.streams()] == ["letters"]
        with pytest.raises(CannotHear):
            asked.poll("letters", None, at=NOON)


@pytest.mark.parametrize("secret", ["", "w" * 31, "W" * 32, "é", "w" * 33])
def test_whoever_does_not_know_the_secret_is_refused(secret: str) -> None:
    told = Delivery(body=b"{}", headers={SECRET_HEADER: secret})
    for known in (SECRET, "", "short"):
        with closing(Telegram(account(webhook_secret=known))) as asked, pytest.raises(NotSigned):
            asked.admit(told, at=NOON)


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b'{"update_id": 1}'])
def test_a_letter_that_makes_no_sense_is_set_aside(body: bytes) -> None:
    with closing(Telegram(account())) as asked:
        [one] = asked.read_letter(
            Letter(letter_id=1, body=body, headers={}, received_at=NOON), at=NOON
        )

    assert one.failure is not None
