"""What hangs on a post: pictures, films, cards of pages, and the post it quotes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from answerback.channels.bluesky.names import POST, address
from answerback.channels.clean import clean
from answerback.channels.unreadable import Unreadable
from answerback.domain.records.post import Media, MediaKind

_EMBED: Final = "app.bsky.embed."
_PICTURE: Final = "https://cdn.bsky.app/img/feed_fullsize/plain/{did}/{cid}@jpeg"
_FILM: Final = "https://video.bsky.app/watch/{did}/{cid}/playlist.m3u8"
_MOST: Final = 20  #: things on one post that are kept
_LONGEST: Final = 2_048  #: characters of an address


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging:
    """All that hangs on a post."""

    media: tuple[Media, ...] = ()
    quotes: str | None = None  #: the address of the post it quotes
    quoted_text: str = ""  #: its words, where the service shows them
    quoted_handle: str = ""
    title: str = ""  #: of the page its card is about


def hanging(record: Mapping[str, Any], view: object, *, did: str) -> Hanging:
    """
    Return what hangs on a post: from its record, and better where the service shows it.

    Whatever makes no sense is as if not told: no picture sets a post aside.
    """
    written = _opened(record.get("embed"))
    shown = _opened(view)
    media = tuple(_media(shown, did=did)) or tuple(_media(written, did=did))
    quoted, text, handle = _quoted_view(shown)
    card = next((one for one in (shown.get("external"), written.get("external")) if one), None)
    return Hanging(
        media=media[:_MOST],
        quotes=quoted or _quoted(written),
        quoted_text=text,
        quoted_handle=handle,
        title=words(card.get("title")) if isinstance(card, Mapping) else "",
    )


def words(told: object, *, most: int = 4_000) -> str:
    """Return words as they may be stored, cut at `most` characters; none where there are none."""
    if not isinstance(told, str):
        return ""
    try:
        return clean(told[:most]).strip()
    except Unreadable:
        return ""


def _opened(embed: object) -> Mapping[str, Any]:
    """Return an embed with what it quotes and what it shows side by side."""
    if not isinstance(embed, Mapping):
        return {}
    inner = embed.get("media")
    if isinstance(inner, Mapping):
        return {**inner, "record": embed.get("record")}
    return embed


def _media(embed: Mapping[str, Any], *, did: str) -> Iterator[Media]:
    for name in ("images", "items"):
        several = embed.get(name)
        if isinstance(several, Sequence) and not isinstance(several, str | bytes):
            yield from (_picture(one, did=did) for one in several if isinstance(one, Mapping))
    if "video" in embed or "playlist" in embed:
        url = _link(embed.get("playlist")) or _of_blob(embed.get("video"), _FILM, did=did)
        yield Media(kind=MediaKind.VIDEO, url=url, alt=words(embed.get("alt")))
    card = embed.get("external")
    if isinstance(card, Mapping):
        url = _link(card.get("uri"))
        if url:
            yield Media(kind=MediaKind.LINK, url=url, alt=words(card.get("title")))


def _picture(one: Mapping[str, Any], *, did: str) -> Media:
    url = _link(one.get("fullsize")) or _of_blob(one.get("image"), _PICTURE, did=did)
    return Media(kind=MediaKind.IMAGE, url=url, alt=words(one.get("alt")))


def _of_blob(blob: object, where: str, *, did: str) -> str:
    """Return where a stored file is shown; a file of the first days has its name elsewhere."""
    if not isinstance(blob, Mapping):
        return ""
    ref = blob.get("ref")
    cid = ref.get("$link") if isinstance(ref, Mapping) else blob.get("cid")
    return _link(where.format(did=did, cid=cid)) if isinstance(cid, str) and cid.isalnum() else ""


def _link(told: object) -> str:
    url = words(told, most=_LONGEST + 1)
    right = url.startswith(("https://", "http://")) and len(url) <= _LONGEST
    return url if right and not any(letter.isspace() for letter in url) else ""


def _quoted(embed: Mapping[str, Any]) -> str | None:
    """Return the post that a record quotes; what it quotes else (a list, a feed) is none."""
    record = embed.get("record")
    inner = record.get("record") if isinstance(record, Mapping) else None
    told = inner if isinstance(inner, Mapping) else record
    return _post_of(told.get("uri")) if isinstance(told, Mapping) else None


def _quoted_view(embed: Mapping[str, Any]) -> tuple[str | None, str, str]:
    """Return the post that is quoted, its words and who wrote it, as the service shows it."""
    record = embed.get("record")
    if isinstance(record, Mapping) and isinstance(record.get("record"), Mapping):
        record = record["record"]
    if not isinstance(record, Mapping):
        return None, "", ""
    value, author = record.get("value"), record.get("author")
    text = words(value.get("text")) if isinstance(value, Mapping) else ""
    handle = words(author.get("handle"), most=256) if isinstance(author, Mapping) else ""
    return _post_of(record.get("uri")), text, handle


def _post_of(uri: object) -> str | None:
    try:
        found = address(uri)
    except Unreadable:
        return None
    return str(found) if found.collection == POST else None
