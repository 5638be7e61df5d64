"""
What a delivery holds: posts and word of deleted ones.

Source: docs/reference/channels/webhook.md, "What is sent".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from answerback.channels.inbound import Cursor, Failure, Fetched, Gone
from answerback.channels.strict_json import read_any
from answerback.channels.telling import as_raw, believable, fetched, text_of, word
from answerback.channels.unreadable import Unreadable
from answerback.domain.records.details import Details
from answerback.domain.records.post import Author, Media, MediaKind, Post, Visibility

CHANNEL: Final = "webhook"
MOST_THINGS: Final = 500
_NAMES: Final = frozenset(
    {"id", "text", "author", "at", "url", "in_reply_to", "conversation", "title", "language"}
    | {"tags", "visibility", "revision", "revised_at", "ours", "media", "about"}
)
_OF_DELETED: Final = frozenset({"deleted", "at"})
_OF_AUTHOR: Final = frozenset({"handle", "name", "id", "followers"})
_OF_MEDIA: Final = frozenset({"kind", "url", "alt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The account that a delivery was brought to."""

    prefix: str  #: keeps the ids of one account apart from another's
    source: str
    about: str = ""  #: the brand, where all that is brought is about it


def things_of(body: bytes, *, named: str, place: Place, at: datetime) -> tuple[Fetched, ...]:
    """
    Return what a delivery holds; what cannot be meant is a failure, and the rest goes on.

    `named` names the delivery.
    """
    try:
        things = _things(body.decode("utf-8"))
    except UnicodeDecodeError:
        return (_whole(body, named, "not_utf8", "The delivery is not UTF-8. It is kept."),)
    except Unreadable as wrong:
        return (_whole(body, named, wrong.reason, wrong.sentence),)
    return tuple(
        _thing(one, named=f"{named}:{number}", place=place, at=at)
        for number, one in enumerate(things)
    )


def _things(text: str) -> list[Any]:
    told = read_any(text)
    things = told if isinstance(told, list) else [told]
    if not 1 <= len(things) <= MOST_THINGS:
        raise Unreadable(
            reason="too_many",
            sentence=f"The delivery holds {len(things):,} things; it may hold 1 to "
            f"{MOST_THINGS}. Send several.",
        )
    return things


def _whole(body: bytes, named: str, reason: str, sentence: str) -> Fetched:
    raw = body.decode("utf-8", "backslashreplace")
    return Fetched(cursor=Cursor(named), raw=raw, failure=Failure(reason=reason, sentence=sentence))


def _thing(told: object, *, named: str, place: Place, at: datetime) -> Fetched:
    if isinstance(told, Mapping) and "deleted" in told:
        return _deleted(told, named=named, prefix=place.prefix)

    def read(payload: Mapping[str, Any]) -> Post:
        return _post(payload, place=place, at=at)

    return fetched(told, named=named, read=read)


def _deleted(told: Mapping[str, Any], *, named: str, prefix: str) -> Fetched:
    raw, cursor = as_raw(told), Cursor(named)
    try:
        _only(told, _OF_DELETED, what="word of a deleted post")
        gone = Gone(
            channel=CHANNEL,
            external_id=f"{prefix}{word(told, 'deleted', most=400)}",
            at=_moment(told, "at"),
        )
    except Unreadable as wrong:
        failure = Failure(reason=wrong.reason, sentence=wrong.sentence)
        return Fetched(cursor=cursor, raw=raw, failure=failure)
    return Fetched(cursor=cursor, raw=raw, gone=gone)


def _post(told: Mapping[str, Any], *, place: Place, at: datetime) -> Post:
    _only(told, _NAMES, what="a post")
    visibility = _visibility(told)
    created_at, assumed = believable(_moment(told, "at"), at=at)
    title = text_of(told.get("title")).strip()
    return Post(
        channel=CHANNEL,
        source=place.source,
        external_id=f"{place.prefix}{word(told, 'id', most=400)}",
        author=_author(told.get("author")),
        text=_text(told),
        created_at=created_at,
        created_at_assumed=assumed,
        heard_at=at,
        in_reply_to=_reference(told, "in_reply_to", place.prefix),
        conversation_id=_reference(told, "conversation", place.prefix),
        inbound=_inbound(told, visibility),
        about=(word(told, "about", most=200) if "about" in told else place.about) or None,
        url=_address(told, "url"),
        revision=word(told, "revision") if "revision" in told else None,
        revised_at=_moment(told, "revised_at"),
        visibility=visibility,
        details=Details(
            {
                "title": (title,) if title else (),
                "lang": (word(told, "language", most=20),) if "language" in told else (),
                "tag": tuple(_tags(told)),
            }
        ),
        media=tuple(map(_media, _list(told, "media"))),
    )


def _inbound(told: Mapping[str, Any], visibility: Visibility) -> bool | None:
    """Return who wrote it, as told; what is private and not ours was written to us."""
    if "ours" in told:
        return not _flag(told, "ours")
    return True if visibility is Visibility.DIRECT else None


def _only(told: Mapping[str, Any], names: frozenset[str], *, what: str) -> None:
    unknown = sorted(str(name)[:40] for name in told.keys() - names)
    if unknown:
        raise Unreadable(
            reason="unknown_name",
            sentence=f"'{unknown[0]}' is no part of {what}. Parts: {', '.join(sorted(names))}.",
        )


def _text(told: Mapping[str, Any]) -> str:
    if told.get("text") is None:
        raise Unreadable(
            reason="no_text", sentence="A post needs its 'text', if only an empty one."
        )
    return text_of(told["text"])


def _author(told: object) -> Author:
    if isinstance(told, str):
        told = {"handle": told}
    if not isinstance(told, Mapping):
        raise Unreadable(
            reason="no_author",
            sentence="A post needs its 'author': a handle, or an object with 'handle'.",
        )
    _only(told, _OF_AUTHOR, what="an author")
    followers = told.get("followers")
    if followers is not None and (type(followers) is not int or followers < 0):
        raise _wrong("followers", "a whole number")
    return Author(
        handle=word(told, "handle", most=200).removeprefix("@") or "@",
        name=text_of(told.get("name"))[:200],
        followers=followers,
        native_id=word(told, "id") if "id" in told else None,
    )


def _reference(told: Mapping[str, Any], name: str, prefix: str) -> str | None:
    return f"{prefix}{word(told, name, most=400)}" if told.get(name) is not None else None


def _flag(told: Mapping[str, Any], name: str) -> bool:
    if type(told[name]) is not bool:
        raise _wrong(name, "true or false")
    return bool(told[name])


def _visibility(told: Mapping[str, Any]) -> Visibility:
    try:
        return Visibility(told.get("visibility", Visibility.PUBLIC))
    except ValueError:
        raise _wrong("visibility", "one of " + ", ".join(Visibility)) from None


def _address(told: Mapping[str, Any], name: str) -> str | None:
    if told.get(name) is None:
        return None
    address = word(told, name, most=2_000)
    if not address.startswith(("https://", "http://")):
        raise _wrong(name, "an address like https://example.org/1")
    return address


def _moment(told: Mapping[str, Any], name: str) -> datetime | None:
    if told.get(name) is None:
        return None
    try:
        moment = datetime.fromisoformat(word(told, name))
        return moment.astimezone(UTC) if moment.tzinfo else _no_time(name)
    except (ValueError, OverflowError):
        return _no_time(name)


def _no_time(name: str) -> NoReturn:
    raise _wrong(name, "a time with its zone, like 2026-03-02T09:00:00Z")


def _list(told: Mapping[str, Any], name: str) -> Sequence[Any]:
    several = told.get(name, [])
    if not isinstance(several, list) or len(several) > 50:  # noqa: PLR2004  more is no post
        raise _wrong(name, "a list of up to 50")
    return several


def _tags(told: Mapping[str, Any]) -> list[str]:
    return [word({"tag": tag}, "tag", most=200) for tag in _list(told, "tags")]


def _media(told: object) -> Media:
    if not isinstance(told, Mapping):
        raise _wrong("media", "a list of objects")
    _only(told, _OF_MEDIA, what="media")
    try:
        kind = MediaKind(told.get("kind", MediaKind.FILE))
    except ValueError:
        raise _wrong("kind", "one of " + ", ".join(MediaKind)) from None
    return Media(kind=kind, url=_address(told, "url") or "", alt=text_of(told.get("alt")))


def _wrong(name: str, wanted: str) -> Unreadable:
    return Unreadable(reason="wrong_value", sentence=f"'{name}' must be {wanted}.")
