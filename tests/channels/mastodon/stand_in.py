"""A small server of the Mastodon API for tests: what real ones were seen to do, on demand."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.channels.site import Asked, Said, Site, site
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from answerback.channels.live import Account

_PERSON = {"display_name": "Ada", "note": "", "followers_count": 3}


def person(number: str, acct: str) -> dict[str, Any]:
    """Return an account as servers tell it."""
    return {**_PERSON, "id": number, "acct": acct, "url": f"https://social.example/@{acct}"}


ACME = person("1", "acme")
ADA = person("7", "ada")


def status(number: int, *, by: Any = None, **told: Any) -> dict[str, Any]:
    """Return a status as servers tell it."""
    return {
        "id": f"{1000 + number}",
        "created_at": f"2026-03-02T08:{number // 60 % 60:02}:{number % 60:02}.000Z",
        "edited_at": None,
        "account": by or ADA,
        "content": f"<p>@acme my kettle number {number} leaks</p>",
        "spoiler_text": "",
        "visibility": "public",
        "in_reply_to_id": None,
        **told,
    }


@dataclass(slots=True, kw_only=True)
class StandIn:
    """What the server holds, and what it was told."""

    site: Site
    streaming: str = ""
    mentions: list[dict[str, Any]] = field(default_factory=list)  #: oldest first
    statuses: dict[str, dict[str, Any]] = field(default_factory=dict)
    own: list[dict[str, Any]] = field(default_factory=list)  #: oldest first
    events: list[dict[str, Any]] = field(default_factory=list)  #: sent to whoever listens
    listened: list[tuple[str, str]] = field(default_factory=list)  #: path and login
    version: str = "4.7.3"

    def account(self, **settings: str) -> Account:
        """Return acme's account there."""
        return Account(
            account_id=1,
            channel="mastodon",
            name="acme",
            settings={"server": self.site.url, **settings},
            secrets={"token": "a secret token"},
            reach=frozenset({self.site.address, urlsplit(self.streaming).netloc}),
        )

    @property
    def host(self) -> str:
        return self.site.address

    def mention(self, number: int) -> dict[str, Any]:
        """Let somebody mention acme."""
        told = status(number)
        self.statuses[told["id"]] = told
        self.mentions.append({"id": f"{number}", "type": "mention", "account": ADA, "status": told})
        return told

    def answer(self, path: str, said: Said) -> None:
        """Let one path answer so from now on."""
        self.site.pages[path] = said

    def posted(self) -> list[dict[str, list[str]]]:
        """Return the forms with which something was to be said."""
        forms = [one for one in self.site.asked if one.method == "POST"]
        return [parse_qs(one.body.decode()) for one in forms if one.path == "/api/v1/statuses"]

    def paged(self, told: Sequence[dict[str, Any]], asked: Asked) -> Said:
        """Return a page of a list, newest first, with a Link to the next."""
        query = parse_qs(urlsplit(asked.path).query)
        limit = int(query.get("limit", ["20"])[0])
        newest = list(reversed(told))
        names = [one["id"] for one in newest]
        start = names.index(query["max_id"][0]) + 1 if "max_id" in query else 0
        page = newest[start : start + limit]
        headers = {}
        if len(page) == limit:
            where = f"{self.site.url}{urlsplit(asked.path).path}?max_id={page[-1]['id']}"
            headers["link"] = f'<{where}>; rel="next", <{where}&x=1>; rel="prev"'
        return said(page, headers=headers)


def said(told: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Said:
    """Return an answer of JSON."""
    body = json.dumps(told).encode()
    kind = {"content-type": "application/json"}
    return Said(body=body, status=status, headers={**kind, **(headers or {})})


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """Serve until the block is left."""
    with site() as served, _stream() as (streaming, there):
        made = StandIn(site=served, streaming=streaming)
        there.append(made)
        served.pages |= {
            "/api/v1/accounts/verify_credentials": said(ACME),
            "/api/v2/instance": lambda _: said(_instance(made)),
            "/api/v1/notifications": lambda asked: made.paged(made.mentions, asked),
            "/api/v1/accounts/1/statuses": lambda asked: made.paged(made.own, asked),
            "/api/v1/statuses": lambda asked: _posted(made, asked),
        }
        pages = served.pages
        served.pages = _Falls(pages, made)
        yield made


class _Falls(dict[str, Any]):
    """Pages, and behind them the statuses by their names."""

    def __init__(self, pages: dict[str, Any], made: StandIn) -> None:
        super().__init__(pages)
        self._made = made

    def get(self, path: str, default: Any = None) -> Any:
        """Return what lies at a path."""
        if path in self:
            return self[path]
        name = path.removeprefix("/api/v1/statuses/").removesuffix("/context")
        if name not in self._made.statuses:
            return default
        if path.endswith("/context"):
            return said({"ancestors": [], "descendants": []})
        return said(self._made.statuses[name])


def _posted(made: StandIn, asked: Asked) -> Said:
    form = parse_qs(asked.body.decode())
    told = status(
        500 + len(made.own),
        by=ACME,
        content=f"<p>{form['status'][0]}</p>",
        visibility=form["visibility"][0],
        in_reply_to_id=form.get("in_reply_to_id", [None])[0],
    )
    made.own.append(told)
    made.statuses[told["id"]] = told
    return said(told)


def _instance(made: StandIn) -> dict[str, Any]:
    return {
        "version": made.version,
        "source_url": "https://github.com/mastodon/mastodon",
        "configuration": {
            "urls": {"streaming": made.streaming},
            "statuses": {"max_characters": 500, "characters_reserved_per_url": 23},
        },
    }


@contextmanager
def _stream() -> Iterator[tuple[str, list[StandIn]]]:
    there: list[StandIn] = []

    def tell(line: ServerConnection) -> None:
        made = there[0]
        request = line.request
        assert request is not None
        made.listened.append((request.path, request.headers.get("authorization", "")))
        sent = 0
        try:
            while True:
                for event in made.events[sent:]:
                    line.send(json.dumps(event))
                    sent += 1
                try:
                    line.recv(timeout=0.05)
                except TimeoutError:
                    continue
        except ConnectionClosed:
            return

    server = serve(tell, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}", there
    finally:
        server.shutdown()
        thread.join(5)


def event(kind: str, payload: Any) -> dict[str, Any]:
    """Return a message of a stream: what it tells is text within text."""
    told = payload if isinstance(payload, str) else json.dumps(payload)
    return {"stream": ["user"], "event": kind, "payload": told}
