"""Small voices for the three kinds of our own provider, each with what such a network promises."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.servers.provider import LATEST_LANDING

from answerback.channels.http import AnsweredNo, BrokenOff, Client
from answerback.channels.outbound import Guarantee, Look, Message, NoAnswer, NotTaken

_CLOCKS_DIFFER = timedelta(minutes=1)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except BrokenOff as wrong:
        raise NoAnswer(str(wrong)) from wrong
    except AnsweredNo as wrong:
        raise NotTaken(str(wrong)) from wrong


class _Voice:
    """What all three have."""

    def __init__(self, *, port: int, seconds: float) -> None:
        self._client = Client(
            f"http://127.0.0.1:{port}", reach={f"127.0.0.1:{port}"}, seconds=seconds
        )

    def close(self) -> None:
        self._client.close()

    def _get(self, path: str) -> Any:
        return self._client.get(path, at=_now()).json()

    def _post(self, path: str, **told: Any) -> Any:
        with _in_words():
            return self._client.post(path, at=_now(), **told).json()


class KeyVoice(_Voice):
    """As Mastodon: it knows a key for an hour, and shows its timeline at once."""

    name = "key"
    send_guarantee = Guarantee.IDEMPOTENT
    found_after = timedelta(seconds=0)
    key_lives = timedelta(minutes=50)

    def send(self, message: Message) -> str:
        told = {"status": message.text, "in_reply_to_id": message.in_reply_to}
        headers = {"idempotency-key": message.key}
        return str(self._post("api/v1/statuses", json_body=told, headers=headers)["id"])

    def find(self, message: Message) -> str | None:
        for one in self._get("api/v1/accounts/1/statuses"):
            if one["in_reply_to_id"] == message.in_reply_to and message.text in one["content"]:
                return str(one["id"])
        return None


class RecordVoice(_Voice):
    """As a Bluesky PDS: a record under a key of ours, put there as often as we like."""

    name = "record"
    send_guarantee = Guarantee.IDEMPOTENT
    found_after = timedelta(seconds=0)
    key_lives = None

    def send(self, message: Message) -> str:
        made_at = (message.made_at or _now()).astimezone(UTC).isoformat()
        record = {
            "text": message.text,
            "createdAt": made_at,
            "reply": {"parent": {"uri": message.in_reply_to}},
        }
        told = {"repo": "did:plc:acme", "rkey": message.key, "record": record}
        return str(self._post("xrpc/com.atproto.repo.putRecord", json_body=told)["uri"])

    def find(self, message: Message) -> str | None:
        try:
            told = self._get(f"xrpc/com.atproto.repo.getRecord?rkey={message.key}")
        except AnsweredNo:
            return None
        return str(told["uri"])


class KeylessVoice(_Voice):
    """As X: no keys; late requests are carried out all the same, and timelines lag."""

    name = "none"
    send_guarantee = Guarantee.SEARCHABLE
    found_after = timedelta(seconds=120)
    key_lives = None
    lands_within = timedelta(seconds=LATEST_LANDING)

    def send(self, message: Message) -> str:
        told = {"text": message.text, "in_reply_to": message.in_reply_to, "note": message.key}
        return str(self._post("posts", json_body=told)["id"])

    def find(self, message: Message) -> str | None:
        return self.look(message).found

    def look(self, message: Message) -> Look:
        lines = self._get("timeline")
        shown = [datetime.fromisoformat(one["created_at"]) for one in lines]
        since = (message.made_at or _now()) - _CLOCKS_DIFFER
        while (found := _found(lines, message)) is None and lines:
            if datetime.fromisoformat(lines[-1]["created_at"]) < since:
                break
            lines = self._get(f"timeline?before={lines[-1]['at']}")
        return Look(found=found, shown_until=max(shown) if shown else None)


def _found(lines: Sequence[Any], message: Message) -> str | None:
    ours = (message.text, message.in_reply_to)
    return next(
        (str(one["id"]) for one in lines if (one["text"], one["in_reply_to"]) == ours), None
    )


VOICES: dict[str, type[KeyVoice | RecordVoice | KeylessVoice]] = {
    "key": KeyVoice,
    "record": RecordVoice,
    "none": KeylessVoice,
}


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)
