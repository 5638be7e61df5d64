"""
A Jetstream of ours on loopback, which speaks both forms of the wire.

Shaped after the published schema (network.bsky.jetstream.subscribeEvents) and the documents of
the older form; no Jetstream can be installed by name.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

METHOD: Final = "/xrpc/network.bsky.jetstream.subscribeEvents"
POST: Final = "app.bsky.feed.post"
#: Values from here on are microseconds, on the newer wire.
_MICROSECONDS: Final = 10**15


@dataclass(slots=True)
class Event:
    """One thing that happened, as both wires can tell it."""

    number: int
    moment: datetime
    did: str
    kind: str
    body: dict[str, Any]

    @property
    def micros(self) -> int:
        return round(self.moment.timestamp() * 1_000_000)

    def older(self) -> str:
        told: dict[str, Any] = {"did": self.did, "time_us": self.micros, "kind": self.kind}
        return json.dumps({**told, self.kind: self.body})

    def newer(self) -> str:
        at = self.moment.isoformat().replace("+00:00", "Z")
        inner: dict[str, Any] = self.body if self.kind == "commit" else {self.kind: self.body}
        payload = {
            "$type": f"network.bsky.jetstream.subscribeEvents#{self.kind}",
            "seq": self.number,
            "did": self.did,
            "time": at,
            "witnessedAt": at,
            **inner,
        }
        return json.dumps({"$type": "message", "payload": payload})


@dataclass(slots=True)
class Jetstream:
    """What happened so far, and how the server tells it."""

    begins: datetime = datetime(2026, 3, 2, 11, tzinfo=UTC)
    events: list[Event] = field(default_factory=list)
    floor: int = 1  #: the first number that is still kept
    breaks_after: int | None = None  #: ends the connection after so many messages
    frames: list[str] = field(default_factory=list)  #: said first, as they are
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    port: int = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, *, newer: bool) -> str:
        return f"ws://{self.host}{METHOD if newer else '/subscribe'}"

    def tell(self, did: str, kind: str, body: dict[str, Any]) -> Event:
        number = len(self.events) + 1
        moment = self.begins + timedelta(seconds=number)
        self.events.append(Event(number, moment, did, kind, body))
        return self.events[-1]

    def post(self, did: str, text: str, *, key: str, operation: str = "create", **more: Any) -> str:
        """Tell of a post written (or made anew, or deleted) and return its address."""
        at = (self.begins + timedelta(seconds=len(self.events) + 1)).isoformat()
        record = {"$type": POST, "text": text, "createdAt": at, **more}
        commit: dict[str, Any] = {
            "rev": key,
            "operation": operation,
            "collection": POST,
            "rkey": key,
        }
        if operation != "delete":
            commit |= {"record": record, "cid": f"bafyrei{len(self.events)}"}
        self.tell(did, "commit", commit)
        return f"at://{did}/{POST}/{key}"

    def answer(self, connection: ServerConnection) -> None:
        parts = urlsplit(connection.request.path if connection.request else "")
        newer = parts.path == METHOD
        asked = parse_qs(parts.query)
        self.asked.append(asked)
        cursor = int(asked.get("cursor", ["0"])[0])
        with suppress(ConnectionClosed):
            for frame in self.frames:
                connection.send(frame)
            if newer and cursor >= _MICROSECONDS and self.floor > 1:
                connection.send(_notice("OutdatedCursor", f"resumed from seq {self.floor}"))
            for told, event in enumerate(self._since(cursor, newer=newer)):
                if told == self.breaks_after:
                    self.breaks_after = None
                    connection.close(1011, "boom")
                    return
                connection.send(event.newer() if newer else event.older())
            connection.recv()  # until they go

    def _since(self, cursor: int, *, newer: bool) -> list[Event]:
        kept = [event for event in self.events if event.number >= self.floor]
        if newer and cursor < _MICROSECONDS:
            return [event for event in kept if event.number >= cursor]
        return [event for event in kept if event.micros >= cursor]

    def judge(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse, before it is opened, a number that is no longer kept; the newer wire alone."""
        parts = urlsplit(request.path)
        cursor = int(parse_qs(parts.query).get("cursor", ["0"])[0])
        if parts.path == METHOD and cursor < self.floor:
            why = {"error": "CursorTooOld", "message": f"floor is {self.floor}"}
            return connection.respond(HTTPStatus.BAD_REQUEST, json.dumps(why))
        return None


def _notice(name: str, message: str) -> str:
    kind = "network.bsky.jetstream.subscribeEvents#info"
    payload = {"$type": kind, "name": name, "message": message}
    return json.dumps({"$type": "message", "payload": payload})


@contextmanager
def jetstream() -> Iterator[Jetstream]:
    """Run one until the block ends."""
    told = Jetstream()
    with serve(
        told.answer,
        "127.0.0.1",
        0,
        process_request=told.judge,
        select_subprotocol=lambda _, offered: offered[0] if offered else None,
    ) as server:
        told.port = server.socket.getsockname()[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield told
        server.shutdown()
        thread.join(timeout=5)
