"""What a stranger sends is bounded before anything of it is kept."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from answerback.project.bounded import MOST, bounded

Message = MutableMapping[str, Any]


def ask(path: str, *parts: bytes) -> tuple[list[bytes], list[Message]]:
    """Send a request in parts; return what the pages heard and what was answered."""
    waiting = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    waiting[-1]["more_body"] = False
    heard: list[bytes] = []
    answered: list[Message] = []

    async def pages(_scope: Message, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            heard.append(message["body"])
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        answered.append(message)

    async def one() -> None:
        await bounded(pages)({"type": "http", "path": path}, receive, send)

    asyncio.run(one())
    return heard, answered


def test_what_fits_comes_through_whole() -> None:
    heard, answered = ask("/in/x/", b"a" * MOST)

    assert heard == [b"a" * MOST]
    assert answered[0]["status"] == 200


@pytest.mark.parametrize("path", ["/in/x/", "/ask/x/"])
def test_what_is_too_long_is_refused_and_nobody_hears_it(path: str) -> None:
    heard, answered = ask(path, b"a" * MOST, b"a", b"a" * MOST)

    assert heard == []
    assert answered[0]["status"] == 413
    assert b"Send several" in answered[1]["body"]


def test_what_breaks_off_in_the_middle_is_heard_by_nobody() -> None:
    heard: list[Message] = []
    parts: list[Message] = [
        {"type": "http.request", "body": b'{"text": "half', "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def pages(_scope: Message, receive: Any, _send: Any) -> None:
        heard.append(await receive())

    async def receive() -> Message:
        return parts.pop(0)

    async def send(message: Message) -> None:
        raise AssertionError(f"Nobody is there to hear {message}")

    async def one() -> None:
        await bounded(pages)({"type": "http", "path": "/in/x/"}, receive, send)

    asyncio.run(one())

    assert heard == []


def test_other_addresses_bound_themselves() -> None:
    heard, _ = ask("/inbox", b"a" * MOST, b"b")

    assert heard == [b"a" * MOST, b"b"]
