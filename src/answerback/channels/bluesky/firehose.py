"""A server's own stream of everything: binary, and the only one where there is no Jetstream."""

import base64
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from answerback.channels.bluesky.map import moment_of
from answerback.channels.bluesky.names import POST, is_did
from answerback.channels.bluesky.place import Place, micros
from answerback.channels.bluesky.told import GONE_STATUSES, Told, What
from answerback.channels.http import BrokenOff
from answerback.channels.live import Account, Hole, HoleKind, Lapsed
from answerback.channels.websocket import messages, split

_METHOD: Final = "com.atproto.sync.subscribeRepos"
_UNREADABLE: Final = (
    *(ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError),
    RecursionError,
)
_FAULT: Final = -1  #: the `op` of a frame that tells of one


def address(url: str, place: Place, *, from_the_start: bool) -> tuple[str, str]:
    """
    Return where a stream is opened, and the host that counts its events.

    Where nothing was heard yet it begins now, or with the oldest that is kept.
    """
    parts = split(url if "://" in url else f"wss://{url}")
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    known = place.number if place.host == parts.netloc else None
    cursor = 0 if known is None and from_the_start else known
    query = "" if cursor is None else urlencode({"cursor": cursor})
    return urlunsplit((scheme, parts.netloc, f"/xrpc/{_METHOD}", query, "")), parts.netloc


def listen(
    url: str, *, account: Account, stopping: Callable[[], bool]
) -> Iterator[Told | Hole | None]:
    """
    Yield what the stream tells; None about once a second while it tells nothing.

    :raises Lapsed: when our place lies before what it keeps, or behind all it has told.
    """
    host = urlsplit(url).netloc
    for frame in messages(url, reach=account.reach, stopping=stopping):
        if frame is None:
            yield None
        else:
            yield from read(frame, host=host)


def read(frame: str | bytes, *, host: str) -> Iterator[Told | Hole]:
    """
    Yield what one frame holds: for each of its posts one, and one for its place at last.

    :raises Lapsed: for a place in the future: the server counts anew.
    :raises BrokenOff: when the stream tells that it ends.
    """
    import libipld  # noqa: PLC0415  only where a firehose is heard

    data = frame if isinstance(frame, bytes) else frame.encode("utf-8", "surrogatepass")
    try:
        header, body = libipld.decode_dag_cbor_multi(data)
        operation, kind = header["op"], header.get("t", "")
        _ = body["error" if operation == _FAULT else "name" if kind == "#info" else "seq"]
    except _UNREADABLE:
        yield Told(what=What.BROKEN, raw=_raw_of(data))
        return
    if operation == _FAULT:
        raise _fault(body, host=host)
    if kind == "#info":
        yield _notice(body, host=host)
        return
    try:
        place = _place(body)
    except _UNREADABLE:
        yield Told(what=What.BROKEN, raw=_raw_of(data))
        return
    if kind == "#commit":
        yield from _commit(body, place, raw=data)
    elif kind == "#account":
        yield _account(body, place)
    elif kind == "#identity":
        yield Told(what=What.RENAMED, did=str(body.get("did", "")), **place)
    else:
        yield Told(what=What.OTHER, **place)


def _fault(body: Mapping[str, Any], *, host: str) -> Lapsed | BrokenOff:
    error, said = str(body["error"])[:60], str(body.get("message", ""))[:120]
    if error == "FutureCursor":
        return Lapsed(f"{host} counts its events anew: our place lies behind all it has told.")
    return BrokenOff(f"{host} ends its stream: {error} {said}.")


def _notice(body: Mapping[str, Any], *, host: str) -> Told | Hole:
    if body["name"] != "OutdatedCursor":
        return Told(what=What.OTHER)
    return Hole(
        kind=HoleKind.CURSOR_LAPSED,
        sentence=f"{host} no longer keeps what was said at our place and went on from the oldest "
        "it has. Backfill the window between.",
    )


def _place(body: Mapping[str, Any]) -> dict[str, Any]:
    number = body["seq"]
    at = moment_of(body.get("time"))
    if type(number) is not int or not 0 <= number < 1 << 63:
        raise TypeError("seq")
    return {"number": number, "at": at, "moment": None if at is None else micros(at)}


def _account(body: Mapping[str, Any], place: Mapping[str, Any]) -> Told:
    did, status = str(body.get("did", "")), body.get("status")
    ended = body.get("active") is False and status in GONE_STATUSES and is_did(did)
    what = What.ACCOUNT_GONE if ended else What.OTHER
    raw = f'{{"did": "{did}", "active": false, "status": "{status}"}}' if ended else ""
    return Told(what=what, did=did, raw=raw, **place)


def _commit(body: Mapping[str, Any], place: dict[str, Any], *, raw: bytes) -> Iterator[Told | Hole]:
    """Yield each post of a commit; the place is told with the last alone, when all were taken."""
    at: datetime | None = place["at"]
    if body.get("tooBig") is True:
        yield Hole(
            kind=HoleKind.STREAM_BROKE,
            sentence="The stream left out what somebody wrote, for it was too much at once.",
            since=at,
            until=at,
        )
    try:
        did = body["repo"]
        if not is_did(did):
            raise TypeError("repo")
        found = list(_operations(body, did=did, at=at))
    except _UNREADABLE:
        yield Told(what=What.BROKEN, raw=_raw_of(raw))
    else:
        yield from found
    yield Told(what=What.OTHER, **place)


def _operations(body: Mapping[str, Any], *, did: str, at: datetime | None) -> Iterator[Told]:
    import libipld  # noqa: PLC0415  only where a firehose is heard

    written: Mapping[bytes, Any] | None = None
    for one in body["ops"]:
        path, action = one["path"], one["action"]
        if not path.startswith(f"{POST}/"):
            continue
        uri = f"at://{did}/{path}"
        if action == "delete":
            yield Told(what=What.DELETED, did=did, uri=uri, at=at, raw=f'{{"delete": "{uri}"}}')
            continue
        if written is None:
            written = libipld.decode_car(body["blocks"])[1]
        payload = {
            "uri": uri,
            "cid": cid_of(one["cid"]),
            "record": as_json(written.get(one["cid"])),
            "operation": action,
            "time": None if at is None else at.isoformat(),
        }
        yield Told(what=What.WRITTEN, did=did, uri=uri, at=at, payload=payload)


def as_json(told: Any) -> Any:
    """Return a record as the network writes it in JSON: links and bytes under names of theirs."""
    if isinstance(told, Mapping):
        return {str(name): as_json(one) for name, one in told.items()}
    if isinstance(told, list):
        return [as_json(one) for one in told]
    if isinstance(told, bytes):
        name = cid_of(told)
        return {"$link": name} if name else {"$bytes": base64.b64encode(told).decode()}
    return told


#: How a CID of this network begins: version 1, dag-cbor or raw, SHA-256, 32 bytes.
_HEADS: Final = (b"\x01\x71\x12\x20", b"\x01\x55\x12\x20")
_LENGTH: Final = 36


def cid_of(told: Any) -> str:
    """Return the text of a CID; "" when it is none."""
    if isinstance(told, bytes):
        return _written(told) if len(told) == _LENGTH and told.startswith(_HEADS) else ""
    return told if isinstance(told, str) else ""


@cache
def _encoder() -> Callable[[bytes], str]:
    import libipld  # noqa: PLC0415  only where a firehose is heard

    encode: Callable[[bytes], str] = libipld.encode_cid
    return encode


def _written(told: bytes) -> str:
    return _encoder()(told)


def _raw_of(frame: bytes) -> str:
    return base64.b64encode(frame[: 1 << 19]).decode()
