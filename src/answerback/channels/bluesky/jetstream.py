"""Jetstream: all posts of the network as JSON, in two forms of the wire."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlunsplit

from answerback.channels.bluesky.map import moment_of
from answerback.channels.bluesky.names import POST, is_did
from answerback.channels.bluesky.place import Place, from_micros, micros
from answerback.channels.bluesky.told import GONE_STATUSES, Told, What
from answerback.channels.http import BrokenOff
from answerback.channels.live import Account, Hole, HoleKind, Lapsed
from answerback.channels.strict_json import read_object
from answerback.channels.unreadable import Unreadable
from answerback.channels.websocket import NotOpened, messages, split

PUBLIC: Final = "wss://jetstream2.us-east.bsky.network/subscribe"
#: At each beginning so much is heard again: instances differ by that, and a post heard twice is
#: kept once.
REWIND: Final = timedelta(seconds=5)
#: The first time we listen we hear a little of what was before.
_FIRST: Final = timedelta(seconds=60)
_METHOD: Final = "network.bsky.jetstream.subscribeEvents"
_PROTOCOL: Final = "xrpc.v1.json"
#: The old wire says nothing when a cursor is older than what is kept; so long a silence on a
#: stream of all posts says it.
_SILENCE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a stream is opened."""

    url: str
    host: str
    newer: bool  #: the second form of the wire
    at: datetime
    since: datetime  #: what was asked for: nothing older is told
    by_number: bool  #: a number was asked for, not a moment


def ask(url: str, place: Place, *, at: datetime) -> Asked:
    """
    Return how a stream is opened at a place.

    The newer wire counts: where the same host counted before, its number is asked for, and it
    tells the last event again.  Else, and on the older wire, a moment is asked for.
    """
    parts = split(url if "://" in url else f"wss://{url}")
    newer = parts.path.rstrip("/").endswith(_METHOD)
    path = parts.path if parts.path.strip("/") else "/subscribe"
    by_number = newer and place.number is not None and place.host == parts.netloc
    known = None if place.moment is None else from_micros(place.moment)
    since = at - _FIRST if known is None else known - REWIND
    cursor = place.number if by_number else micros(since)
    filters = (
        [("kinds", "commit"), ("kinds", "account"), ("kinds", "identity"), ("collections", POST)]
        if newer
        else [("wantedCollections", POST)]
    )
    query = urlencode([*parse_qsl(parts.query), *filters, ("cursor", str(cursor))])
    return Asked(
        url=urlunsplit((parts.scheme, parts.netloc, path, query, "")),
        host=parts.netloc,
        newer=newer,
        at=at,
        since=since,
        by_number=by_number,
    )


def listen(
    asked: Asked, *, account: Account, stopping: Callable[[], bool]
) -> Iterator[Told | Hole | None]:
    """
    Yield what the stream tells; None about once a second while it tells nothing.

    :raises Lapsed: when it no longer knows our number; it is then asked for the moment.
    """
    first = True
    try:
        for frame in messages(
            asked.url,
            reach=account.reach,
            protocols=(_PROTOCOL,) if asked.newer else (),
            stopping=stopping,
        ):
            told = None if frame is None else read(frame, asked=asked)
            if isinstance(told, Told) and told.at is not None:
                if first and (hole := _silence(asked, told.at)):
                    yield hole
                first = False
            yield told
    except NotOpened as wrong:
        if b"CursorTooOld" in wrong.body:
            raise Lapsed(
                f"{asked.host} no longer keeps what was said at our place in its stream."
            ) from wrong
        raise


def _silence(asked: Asked, begins: datetime) -> Hole | None:
    if asked.newer or not asked.since + _SILENCE < begins < asked.at:
        return None
    return Hole(
        kind=HoleKind.CURSOR_LAPSED,
        sentence=f"{asked.host} keeps its stream for some hours only, and we were away longer.",
        since=asked.since,
        until=begins,
    )


def read(frame: str | bytes, *, asked: Asked) -> Told | Hole:
    """
    Return one message.

    :raises BrokenOff: when the stream tells that it ends.
    """
    text = frame if isinstance(frame, str) else frame.decode("utf-8", "backslashreplace")
    try:
        told = read_object(text)
        return _newer(told, text, asked=asked) if asked.newer else _older(told, text)
    except Unreadable:
        return Told(what=What.BROKEN, raw=text)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return Told(what=What.BROKEN, raw=text)


def _older(told: Mapping[str, Any], raw: str) -> Told:
    moment = told["time_us"]
    did, kind = told["did"], told["kind"]
    if type(moment) is not int or not is_did(did):
        raise TypeError("time_us, did")
    at = from_micros(moment)
    if kind == "commit":
        return _commit(told["commit"], did=did, at=at, moment=moment, raw=raw)
    return _of_account(kind, told.get(kind), did=did, at=at, moment=moment, raw=raw)


def _newer(told: Mapping[str, Any], raw: str, *, asked: Asked) -> Told | Hole:
    if told["$type"] == "error":
        raise BrokenOff(
            f"{asked.host} ends its stream: {str(told.get('error'))[:60]} "
            f"{str(told.get('message', ''))[:120]}."
        )
    payload = told["payload"]
    kind = str(payload["$type"]).partition("#")[2]
    if kind == "info":
        return _notice(payload, asked=asked)
    number, did = payload["seq"], payload["did"]
    if type(number) is not int or not is_did(did):
        raise TypeError("seq, did")
    at = moment_of(payload.get("witnessedAt")) or moment_of(payload["time"])
    if at is None:
        raise ValueError("time")
    where = {"did": did, "at": at, "moment": micros(at), "number": number, "raw": raw}
    if kind == "commit":
        return _commit(payload, **where)
    return _of_account(kind, payload.get(kind), **where)


def _notice(payload: Mapping[str, Any], *, asked: Asked) -> Told | Hole:
    """Return what a notice of the stream means: our place was moved, and something lies between."""
    if payload.get("name") not in {"OutdatedCursor", "FutureCursor"}:
        return Told(what=What.OTHER)
    return Hole(
        kind=HoleKind.CURSOR_LAPSED,
        sentence=f"{asked.host} did not know our place in its stream and went on from another: "
        f"{str(payload.get('message') or payload['name'])[:200]}.",
        since=asked.since,
    )


def _commit(commit: Mapping[str, Any], *, did: str, at: datetime, raw: str, **place: Any) -> Told:
    operation, collection, key = commit["operation"], commit["collection"], commit["rkey"]
    where = {"did": did, "at": at, "raw": raw, **place}
    if collection != POST:
        return Told(what=What.OTHER, **where)
    uri = f"at://{did}/{collection}/{key}"
    if operation == "delete":
        return Told(what=What.DELETED, uri=uri, **where)
    payload = {
        "uri": uri,
        "cid": commit.get("cid"),
        "record": commit.get("record"),
        "operation": operation,
        "time": at.isoformat(),
    }
    return Told(what=What.WRITTEN, uri=uri, payload=payload, **where)


def _of_account(kind: str, told: Any, *, did: str, **where: Any) -> Told:
    if kind == "account" and told["active"] is False and told.get("status") in GONE_STATUSES:
        return Told(what=What.ACCOUNT_GONE, did=did, **where)
    what = What.RENAMED if kind == "identity" else What.OTHER
    return Told(what=what, did=did, **where)


def named(raw: str) -> str:
    """Return what names a message that cannot be read."""
    return hashlib.sha256(raw.encode("utf-8", "backslashreplace")).hexdigest()
