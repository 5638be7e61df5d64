"""How much a stranger may send: what is longer is not even kept in a file while it comes in."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
Application = Callable[[_Message, _Receive, _Send], Awaitable[None]]

#: Bytes of one request to an address that needs no signing in.
MOST: Final = 1 << 20
#: Seconds that such a request may take to come in.
LONGEST: Final = 30.0
_OPEN: Final = ("/in/", "/ask/")


def bounded(application: Application) -> Application:
    """Return an application that refuses, at open addresses, what is too long or never ends."""

    async def guarded(scope: _Message, receive: _Receive, send: _Send) -> None:
        if scope["type"] != "http" or not str(scope["path"]).startswith(_OPEN):
            await application(scope, receive, send)
            return
        try:
            body = await asyncio.wait_for(_whole(receive), LONGEST)
        except (TimeoutError, ConnectionError):
            return
        if body is None:
            await _too_large(send)
            return
        await application(scope, _again(body, receive), send)

    return guarded


async def _whole(receive: _Receive) -> bytes | None:
    """
    Return a request's body; None: it is too large.

    :raises ConnectionError: when whoever sent it left in the middle: half of it is nothing.
    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError("they left in the middle")
        body += message.get("body", b"")
        if len(body) > MOST:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _again(body: bytes, receive: _Receive) -> _Receive:
    told: list[_Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def once() -> _Message:
        return told.pop() if told else await receive()

    return once


async def _too_large(send: _Send) -> None:
    told = json.dumps({"error": f"A request may have {MOST:,} bytes here. Send several."}).encode()
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": told})
