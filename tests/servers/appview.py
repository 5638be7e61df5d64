"""
A server with an app view, of ours, on loopback: as much of it as polls ask for.

It orders and cuts its lists as the real one was seen to (CHANNELS.md 1, fact 6): by the time
that authors claim, and by that alone, so that it loses ties and hides old dates.
"""

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from answerback.channels.bluesky.names import key_for

US: Final = "did:plc:acme"
ADA: Final = "did:plc:ada"
PASSWORD: Final = "pass-word-of-an-app"  # noqa: S105  of a test
_LISTS: Final = {
    "app.bsky.notification.listNotifications": "notifications",
    "app.bsky.feed.searchPosts": "posts",
}


def token(number: int, *, ends: datetime) -> str:
    """Return a token as servers make them, but for its signature."""
    told = {"sub": US, "exp": int(ends.timestamp()), "jti": number}
    parts = (base64.urlsafe_b64encode(json.dumps(one).encode()) for one in ({"alg": "x"}, told))
    return ".".join(one.decode().rstrip("=") for one in parts) + ".signature"


@dataclass(slots=True)
class AppView:
    """What there is to be read, and what was asked."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    params: list[dict[str, list[str]]] = field(default_factory=list)
    answers: dict[str, tuple[int, dict[str, str], Any]] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)  #: tokens that are no longer taken
    tokens: int = 0
    now: datetime = datetime(2026, 3, 2, 12, tzinfo=UTC)
    port: int = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def add(
        self, text: str, *, indexed: datetime, claimed: datetime | None = None, **more: Any
    ) -> str:
        key = key_for(key=str(len(self.lines)), made_at=indexed)
        uri = f"at://{ADA}/app.bsky.feed.post/{key}"
        record = {
            "$type": "app.bsky.feed.post",
            "text": text,
            "createdAt": (claimed or indexed).isoformat(),
            **more,
        }
        self.lines.append(
            {
                "uri": uri,
                "cid": f"bafyrei{len(self.lines)}",
                "author": {"did": ADA, "handle": "ada.example"},
                "record": record,
                "indexedAt": min(indexed, claimed or indexed).isoformat(),
            }
        )
        return uri

    def answer(
        self, method: str, params: Mapping[str, list[str]], bearer: str
    ) -> tuple[int, dict[str, str], Any]:
        self.asked.append(method.rpartition(".")[2])
        self.params.append(dict(params))
        if method in self.answers:
            return self.answers[method]
        if method.endswith(("createSession", "refreshSession")):
            if bearer in self.over:
                return 400, {}, {"error": "ExpiredToken", "message": "Token has expired"}
            return 200, {}, self._session()
        if bearer in self.over:
            return 400, {}, {"error": "ExpiredToken", "message": "Token has expired"}
        if method in _LISTS:
            return 200, {"ratelimit-limit": "3000"}, self._list(_LISTS[method], params)
        return 200, {}, {}

    def _session(self) -> dict[str, str]:
        self.tokens += 2
        return {
            "accessJwt": token(self.tokens - 1, ends=self.now + timedelta(hours=2)),
            "refreshJwt": token(self.tokens, ends=self.now + timedelta(days=60)),
            "did": US,
            "handle": "acme.example",
        }

    def _list(self, name: str, params: Mapping[str, list[str]]) -> dict[str, Any]:
        most, begin = int(params["limit"][0]), params.get("cursor", [None])[0]
        ordered = sorted(self.lines, key=_claimed, reverse=True)
        page = [one for one in ordered if begin is None or _claimed(one) < begin][:most]
        after = {"cursor": _claimed(page[-1])} if len(page) == most else {}
        return {name: page, **after}


def _claimed(line: Mapping[str, Any]) -> str:
    claimed: str = line["record"]["createdAt"]
    return claimed


@contextmanager
def app_view() -> Iterator[AppView]:
    """Run one until the block ends."""
    told = AppView()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  their name for it
            """Say nothing."""

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            parts = urlsplit(self.path)
            bearer = self.headers.get("authorization", "").removeprefix("Bearer ")
            method = parts.path.rpartition("/")[2]
            status, headers, value = told.answer(method, parse_qs(parts.query), bearer)
            body = value if isinstance(value, bytes) else json.dumps(value).encode()
            self.send_response(status)
            for name, one in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, one)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815  their names

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        told.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
        thread.start()
        yield told
        server.shutdown()
        thread.join(timeout=5)
