"""The sources of an account: their names, where their lists lie, what is pushed of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

from answerback.channels.live import CannotHear, Stream
from answerback.channels.mastodon.api import Me
from answerback.channels.mastodon.streaming import NO_POSTS

#: The parameter that names kinds of notifications which are not wanted.
EXCLUDED: Final = "exclude_types[]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where a stream's list lies on the server."""

    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""  #: of the list, where it lies in an object
    notifications: bool = False  #: it holds them, and not statuses
    keeps_order: bool = True  #: what is no longer where it was has gone
    of_the_account: bool = False  #: who may not read it has no use of the login at all


def stream_of(name: str, *, every: int = 60, pushed: bool = True) -> Stream:
    return Stream(
        name=name,
        title=title_of(name),
        every=timedelta(seconds=every),
        pushed=pushed,
        backfills=True,
    )


def title_of(stream: str) -> str:
    """Return what people call a stream: "#acme"."""
    kind, _, value = stream.partition(":")
    if kind == "tag":
        return f"#{value}"
    return f"search: {value}" if kind == "search" else _TITLES.get(kind, kind)


_TITLES: Final = {
    "mentions": "mentions",
    "own": "our own posts",
    "public": "public timeline",
    "thread": "threads",
}


def where_of(stream: str, *, me: Me) -> Where:
    kind, _, value = stream.partition(":")
    if kind == "mentions":
        return Where(
            path="api/v1/notifications",
            params={EXCLUDED: list(NO_POSTS)},
            notifications=True,
            of_the_account=True,
        )
    if kind == "own":
        path = f"api/v1/accounts/{quote(me.id, safe='')}/statuses"
        return Where(path=path, params={"exclude_reblogs": "true"}, of_the_account=True)
    if kind == "tag":
        return Where(path=f"api/v1/timelines/tag/{quote(value, safe='')}")
    if kind == "search":
        params = {"q": value, "type": "statuses", "resolve": "false"}
        return Where(path="api/v2/search", params=params, key="statuses", keeps_order=False)
    if kind == "public":
        return Where(path="api/v1/timelines/public")
    raise CannotHear(f"Mastodon has no stream '{stream[:80]}'.")


def streamed(stream: str) -> Mapping[str, str] | None:
    """Return what to ask a server's stream for; None: it has none of that kind."""
    kind, _, value = stream.partition(":")
    if kind in {"mentions", "own"}:
        return {"stream": "user"}
    if kind == "tag":
        return {"stream": "hashtag", "tag": value}
    return {"stream": "public"} if kind == "public" else None


def belongs(stream: str, *, me: Me) -> Callable[[Mapping[str, Any]], bool]:
    """Say of what comes on the way home of a user which stream it belongs to."""

    def is_ours(status: Mapping[str, Any]) -> bool:
        account = status.get("account")
        return isinstance(account, Mapping) and account.get("id") == me.id

    def is_to_us(status: Mapping[str, Any]) -> bool:
        if is_ours(status):
            return False
        people = status.get("mentions")
        named = people if isinstance(people, list) else []
        return status.get("in_reply_to_account_id") == me.id or any(
            isinstance(one, Mapping) and one.get("id") == me.id for one in named
        )

    if stream == "own":
        return lambda status: is_ours(status) and status.get("reblog") is None
    return is_to_us if stream == "mentions" else lambda _: True
