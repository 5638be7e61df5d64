"""The network's posts as ours: from views, from notices, from records and from streams."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from answerback.channels.bluesky.embeds import Hanging, hanging, words
from answerback.channels.bluesky.facets import Facet, Kind, read_facets, with_whole_links
from answerback.channels.bluesky.names import POST, Address, address, is_did
from answerback.channels.inbound import Cursor, Fetched, Gone
from answerback.channels.telling import as_raw, believable, fetched, text_of, word
from answerback.channels.unreadable import Unreadable
from answerback.domain.records.details import Details
from answerback.domain.records.post import Author, MediaKind, Post

CHANNEL: Final = "bluesky"
_MOST: Final = 50  #: values of one detail
_NO_HANDLE: Final = "handle.invalid"  #: as the network shows one that leads nowhere
_COUNTS: Final = (("likes", "likeCount"), ("reposts", "repostCount"), ("replies", "replyCount"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """Who listens, through what, and when."""

    source: str  #: the stream's title
    did: str  #: ours
    handle: str  #: ours
    at: datetime


def thing_of(payload: object, *, ear: Ear, raw: str | None = None) -> Fetched:
    """
    Return one post of the network, in whatever dress it came.

    A view (`uri`, `cid`, `author`, `record`, `embed`, `indexedAt`), a notice (the same without
    the embed) and a record of a list (`uri`, `cid`, `value`) are the same thing.  Of a stream
    also `operation` ("create", "update") and `time` are told.
    """

    def read(told: Mapping[str, Any]) -> Post:
        return _post(told, ear=ear)

    return fetched(payload, named=_named(payload), read=read, raw=raw)


def gone(uri: str, *, at: datetime | None, raw: str) -> Fetched:
    """Return word that a post is no more."""
    told = Gone(channel=CHANNEL, external_id=uri, at=at, of_all=True)
    return Fetched(cursor=Cursor(f"{uri}#gone"), raw=raw, gone=told)


def all_gone(did: str, *, at: datetime | None, raw: str) -> Fetched:
    """Return word that an author is no more, nor any of their posts."""
    told = Gone(channel=CHANNEL, author_id=did, at=at, of_all=True)
    moment = at.isoformat() if at else ""
    return Fetched(cursor=Cursor(f"{did}#gone@{moment}"), raw=raw, gone=told)


def _named(payload: object) -> str:
    """Return what names a thing within its source: its address and version, else all it holds."""
    if isinstance(payload, Mapping):
        try:
            return f"{address(payload.get('uri'))}#{word(payload, 'cid')}"
        except Unreadable:
            pass
    return hashlib.sha256(as_raw(payload).encode("utf-8", "backslashreplace")).hexdigest()


def _post(told: Mapping[str, Any], *, ear: Ear) -> Post:
    record = told.get("record", told.get("value"))
    if not isinstance(record, Mapping):
        raise Unreadable(
            reason="no_record", sentence="The network sent a post without its record. It is kept."
        )
    if record.get("$type", POST) != POST:
        raise Unreadable(
            reason="not_a_post",
            sentence=f"The network sent a record of type '{str(record['$type'])[:60]}' where a "
            "post was expected. It is kept.",
        )
    where = address(told.get("uri"))
    facets = read_facets(record.get("facets"))
    hangs = hanging(record, told.get("embed"), did=where.did)
    parent, root = _reply(record)
    created_at, assumed = believable(moment_of(record.get("createdAt")), at=ear.at)
    return Post(
        channel=CHANNEL,
        source=ear.source,
        external_id=str(where),
        author=author_of(told.get("author"), did=where.did),
        text=_text(record, facets),
        created_at=created_at,
        created_at_assumed=assumed,
        available_at=_available(told, at=ear.at),
        heard_at=ear.at,
        in_reply_to=parent,
        conversation_id=root or str(where),
        inbound=False if where.did == ear.did else None,
        url=f"https://bsky.app/profile/{where.did}/post/{where.key}",
        details=_details(told, record, facets=facets, hangs=hangs, ear=ear),
        revision=word(told, "cid"),
        revised_at=moment_of(told.get("time")) if told.get("operation") == "update" else None,
        media=hangs.media,
    )


def _text(record: Mapping[str, Any], facets: tuple[Facet, ...]) -> str:
    text = record.get("text")
    if not isinstance(text, str):
        raise Unreadable(
            reason="no_text", sentence="The network sent a post without a text. It is kept."
        )
    return text_of(with_whole_links(text, facets) if facets else text)


def author_of(told: object, *, did: str) -> Author:
    """Return who wrote a post; where no handle is known, the DID stands for it."""
    if not isinstance(told, Mapping):
        return Author(handle=did, native_id=did)
    handle = words(told.get("handle"), most=256).removeprefix("@")
    followers = told.get("followersCount")
    return Author(
        handle=did if handle in {"", _NO_HANDLE} else handle,
        name=words(told.get("displayName"), most=640),
        native_id=did,
        followers=followers if type(followers) is int and 0 <= followers < 1 << 62 else None,
    )


def _reply(record: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """
    Return what a record answers, and the post its thread began with.

    :raises Unreadable: "no_uri", when it answers something that has no address.
    """
    reply = record.get("reply")
    if reply is None:
        return None, None
    parent, root = reply["parent"], reply["root"]
    return str(address(parent["uri"])), str(address(root["uri"]))


def _available(told: Mapping[str, Any], *, at: datetime) -> datetime | None:
    """Return when the network first offered a post; a service whose clock is ahead: not told."""
    moment = moment_of(told.get("indexedAt"))
    if moment is None and told.get("operation") == "create":
        moment = moment_of(told.get("time"))
    return moment if moment is not None and not believable(moment, at=at)[1] else None


def _details(
    told: Mapping[str, Any],
    record: Mapping[str, Any],
    *,
    facets: tuple[Facet, ...],
    hangs: Hanging,
    ear: Ear,
) -> Details:
    tags = [facet.target for facet in facets if facet.kind is Kind.TAG]
    labels = [*_labels(told.get("labels")), *_labels(_at(record.get("labels"), "values"))]
    links = [facet.target for facet in facets if facet.kind is Kind.LINK]
    links += [one.url for one in hangs.media if one.kind is MediaKind.LINK]
    counts = {name: told.get(key) for name, key in _COUNTS}
    parent = _at(_at(record.get("reply"), "parent"), "uri")
    return Details(
        {
            "lang": _several(_list(record.get("langs")), read=_language),
            "tag": _several([*tags, *_list(record.get("tags")), *labels]),
            "has": _has(hangs, facets),
            "url": _several(links),
            "quoted": (hangs.quoted_text,) if hangs.quoted_text else (),
            "quotes": (hangs.quotes,) if hangs.quotes else (),
            "title": (hangs.title,) if hangs.title else (),
            "to": (ear.handle,) if _is_of(parent, ear.did) else (),
            "engaging_with": (ear.handle,)
            if _is_of(hangs.quotes, ear.did)
            else ((hangs.quoted_handle,) if hangs.quoted_handle else ()),
            "type": ("quote",) if hangs.quotes and parent is None else (),
            **{
                name: (str(count),)
                for name, count in counts.items()
                if type(count) is int and 0 <= count < 1 << 62
            },
        }
    )


def _has(hangs: Hanging, facets: tuple[Facet, ...]) -> tuple[str, ...]:
    kinds = {one.kind for one in hangs.media}
    told = {facet.kind for facet in facets}
    seen = {
        "images": MediaKind.IMAGE in kinds,
        "videos": MediaKind.VIDEO in kinds,
        "media": bool(kinds & {MediaKind.IMAGE, MediaKind.VIDEO}),
        "links": MediaKind.LINK in kinds or Kind.LINK in told,
        "mentions": Kind.MENTION in told,
        "hashtags": Kind.TAG in told,
    }
    return tuple(name for name, there in seen.items() if there)


def _is_of(uri: object, did: str) -> bool:
    return bool(did) and isinstance(uri, str) and uri.startswith(f"at://{did}/")


def _at(told: object, name: str) -> Any:
    return told.get(name) if isinstance(told, Mapping) else None


def _list(told: object) -> list[object]:
    return list(told[:_MOST]) if isinstance(told, list) else []


def _labels(told: object) -> list[object]:
    """Return what others, or the author, labelled a post as; a label taken back is none."""
    return [_at(one, "val") for one in _list(told) if not _at(one, "neg")]


def _language(told: str) -> str:
    """Return the ISO 639 code at the head of a BCP 47 tag: "pt" of "pt-BR"."""
    return told.partition("-")[0].lower()


def _several(told: list[Any], *, read: Any = str) -> tuple[str, ...]:
    cleaned = (words(one, most=512) for one in told[:_MOST])
    return tuple(dict.fromkeys(read(one) for one in cleaned if one))


_FRACTION: Final = re.compile(r"\.(\d{6})\d+")


def moment_of(told: object) -> datetime | None:
    """
    Return a moment as the network writes it, in UTC; None: it is none.

    A moment without a zone is taken for UTC: old posts have such.
    """
    if not isinstance(told, str) or not 10 <= len(told) <= 64:  # noqa: PLR2004  a date at least
        return None
    try:
        moment = datetime.fromisoformat(_FRACTION.sub(r".\1", told.strip()))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def addressed_to(record: Mapping[str, Any], *, did: str) -> bool:
    """Tell whether a record speaks to an account: names it, answers or quotes a post of its."""
    if any(
        facet.kind is Kind.MENTION and facet.target == did
        for facet in read_facets(record.get("facets"))
    ):
        return True
    reply = record.get("reply")
    asked = [_at(_at(reply, name), "uri") for name in ("parent", "root")]
    asked.append(hanging(record, None, did=did).quotes)
    return any(_is_of(uri, did) for uri in asked)


def author_id(uri: str) -> str:
    """Return whose post an address is."""
    found: Address = address(uri)
    if not is_did(found.did):
        raise Unreadable(reason="no_did", sentence="The address names nobody.")
    return found.did
