"""A forum's newest posts: walked back to what is known, or brought by its webhook."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from answerback.channels.discourse.map import CHANNEL, thing_of
from answerback.channels.field_checks import too_short
from answerback.channels.http import BrokenOff, Client, clock_ahead
from answerback.channels.inbound import Cursor, Failure, Fetched
from answerback.channels.live import (
    Account,
    Caps,
    Checked,
    Delivery,
    Field,
    Hearing,
    Hole,
    HoleKind,
    Kept,
    Letter,
    NotSigned,
    Page,
    Stream,
)
from answerback.channels.marks import Marks
from answerback.channels.strict_json import read_object
from answerback.channels.unreadable import Unreadable

SIGNATURE: Final = "x-discourse-event-signature"
EVENT: Final = "x-discourse-event"
_EVERY: Final = timedelta(seconds=60)
#: A page of it holds 50 posts.
_MOST_PAGES: Final = 40
_SHORTEST_SECRET: Final = 16


class Discourse(Hearing):
    """One forum."""

    name: ClassVar[str] = CHANNEL
    title: ClassVar[str] = "Discourse"
    fields: ClassVar[tuple[Field, ...]] = (
        Field(name="server", label="Forum", help="Its address: https://forum.example."),
        Field(
            name="ours",
            label="Our own name there",
            help="What the brand writes under; its posts are answers.",
            required=False,
        ),
        Field(
            name="api_key",
            label="API key",
            help="Only for a forum that strangers cannot read: Admin, API, read only.",
            secret=True,
            required=False,
        ),
        Field(
            name="webhook_secret",
            label="Secret of the webhook",
            help="Only where the forum brings posts to us: 16 characters or more.",
            secret=True,
            required=False,
            wrong=too_short(_SHORTEST_SECRET, advice="Make one: `openssl rand -hex 32`."),
        ),
    )
    caps: ClassVar[Caps] = Caps(
        letters=True,
        edits=True,
        deletions=True,
        unproven="It is written from Discourse's documents and proven on payloads of our own.",
    )

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        told = account.settings.get("server", "").strip().rstrip("/")
        self._server = told if "://" in told else f"https://{told}"
        key = account.secrets.get("api_key", "")
        headers = {"accept": "application/json"}
        if key:
            headers |= {"api-key": key, "api-username": "system"}
        self._client = Client(self._server, reach=account.reach, headers=headers)

    def close(self) -> None:
        self._client.close()

    @property
    def _host(self) -> str:
        try:
            return urlsplit(self._server).hostname or "?"
        except ValueError:
            return "?"

    def check(self, *, at: datetime) -> Checked:
        answer = self._client.get("posts.json", at=at)
        found = len(_posts(answer.json()))
        return Checked(
            handle=self.account.settings.get("ours", ""),
            sentence=f"Reads {self._host}; its newest {found} posts are there.",
            clock_ahead=clock_ahead(answer.headers, at=at),
        )

    def streams(self) -> tuple[Stream, ...]:
        if self.account.secrets.get("webhook_secret"):
            return (Stream(name="letters", title=self._host),)
        return (Stream(name="posts", title=self._host, every=_EVERY),)

    def poll(self, stream: str, since: Cursor | None, *, at: datetime) -> Page:
        """Walk back from the newest post to the last known one; of the newest, tell edits."""
        if stream != "posts":
            return super().poll(stream, since, at=at)
        place = Marks.of(since)
        told: list[Mapping[str, Any]] = []
        before: int | None = None
        met = False
        for _ in range(_MOST_PAGES if place.seen else 1):
            params = {} if before is None else {"before": before}
            page = _posts(self._client.get("posts.json", at=at, params=params).json())
            told += page
            lowest = min((one["id"] for one in page if type(one.get("id")) is int), default=None)
            met = any(str(one.get("id")) in place.seen for one in page)
            if met or lowest is None or lowest == before:
                break
            before = lowest
        things = [self._thing(one, at=at) for one in reversed(told)]
        return Page(
            things=place.new(things),
            cursor=place.after(things, at=at, age=_age),
            holes=() if met or not place.seen or not told else (_ran_out(place, at=at),),
        )

    def admit(self, delivery: Delivery, *, at: datetime) -> str:
        """Believe who signed the bytes; no other header is signed, so a body is taken once."""
        secret = self.account.secrets.get("webhook_secret", "")
        told = delivery.headers.get(SIGNATURE, "")
        digest = hmac.new(secret.encode(), delivery.body, sha256).hexdigest()
        fits = hmac.compare_digest(told.encode("utf-8", "replace"), f"sha256={digest}".encode())
        if not fits or len(secret) < _SHORTEST_SECRET:
            raise NotSigned("The signature does not fit. Give the webhook the account's secret.")
        return f"body:{sha256(delivery.body).hexdigest()}"

    def read_letter(self, letter: Letter, *, at: datetime) -> tuple[Fetched, ...]:
        text = letter.body.decode("utf-8", "backslashreplace")
        event = letter.headers.get(EVENT, "")
        return (self._told(text, named=f"letter:{letter.letter_id}", at=at, event=event),)

    def read_again(self, kept: Kept, *, at: datetime) -> tuple[Fetched, ...]:
        event = kept.letter.headers.get(EVENT, "") if kept.letter else ""
        return (self._told(kept.raw, named=kept.named, at=at, event=event),)

    def _told(self, text: str, *, named: str, at: datetime, event: str) -> Fetched:
        """Read a post as a list shows it, or as a delivery holds it."""
        try:
            told = read_object(text)
        except Unreadable as wrong:
            failure = Failure(reason=wrong.reason, sentence=wrong.sentence)
            return Fetched(cursor=Cursor(named), raw=text, failure=failure)
        bare = "post" not in told and "id" in told
        return self._thing(told if bare else told.get("post"), at=at, event=event)

    def _thing(self, told: object, *, at: datetime, event: str = "") -> Fetched:
        return thing_of(
            told,
            server=self._server,
            host=self._host,
            at=at,
            event=event,
            ours=self.account.settings.get("ours", ""),
        )


def _posts(told: object) -> list[Mapping[str, Any]]:
    posts = told.get("latest_posts") if isinstance(told, dict) else None
    if not isinstance(posts, list):
        raise BrokenOff("The forum answered with something else than its newest posts.")
    return [one if isinstance(one, Mapping) else {"id": None, "told": one} for one in posts]


def _age(name: str) -> tuple[int, str]:
    return len(name), name


def _ran_out(place: Marks, *, at: datetime) -> Hole:
    return Hole(
        kind=HoleKind.PAGES_RAN_OUT,
        sentence="None of the forum's newest posts was known: more was written since the last look "
        "than was fetched.",
        since=place.at,
        until=at,
    )
