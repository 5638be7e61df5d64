"""What an entry says, whichever kind of feed it stands in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from answerback.channels.markup import looks_like_html, text_of_html
from answerback.channels.telling import text_of, word
from answerback.channels.unreadable import Unreadable
from answerback.domain.records.post import Media, MediaKind

_MOST_MEDIA = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry, its words plain and clean."""

    native_id: str  #: its own id; "" where it has none
    link: str
    title: str
    body: str
    author: str
    language: str
    published: datetime | None
    updated: datetime | None
    answers: str  #: the id of the entry it answers
    tags: tuple[str, ...]
    media: tuple[Media, ...]


def entry_of(told: Mapping[str, Any], *, is_json: bool, url: str) -> Entry:
    """
    Return what an entry of the feed at `url` says.

    :raises Unreadable: when it has no words, an id that is none, or is too long.
    """
    entry = _of_json(told, base=url) if is_json else _of_feedparser(told)
    if not (entry.title or entry.body or entry.link or entry.media):
        raise Unreadable(
            reason="no_text",
            sentence="An entry of the feed has no words, no link and no media. It is kept.",
        )
    return entry


def _of_feedparser(told: Mapping[str, Any]) -> Entry:
    content = told.get("content") or [told.get("summary_detail") or {}]
    return Entry(
        native_id=_name(told.get("id")),
        link=_address(told.get("link")),
        title=_plain(told.get("title_detail") or {}),
        body=_longest([_plain(part) for part in content]),
        author=_name(told.get("author_detail", {}).get("name") or told.get("author")),
        language=_name(content[0].get("language")),
        published=_moment(told.get("published_parsed")),
        updated=_moment(told.get("updated_parsed")),
        answers=_name(_answered(told)),
        tags=tuple(filter(None, (_name(tag.get("term")) for tag in told.get("tags", ())))),
        media=_media(
            [
                (one.get("href"), one.get("type"), "")
                for one in told.get("links", ())
                if one.get("rel") == "enclosure"
            ]
            + [(one.get("url"), one.get("type"), "") for one in told.get("media_content", ())]
        ),
    )


def _answered(told: Mapping[str, Any]) -> object:
    answered = told.get("thr_in-reply-to")
    return answered.get("ref") if isinstance(answered, Mapping) else None


def _of_json(told: Mapping[str, Any], *, base: str) -> Entry:
    markup, plain = told.get("content_html"), told.get("content_text", told.get("summary"))
    authors = [*(told.get("authors") or ()), told.get("author") or {}]
    return Entry(
        native_id=word(told, "id") if "id" in told else "",
        link=_joined(base, told.get("url")),
        title=text_of(told.get("title")).strip(),
        body=_plain({"value": plain, "type": "text/plain"})
        if markup is None
        else _plain({"value": markup, "type": "text/html"}),
        author=_name(authors[0].get("name")),
        language=_name(told.get("language")),
        published=_iso(told.get("date_published")),
        updated=_iso(told.get("date_modified")),
        answers="",
        tags=tuple(filter(None, map(_name, told.get("tags") or ()))),
        media=_media(
            [
                (_joined(base, one.get("url")), one.get("mime_type"), one.get("title"))
                for one in told.get("attachments") or ()
            ]
        ),
    )


def _plain(part: Mapping[str, Any]) -> str:
    """Return the words of a part of an entry; where its type is not told, by its look."""
    text = text_of(part.get("value"))
    kind = str(part.get("type", ""))
    if "html" in kind or (kind != "text/plain" and looks_like_html(text)):
        text = text_of_html(text)
    return text_of(text).strip()


def _longest(texts: Sequence[str]) -> str:
    return max(texts, key=len, default="")


def _name(told: object) -> str:
    return " ".join(text_of(told).split())[:2_000] if isinstance(told, str) else ""


def _address(told: object) -> str:
    address = _name(told)
    return address if address.startswith(("http://", "https://")) else ""


def _joined(base: str, told: object) -> str:
    return _address(urljoin(base, _name(told))) if told else ""


def _moment(told: Any) -> datetime | None:
    """Return a moment out of feedparser's nine numbers, which are UTC; None: none that exists."""
    try:
        year, month, day, hour, minute, second = told[:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _iso(told: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _media(told: Sequence[tuple[object, object, object]]) -> tuple[Media, ...]:
    found = {
        _address(url): Media(kind=_kind(kind), url=_address(url), alt=_name(alt))
        for url, kind, alt in told[:_MOST_MEDIA]
        if _address(url)
    }
    return tuple(found.values())


def _kind(mime: object) -> MediaKind:
    kind = str(mime).partition("/")[0]
    return MediaKind(kind) if kind in {"image", "video", "audio"} else MediaKind.FILE
