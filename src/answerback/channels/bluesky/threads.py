"""The thread around a post: what stands above it and below, whoever wrote it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from answerback.channels.bluesky.api import Api, NoAppView, NotThere
from answerback.channels.bluesky.names import POST, address
from answerback.channels.unreadable import Unreadable

_HEIGHT: Final = 80  #: posts above
_DEPTH: Final = 10  #: answers to answers below
_MOST: Final = 500

Payload = Mapping[str, Any]


def around(uri: str, *, api: Api, at: datetime) -> list[Payload]:
    """
    Return the posts of a thread, those above first.

    Where there is no app view, what stands above is fetched from the records themselves; of
    what stands below nobody knows there.  A post that is missing is left out: whether it is
    gone, hidden or not yet seen, only a stream tells.
    """
    try:
        told = api.get(
            "app.bsky.feed.getPostThread",
            {"uri": uri, "depth": _DEPTH, "parentHeight": _HEIGHT},
            at=at,
        )
    except NoAppView:
        return above(uri, api=api, at=at)
    except NotThere:
        return []
    return flattened(told.get("thread"))


def flattened(thread: object) -> list[Payload]:
    """Return the posts that a thread holds; without recursion, for a thread may be deep."""
    if not isinstance(thread, Mapping):
        return []
    chain: list[Payload] = []
    up = thread.get("parent")
    while isinstance(up, Mapping) and len(chain) < _MOST:
        chain.append(up)
        up = up.get("parent")
    waiting: list[Payload] = [thread]
    found: list[Payload] = [*reversed(chain)]
    while waiting and len(found) < _MOST:
        node = waiting.pop()
        found.append(node)
        replies = node.get("replies")
        if isinstance(replies, list):
            waiting += [one for one in reversed(replies) if isinstance(one, Mapping)]
    return [node["post"] for node in found if isinstance(node.get("post"), Mapping)]


def above(uri: str, *, api: Api, at: datetime) -> list[Payload]:
    """Return a post and what it answers, up to the beginning, as far as their servers tell."""
    found: list[Payload] = []
    met: set[str] = set()
    while len(found) < _HEIGHT and uri not in met:
        met.add(uri)
        try:
            one = record_at(uri, api=api, at=at)
            found.append(one)
            uri = str(address(one["value"]["reply"]["parent"]["uri"]))
        except (Unreadable, NotThere, NoAppView, KeyError, TypeError):
            break
    return found[::-1]


def record_at(uri: str, *, api: Api, at: datetime) -> Payload:
    """
    Return one record as it stands now: `uri`, `cid`, `value`.

    :raises Unreadable: when there is no such address.
    :raises NotThere: when there is no such record.
    """
    where = address(uri)
    if where.collection != POST:
        raise Unreadable(reason="not_a_post", sentence=f"{uri[:120]} is no post.")
    asked = {"repo": where.did, "collection": where.collection, "rkey": where.key}
    return api.get("com.atproto.repo.getRecord", asked, at=at)
