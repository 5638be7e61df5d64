"""Every status that real servers sent to others maps here, and agrees with what was sent."""

import html
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.channels.mastodon.recorded import (
    exchanges,
    notifications,
    sent_events,
    statuses,
    tapes,
)

from answerback.channels.inbound import Fetched
from answerback.channels.mastodon.api import Me, instance_of
from answerback.channels.mastodon.map import Reader
from answerback.channels.mastodon.streaming import NO_POSTS, read_event, read_notification
from answerback.domain.records.post import MediaKind, Post, Visibility

_AT = datetime(2026, 12, 1, tzinfo=UTC)
_READER = Reader(host="social.example", source="mentions", at=_AT, our=Me(id="1", acct="acme"))
_CIRCLES = {
    "public": Visibility.PUBLIC,
    "unlisted": Visibility.UNLISTED,
    "private": Visibility.FOLLOWERS,
    "direct": Visibility.DIRECT,
}


def test_every_recorded_status_maps_and_agrees_with_what_was_sent(shared_data: Path) -> None:
    found = statuses(shared_data)

    for status in found:
        told = _READER.status(status)
        assert told.failure is None, told.raw[:200]
        assert told.post is not None
        _assert_agrees(told.post, status)

    assert tapes(shared_data) > 200
    assert len(found) > 400


def _assert_agrees(post: Post, status: dict[str, Any]) -> None:
    said = status["reblog"] or status
    assert post.external_id == f"social.example/{status['id']}"
    assert post.author.handle == status["account"]["acct"]
    assert post.author.name == status["account"]["display_name"]
    assert post.created_at == datetime.fromisoformat(status["created_at"])
    assert not post.created_at_assumed
    assert post.visibility is _CIRCLES[status["visibility"]]
    parent = status["in_reply_to_id"]
    assert post.in_reply_to == (None if parent is None else f"social.example/{parent}")
    assert post.inbound is (False if status["account"]["id"] == "1" else None)
    hung = [one for one in post.media if one.kind is not MediaKind.LINK]
    assert [one.alt for one in hung] == [
        one["description"] or "" for one in said["media_attachments"]
    ]
    edited = said["edited_at"]
    assert post.revision == (edited or "unedited")
    assert post.revised_at == (None if edited is None else datetime.fromisoformat(edited))
    assert (said["quote"] is not None) >= ("quoted" in post.details)
    _assert_says(post.text, said)


def _assert_says(text: str, status: dict[str, Any]) -> None:
    """Assert that every word is there, in order, and that no word was made up."""
    content = re.sub(r'<p class="quote-inline">.*?</p>', "", status["content"])
    sent = html.unescape(re.sub(r"<(?:br[^>]*|/p|/li)>", " ", content))
    words = re.sub(r"<[^>]+>", "", sent).split()
    place = 0
    for word in words:
        if word.startswith(("@", "http", "(@")) or "…" in word or "..." in word:
            continue  # people and links are written out
        assert word in text[place:], (word, text)
        place = text.index(word, place)
    assert status["spoiler_text"] in text
    assert not re.search(r"</?(?:p|span|a|br)\b", text)


def test_every_recorded_notification_maps_or_is_of_a_kind_that_tells_of_no_post(
    shared_data: Path,
) -> None:
    found = notifications(shared_data)

    for one in found:
        things = list(read_notification(one, reader=_READER))
        assert len(things) == (1 if one.get("status") and one["type"] not in NO_POSTS else 0)
        assert [thing.failure for thing in things] == [None] * len(things)

    assert len(found) > 40


def test_what_real_streams_sent_is_heard(shared_data: Path) -> None:
    sent = [told for one in exchanges(shared_data) for told in sent_events(one)]

    heard = [(event, _heard(event, payload)) for event, payload in sent]

    told = {
        event: [one for kind, several in heard if kind == event for one in several]
        for event, _ in sent
    }
    assert set(told) == {"update", "notification", "status.update", "delete", "conversation"}
    assert [one.failure for several in told.values() for one in several if one.failure] == []
    assert all(one.post for one in (*told["update"], *told["notification"], *told["status.update"]))
    assert all(one.post and one.post.revised_at for one in told["status.update"])
    assert all(one.gone for one in told["delete"])
    assert told["conversation"] == []


def _heard(event: str, payload: str) -> list[Fetched]:
    text = json.dumps({"stream": ["user"], "event": event, "payload": payload})
    return list(read_event(text, reader=_READER, belongs=lambda _: True))


def test_every_recorded_server_is_known_for_a_mastodon(shared_data: Path) -> None:
    told = [
        one.json()
        for one in exchanges(shared_data)
        if re.search(r"/api/v[12]/instance/?$", one.uri) and one.status == 200
    ]

    found = [instance_of(one) for one in told]

    assert len(found) > 50
    assert all(one.keeps_keys for one in found)
    assert {one.per_link for one in found} == {23}
    assert all(one.most_characters >= 500 for one in found)
    assert any(one.streaming for one in found)
