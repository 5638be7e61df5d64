"""Statuses as posts: what is told stays, what is broken is set aside."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.channels.variations import assert_set_aside

from answerback.channels.inbound import Fetched
from answerback.channels.mastodon.api import Me
from answerback.channels.mastodon.map import Reader
from answerback.channels.mastodon.streaming import read_event, read_notification
from answerback.domain.records.post import Media, MediaKind, Post, Visibility

_AT = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
_READER = Reader(host="social.example", source="mentions", at=_AT, our=Me(id="1", acct="acme"))


def _account(number: str = "7", **told: Any) -> dict[str, Any]:
    page = f"https://far.example/@ada{number}"
    return {
        "id": number,
        "acct": "ada@far.example",
        "display_name": "Ada",
        "url": page,
        "note": "<p>Drinks <b>tea</b></p>",
        "followers_count": 12,
        "following_count": 3,
        "statuses_count": 400,
        **told,
    }


def _status(**told: Any) -> dict[str, Any]:
    return {
        "id": "1001",
        "created_at": "2026-11-30T10:00:00.000Z",
        "edited_at": None,
        "account": _account(),
        "content": "<p>My kettle leaks</p>",
        "spoiler_text": "",
        "visibility": "public",
        "url": "https://far.example/@ada/1001",
        "language": "en",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "reblog": None,
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "favourites_count": 2,
        "reblogs_count": 1,
        "replies_count": 0,
        **told,
    }


def _post(**told: Any) -> Post:
    found = _READER.status(_status(**told))
    assert found.failure is None
    assert found.post is not None
    return found.post


def test_a_status_is_a_post_with_all_that_is_told_of_it() -> None:
    post = _post(
        content='<p><a href="https://social.example/@acme" class="u-url mention">@acme</a> help, '
        'see <a href="https://a.example/b">a.example/b</a></p>',
        mentions=[{"id": "1", "acct": "acme", "url": "https://social.example/@acme"}],
        in_reply_to_id="900",
        in_reply_to_account_id="1",
        tags=[{"name": "kettle"}],
        visibility="unlisted",
    )

    assert post.external_id == "social.example/1001"
    assert post.in_reply_to == "social.example/900"
    assert post.text == "@acme help, see https://a.example/b"
    assert post.created_at == datetime(2026, 11, 30, 10, tzinfo=UTC)
    assert post.heard_at == _AT
    assert post.visibility is Visibility.UNLISTED
    assert post.inbound is None
    assert post.revision == "unedited"
    assert (post.author.handle, post.author.name, post.author.followers) == (
        "ada@far.example",
        "Ada",
        12,
    )
    assert post.author.native_id == "https://far.example/@ada7"
    assert dict(post.details) == {
        "lang": ("en",),
        "type": ("reply",),
        "to": ("acme",),
        "tag": ("kettle",),
        "url": ("https://a.example/b",),
        "bio": ("Drinks tea",),
        "likes": ("2",),
        "reposts": ("1",),
        "replies": ("0",),
        "following": ("3",),
        "posts": ("400",),
    }


def test_our_own_account_is_known_by_its_id() -> None:
    assert _post(account=_account("1")).inbound is False
    assert _post(account=_account("11")).inbound is None


def test_we_are_named_as_our_server_names_us_though_it_lists_only_others() -> None:
    us = Me(id="1", acct="acme", url="https://social.example/acme")
    reader = Reader(host="social.example", source="mentions", at=_AT, our=us)
    content = '<a href="https://social.example/acme" class="u-url mention">@acme@social.example</a>'

    assert reader.post(_status(content=f"{content} hello")).text == "@acme hello"


def test_people_of_the_same_server_have_no_server_in_their_handle() -> None:
    assert _post(account=_account(acct="ada@social.example")).author.handle == "ada"


def test_an_edit_has_a_mark_and_a_moment_of_its_own() -> None:
    post = _post(edited_at="2026-11-30T11:00:00.000Z")

    assert post.revision == "2026-11-30T11:00:00.000Z"
    assert post.revised_at == datetime(2026, 11, 30, 11, tzinfo=UTC)


def test_a_server_that_tells_no_edits_is_judged_by_the_words() -> None:
    status = _status()
    del status["edited_at"]
    changed = {**status, "content": "<p>My kettle <i>leaks</i> again</p>"}
    same = {**status, "content": "<p>My kettle <i>leaks</i></p>"}

    marks = [_READER.post(one).revision for one in (status, changed, same)]

    assert marks[0] == marks[2] != marks[1]


def test_warning_and_poll_are_words_of_the_post() -> None:
    post = _post(spoiler_text="leaks", poll={"options": [{"title": "Acme"}, {"title": "Other"}]})

    assert post.text == "leaks\n\nMy kettle leaks\n\n- Acme\n- Other"


def test_media_keep_what_is_to_be_seen_and_a_card_is_a_link() -> None:
    post = _post(
        media_attachments=[
            {"type": "image", "url": "https://m.example/1.png", "description": "A wet table"},
            {"type": "gifv", "url": None, "remote_url": "https://m.example/2"},
            {"type": "hologram", "url": "file:///etc/passwd", "description": None},
        ],
        card={"url": "https://a.example/b", "title": "Kettles"},
    )

    assert post.media == (
        Media(kind=MediaKind.IMAGE, url="https://m.example/1.png", alt="A wet table"),
        Media(kind=MediaKind.VIDEO, url="https://m.example/2"),
        Media(kind=MediaKind.FILE),
        Media(kind=MediaKind.LINK, url="https://a.example/b", alt="Kettles"),
    )
    assert post.details["has"] == ("images", "media", "videos")
    assert post.details["title"] == ("Kettles",)


def test_a_boost_is_a_post_of_whoever_boosts_with_the_words_boosted() -> None:
    said = _status(id="55", account=_account("8", acct="bob"), content="<p>Acme is great</p>")

    post = _post(reblog=said, content="", id="56", url=None)

    assert (post.external_id, post.text, post.author.handle) == (
        "social.example/56",
        "Acme is great",
        "ada@far.example",
    )
    assert post.details["repost_of"] == ("bob",)
    assert post.details["type"] == ("repost",)
    assert post.url == "https://far.example/@ada/1001"


@pytest.mark.parametrize("bare", [False, True])
def test_a_quote_tells_whose_and_what(*, bare: bool) -> None:
    quoted = _status(account=_account("8", acct="bob"), content="<p>Acme is <b>great</b></p>")
    told: dict[str, Any] = quoted if bare else {"state": "accepted", "quoted_status": quoted}

    post = _post(
        quote=told,
        content='<p class="quote-inline">RE: <a href="https://a.example">a.example</a></p>No.',
    )

    assert post.text == "No."
    assert post.details["quoted"] == ("Acme is great",)
    assert post.details["engaging_with"] == ("bob",)
    assert post.details["type"] == ("quote",)


@pytest.mark.parametrize("state", ["revoked", "deleted", "unauthorized"])
def test_a_quote_that_is_not_shown_leaves_the_post_as_it_is(state: str) -> None:
    post = _post(quote={"state": state, "quoted_status": None})

    assert post.text == "My kettle leaks"
    assert "quoted" not in post.details


@pytest.mark.parametrize(
    ("told", "visibility"),
    [
        ("public", Visibility.PUBLIC),
        ("private", Visibility.FOLLOWERS),
        ("mutuals_only", Visibility.FOLLOWERS),
        ("direct", Visibility.DIRECT),
        ("something new", Visibility.DIRECT),
        (None, Visibility.DIRECT),
    ],
)
def test_a_circle_that_is_not_known_is_taken_for_the_closest(
    told: object, visibility: Visibility
) -> None:
    assert _post(visibility=told).visibility is visibility


def test_an_id_of_snac_stays_the_same_when_the_post_is_edited() -> None:
    first = _post(id="17961078010a33febad369c2ff691eef7540bcfa58")
    later = _post(id="17961078040a33febad369c2ff691eef7540bcfa58")

    assert (
        first.external_id == later.external_id == "social.example/0a33febad369c2ff691eef7540bcfa58"
    )


def test_a_time_that_cannot_be_is_not_believed() -> None:
    post = _post(created_at="2061-01-01T00:00:00Z")

    assert post.created_at == _AT
    assert post.created_at_assumed


_MEDIA = [{"type": "image", "url": "https://m.example/1.png", "description": "A wet table"}]
_KINDS = {
    "post": _status(),
    "reply": _status(in_reply_to_id="900", in_reply_to_account_id="7"),
    "boost": _status(reblog=_status(id="55")),
    "quote": _status(quote={"state": "accepted", "quoted_status": _status(id="55")}),
    "media": _status(media_attachments=_MEDIA),
    "poll": _status(poll={"options": [{"title": "Acme"}]}),
    "edit": _status(edited_at="2026-11-30T11:00:00.000Z"),
    "card": _status(card={"url": "https://a.example/b", "title": "Kettles"}),
}


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("key", ["id", "account.id", "account.acct", "content"])
def test_ten_broken_copies_of_each_kind_are_set_aside(kind: str, key: str) -> None:
    if key == "account.id":  # the address of their page names a person, too
        status = {**_KINDS[kind], "account": _account(url=None)}
    elif key == "content":
        return
    else:
        status = _KINDS[kind]

    assert_set_aside(status, key=key, date="created_at", read=_READER.status)


def test_ten_broken_copies_of_a_notification_are_set_aside() -> None:
    told = {"id": "5", "type": "mention", "account": _account(), "status": _status()}

    def read(payload: Any) -> list[Fetched]:
        return list(read_notification(payload, reader=_READER))

    assert_set_aside(told, key="status.id", date="status.created_at", read=read)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("content", None),
        ("content", {"is": "an object"}),
        ("content", 7),
        ("content", "x" * ((1 << 19) + 1)),
        ("account", None),
        ("account", []),
        ("account", "ada"),
        ("reblog", "yes"),
        ("in_reply_to_id", {"is": "an object"}),
        ("spoiler_text", 5),
    ],
)
def test_a_status_of_another_shape_is_set_aside(name: str, value: object) -> None:
    found = _READER.status(_status(**{name: value}))

    assert found.failure is not None
    assert found.failure.sentence.endswith(".")
    assert found.cursor == "social.example/1001"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mentions", {"is": "an object"}),
        ("mentions", [None, 5, {"url": 7}]),
        ("tags", [{"name": 5}, "x"]),
        ("media_attachments", "none"),
        ("card", {"url": 5}),
        ("poll", []),
        ("quote", "yes"),
        ("favourites_count", "many"),
        ("favourites_count", -1),
        ("language", {"is": "an object"}),
        ("url", "javascript:alert(1)"),
        ("edited_at", 5),
    ],
)
def test_what_is_beside_the_words_may_be_broken_and_the_post_is_kept(
    name: str, value: object
) -> None:
    assert _post(**{name: value}).text == "My kettle leaks"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '"update"',
        '{"event": "update"}',
        '{"event": "update", "payload": "{"}',
        '{"event": "update", "payload": "{\\"id\\": NaN}"}',
        '{"event": "update", "payload": "{\\"id\\": \\"1\\", \\"id\\": \\"2\\"}"}',
        '{"event": "status.update", "payload": 5}',
        '{"event": "update", "payload": ' + "[" * 100 + "]" * 100 + "}",
    ],
)
def test_a_message_of_a_stream_that_cannot_be_read_is_set_aside(text: str) -> None:
    (found,) = read_event(text, reader=_READER, belongs=lambda _: True)

    assert found.failure is not None
    assert found.raw == text


def test_a_deletion_names_what_is_gone() -> None:
    (found,) = read_event(
        '{"stream":["user"],"event":"delete","payload":"1001"}',
        reader=_READER,
        belongs=lambda _: False,
    )

    assert found.gone is not None
    assert found.gone.external_id == "social.example/1001"


@pytest.mark.parametrize(
    "event",
    [
        {"event": "filters_changed"},
        {"event": "announcement", "payload": "{}"},
        {"event": "conversation", "payload": "{}"},
        {"event": "notification", "payload": json.dumps({"type": "favourite", "status": {}})},
        {"event": "notification", "payload": json.dumps({"type": "follow"})},
    ],
)
def test_what_is_no_post_is_not_told(event: dict[str, str]) -> None:
    assert list(read_event(json.dumps(event), reader=_READER, belongs=lambda _: True)) == []


def test_a_kind_of_notification_that_nobody_knew_yet_is_heard_when_it_carries_a_post() -> None:
    told = {"id": "5", "type": "something_new", "account": _account(), "status": _status()}

    (found,) = read_notification(told, reader=_READER)

    assert found.post is not None
