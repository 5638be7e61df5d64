"""
A provider of ours in front of nobody: three kinds of network, and a plan of what goes wrong.

    python -m tests.servers.provider --kind none --faulty 0.45

Speaks HTTP on a free port of this machine, which it prints.  `key` knows Idempotency-Key as
Mastodon does, `record` puts records under keys as a Bluesky PDS does, `none` knows no keys, carries
late requests out all the same, and shows its timeline late.  GET /said is for whoever checks.
"""

import argparse
import base64
import json
import random
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

#: Seconds of the provider's own clock.
LATEST_LANDING = 60.0
LONGEST_LAG = 40.0
_SHOWN = 100


class Fault(StrEnum):
    """What goes wrong with one call."""

    DROP_BEFORE = "drop_before"  #: the line breaks, and nothing was done
    DROP_AFTER = "drop_after"  #: it was done, and the line breaks
    GATEWAY = "504_after"  #: it was done, and a gateway lost patience
    ERROR = "500"  #: nothing was done
    LIMITED = "429"
    SLOW = "slow"  #: it is done later, after the caller hung up
    TWICE = (
        "duplicate"  #: somebody on the way delivers it twice (none: the timeline tells it twice)
    )
    OVERTAKEN = "out_of_order"  #: it is held back, and done after later ones; the line breaks


@dataclass(kw_only=True)
class Said:
    """One thing that is public now."""

    said_as: str
    key: str
    text: str
    in_reply_to: str
    at: float  #: seconds of the provider's own clock
    record: Mapping[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class World:
    """All that was said, and the weather."""

    kind: str
    faulty: float
    speed: float  #: one second of ours is so many of the provider's own
    began: float  #: of the machine's monotonic clock
    since: datetime
    weather: random.Random
    said: list[Said] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    calls: int = 0
    number: int = 0

    def clock(self) -> float:
        return (time.monotonic() - self.began) * self.speed

    def moment(self, clock: float) -> str:
        return (self.since + timedelta(seconds=clock)).astimezone(UTC).isoformat()

    def fault(self) -> Fault | None:
        with self.lock:
            self.calls += 1
            if self.weather.random() >= self.faulty:
                return None
            fault = self.weather.choice(list(Fault))
            self.faults[fault] = self.faults.get(fault, 0) + 1
            return fault

    def say(self, *, key: str, text: str, in_reply_to: str, record: Mapping[str, Any]) -> Said:
        """Say it; under a key that was there, whatever was said under it."""
        with self.lock:
            if self.kind != "none":
                known = next((one for one in self.said if one.key == key), None)
                if known is not None:
                    return known
            self.number += 1
            one = Said(
                said_as=key if self.kind == "record" else f"{self.number:08d}",
                key=key,
                text=text,
                in_reply_to=in_reply_to,
                at=self.clock(),
                record=record,
            )
            self.said.append(one)
            return one

    def shown(self) -> list[Said]:
        """Return what a reader is shown, newest first; where reads lag, not the last moments."""
        with self.lock:
            lag = self.weather.uniform(0, LONGEST_LAG) if self.kind == "none" else 0.0
            until = self.clock() - lag
            return [one for one in reversed(self.said) if one.at <= until]


class Provider(BaseHTTPRequestHandler):
    """One call."""

    world: ClassVar[World]
    protocol_version = "HTTP/1.1"

    def log_message(self, *_told: object) -> None:
        """Say nothing: the weather is counted."""

    def do_GET(self) -> None:
        """Show something."""
        path = urlsplit(self.path).path
        if path == "/said":
            self._answer(200, _all_said(self.world))
        elif (known := self._known(path)) is not None:
            self._answer(200, known)
        else:
            self._in_weather(self._show(path), writes=False)

    def _known(self, path: str) -> Mapping[str, Any] | None:
        """Return what is asked before anything is said: who we are, and what is answered."""
        if path == "/api/v1/accounts/verify_credentials":
            return _ACCOUNT
        if path == "/api/v2/instance":
            return _INSTANCE
        if path.startswith("/api/v1/statuses/"):
            ours = [one.said_as for one in self.world.said]
            name = path.rpartition("/")[2]
            return None if name in ours or name == "context" else {"visibility": "public"}
        asked = parse_qs(urlsplit(self.path).query)
        if path == "/xrpc/com.atproto.repo.getRecord" and asked.get("repo") != [_DID]:
            uri = f"at://{asked['repo'][0]}/app.bsky.feed.post/{asked['rkey'][0]}"
            return {"uri": uri, "cid": _CID, "value": {}}
        return None

    def do_POST(self) -> None:
        """Say something."""
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        path = urlsplit(self.path).path
        if path.startswith("/xrpc/com.atproto.server."):
            self._answer(200, _SESSION)
            return
        told = _told(body, kind=self.headers.get("content-type", ""))
        self._in_weather(lambda: self._say(path, told), writes=True)

    def _in_weather(self, act: Callable[[], tuple[int, Any]], *, writes: bool) -> None:
        fault = self.world.fault()
        if fault is Fault.DROP_BEFORE:
            self._hang_up()
        elif fault is Fault.ERROR:
            self._answer(500, {"error": "InternalServerError"})
        elif fault is Fault.LIMITED:
            wait = self.world.weather.choice([1, 5, 20])
            self._answer(429, {"error": "Too many"}, {"retry-after": str(wait)})
        elif fault in (Fault.SLOW, Fault.OVERTAKEN):
            self._late(act, answers=fault is Fault.SLOW, writes=writes)
        elif fault is Fault.TWICE and writes and self.world.kind != "none":
            act()
            self._answer(*act())
        else:
            status, told = act()
            if fault is Fault.DROP_AFTER:
                self._hang_up()
            elif fault is Fault.GATEWAY:
                self._answer(504, {"error": "Gateway timeout"})
            else:
                twice = fault is Fault.TWICE and isinstance(told, list)
                self._answer(status, [*told, *told] if twice else told)

    def _late(self, act: Callable[[], tuple[int, Any]], *, answers: bool, writes: bool) -> None:
        """Do it when the caller may be gone already, and others have spoken since."""
        until = self.world.weather.uniform(1.0, LATEST_LANDING) / self.world.speed
        if not answers:
            self._hang_up()
        time.sleep(until if writes else until / 4)
        status, told = act()
        if answers:
            self._answer(status, told)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _answer(self, status: int, told: Any, headers: Mapping[str, str] | None = None) -> None:
        body = json.dumps(told).encode()
        try:
            self.send_response(status)
            for name, value in {"content-type": "application/json", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:  # the caller is gone
            self.close_connection = True

    def _say(self, path: str, told: Mapping[str, Any]) -> tuple[int, Any]:
        world = self.world
        if path == "/api/v1/statuses":
            one = world.say(
                key=self.headers.get("idempotency-key", ""),
                text=str(told.get("status", "")),
                in_reply_to=str(told.get("in_reply_to_id", "")),
                record=told,
            )
            return 200, _status(one, world)
        if path in ("/xrpc/com.atproto.repo.putRecord", "/xrpc/com.atproto.repo.createRecord"):
            return self._put(told, makes=path.endswith("createRecord"))
        if path == "/posts":
            one = world.say(
                key=str(told.get("note", "")),  # for the count alone: it is not looked at
                text=str(told["text"]),
                in_reply_to=str(told["in_reply_to"]),
                record=told,
            )
            return 200, {"id": one.said_as}
        return 404, {"error": "NotFound"}

    def _put(self, told: Mapping[str, Any], *, makes: bool) -> tuple[int, Any]:
        key, record = str(told["rkey"]), told["record"]
        if makes and any(one.key == key for one in self.world.said):
            return 500, {"error": "InternalServerError"}
        parent = record.get("reply", {}).get("parent", {}).get("uri", "")
        self.world.say(key=key, text=str(record["text"]), in_reply_to=parent, record=record)
        return 200, {"uri": _uri(key), "cid": _CID}

    def _show(self, path: str) -> Callable[[], tuple[int, Any]]:
        world, asked = self.world, parse_qs(urlsplit(self.path).query)

        def show() -> tuple[int, Any]:
            if path.endswith("/statuses"):
                return 200, [_status(one, world) for one in world.shown()[:_SHOWN]]
            if path.endswith("/context"):
                return 200, {"ancestors": [], "descendants": []}
            if path == "/xrpc/com.atproto.repo.getRecord":
                key = asked.get("rkey", [""])[0]
                found = next((one for one in world.shown() if one.key == key), None)
                if found is None:
                    return 400, {"error": "RecordNotFound", "message": "Could not locate record"}
                return 200, {"uri": _uri(key), "cid": _CID, "value": found.record}
            if path == "/timeline":
                before = float(asked.get("before", ["inf"])[0])
                older = [one for one in world.shown() if one.at < before]
                return 200, [_line(one, world) for one in older[:_SHOWN]]
            return 404, {"error": "NotFound"}

        return show


_DID = "did:plc:acme"
_CID = "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgf5kpqcsgz7soitae"
_ACCOUNT = {"id": "1", "username": "acme", "acct": "acme", "source": {"privacy": "public"}}
_INSTANCE = {
    "version": "4.4.1",
    "source_url": "https://github.com/mastodon/mastodon",
    "configuration": {"statuses": {"max_characters": 500, "max_media_attachments": 4}},
}


def _token() -> str:
    """Return a session's token as a server makes them; nobody checks its seal."""
    claims = json.dumps({"sub": _DID, "exp": 4_102_444_800}).encode()
    return f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.seal"


_SESSION = {
    "did": _DID,
    "handle": "acme.example",
    "accessJwt": _token(),
    "refreshJwt": _token(),
    "active": True,
}


def _uri(key: str) -> str:
    return f"at://{_DID}/app.bsky.feed.post/{key}"


def _line(one: Said, world: World) -> dict[str, Any]:
    return {
        "id": one.said_as,
        "text": one.text,
        "in_reply_to": one.in_reply_to,
        "created_at": world.moment(one.at),
        "at": one.at,
    }


def _status(one: Said, world: World) -> dict[str, Any]:
    return {
        "id": one.said_as,
        "uri": f"https://social.example/{one.said_as}",
        "created_at": world.moment(one.at),
        "in_reply_to_id": one.in_reply_to or None,
        "visibility": "public",
        "content": f"<p>{one.text}</p>",
        "account": _ACCOUNT,
    }


def _told(body: bytes, *, kind: str) -> Mapping[str, Any]:
    if "json" in kind:
        read: Mapping[str, Any] = json.loads(body)
        return read
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


def _all_said(world: World) -> dict[str, Any]:
    with world.lock:
        return {
            "said": [{"key": one.key, "text": one.text, "id": one.said_as} for one in world.said],
            "calls": world.calls,
            "faults": world.faults,
        }


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_told: object) -> None:
        """Say nothing of callers who were killed in the middle."""


def main() -> None:
    """Serve until somebody ends us, or whoever started us is gone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=["key", "record", "none"], required=True)
    parser.add_argument("--faulty", type=float, default=0.45)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--began", type=float, default=time.monotonic())
    parser.add_argument("--since", default=datetime.fromtimestamp(time.time(), UTC).isoformat())
    parser.add_argument("--seed", default="storm")
    told = parser.parse_args()
    Provider.world = World(
        kind=told.kind,
        faulty=told.faulty,
        speed=told.speed,
        began=told.began,
        since=datetime.fromisoformat(told.since),
        weather=random.Random(told.seed),  # noqa: S311  the same storm each time
    )
    with _Quiet(("127.0.0.1", 0), Provider) as server:
        print(server.server_address[1], flush=True)  # noqa: T201  a program
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdin.read()  # ends when whoever started us does


if __name__ == "__main__":
    main()
