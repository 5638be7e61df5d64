"""Voices for the three kinds of our own provider: those of the house, and one without keys."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.servers.provider import LATEST_LANDING, LONGEST_LAG

from answerback.channels.bluesky.send import BlueskySender
from answerback.channels.http import AnsweredNo, BrokenOff, Client
from answerback.channels.live import Account
from answerback.channels.mastodon.send import MastodonVoice
from answerback.channels.outbound import Guarantee, Look, Message, NoAnswer, NotTaken, Sender

_CLOCKS_DIFFER = timedelta(minutes=1)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except BrokenOff as wrong:
        raise NoAnswer(str(wrong)) from wrong
    except AnsweredNo as wrong:
        raise NotTaken(str(wrong)) from wrong


class KeylessVoice:
    """As X: no keys; late requests are carried out all the same, and timelines lag."""

    name = "none"
    send_guarantee = Guarantee.SEARCHABLE
    found_after = timedelta(seconds=120)
    key_lives = None
    lands_within = timedelta(seconds=LATEST_LANDING)
    shows_within: timedelta | None = 15 * timedelta(seconds=LONGEST_LAG)

    def __init__(self, *, port: int, seconds: float) -> None:
        self._client = Client(
            f"http://127.0.0.1:{port}", reach={f"127.0.0.1:{port}"}, seconds=seconds
        )

    def close(self) -> None:
        self._client.close()

    def _get(self, path: str) -> Any:
        return self._client.get(path, at=_now()).json()

    def send(self, message: Message) -> str:
        told = {"text": message.text, "in_reply_to": message.in_reply_to, "note": message.key}
        with _in_words():
            return str(self._client.post("posts", at=_now(), json_body=told).json()["id"])

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


def voice_for(kind: str, *, port: int, seconds: float) -> Sender:
    """Return the voice for a kind of provider: our own of Mastodon and Bluesky, or the keyless."""
    if kind == "none":
        return KeylessVoice(port=port, seconds=seconds)
    account = Account(
        account_id=1,
        channel="mastodon" if kind == "key" else "bluesky",
        name="Storm",
        settings={"server": f"http://127.0.0.1:{port}", "handle": "acme.example"},
        secrets={"token": "of-a-storm", "password": "of-a-storm"},
        reach=frozenset({f"127.0.0.1:{port}"}),
    )
    return MastodonVoice(account) if kind == "key" else BlueskySender(account)


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)
