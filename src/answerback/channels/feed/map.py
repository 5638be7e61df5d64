"""An entry of a feed becomes a post."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from answerback.channels.feed.document import Document
from answerback.channels.feed.entry import Entry, entry_of
from answerback.channels.inbound import Fetched
from answerback.channels.telling import believable, fetched
from answerback.domain.records.details import Details
from answerback.domain.records.post import Author, Post

CHANNEL = "rss"
_LONGEST_ID = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The feed that entries stand in."""

    url: str
    title: str
    language: str
    #: Links that several entries without an id share, as "all news" links do: no names.
    shared: frozenset[str]

    @property
    def host(self) -> str:
        return _bare(urlsplit(self.url).hostname or "?")


def posts_of(document: Document, *, url: str, at: datetime) -> list[Fetched]:
    """Return a feed's entries as posts, in the feed's order; each under the name of its key."""
    place = Place(
        url=url,
        title=document.title,
        language=document.language,
        shared=_shared(document.entries),
    )

    return [_thing(told, is_json=document.is_json, place=place, at=at) for told in document.entries]


def kept_entry(told: object, *, url: str, at: datetime) -> Fetched:
    """Return an entry that was kept as it came; feedparser gives each one a list of its links."""
    is_json = isinstance(told, Mapping) and "links" not in told and "title_detail" not in told
    place = Place(url=url, title="", language="", shared=frozenset())
    return _thing(told, is_json=is_json, place=place, at=at)


def _thing(told: object, *, is_json: bool, place: Place, at: datetime) -> Fetched:
    def read(entry: Mapping[str, Any]) -> Post:
        return post_of(entry_of(entry, is_json=is_json, url=place.url), place=place, at=at)

    return _named(fetched(told, named="?", read=read))


def _named(one: Fetched) -> Fetched:
    """Name an entry by its post, and what failed by all that it holds."""
    name = one.post.external_id if one.post else hashlib.sha256(_bytes(one.raw)).hexdigest()
    return Fetched(cursor=type(one.cursor)(name), raw=one.raw, post=one.post, failure=one.failure)


def post_of(entry: Entry, *, place: Place, at: datetime) -> Post:
    """Return an entry as a post; its title stands above its words, unless it begins them."""
    created_at, assumed = believable(entry.published or entry.updated, at=at)
    revised = entry.updated if entry.updated and entry.updated != entry.published else None
    text = _whole(entry)
    return Post(
        channel=CHANNEL,
        source=place.title or place.host,
        external_id=key_of(entry, place=place),
        author=_author(entry, place=place),
        text=text,
        created_at=created_at,
        created_at_assumed=assumed,
        heard_at=at,
        in_reply_to=_scoped(entry.answers, place.host) if entry.answers else None,
        url=entry.link or None,
        revision=hashlib.sha256(_bytes(f"{text}\n{entry.link}")).hexdigest()[:24],
        revised_at=revised and believable(revised, at=at)[0],
        details=Details(
            {
                "title": (entry.title,) if entry.title else (),
                "lang": _languages(entry.language or place.language),
                "tag": entry.tags[:50],
                "domain": (_bare(urlsplit(entry.link).hostname or ""),) if entry.link else (),
            }
        ),
        media=entry.media,
    )


def key_of(entry: Entry, *, place: Place) -> str:
    """
    Return what names an entry among all feeds: its id, else its link, else a hash of its words.

    An id counts for its own site only: what a feed says of another site's entry is a post of
    that feed, so that nobody rewrites what somebody else has published.  A site that moves from
    http to https, or from www to none, keeps its entries.
    """
    own = entry.native_id or (entry.link if entry.link not in place.shared else "")
    if not own:
        told = f"{entry.link}\n{entry.title}\n{entry.body}"
        own = f"#{hashlib.sha256(_bytes(told)).hexdigest()[:24]}"
    return _scoped(own, place.host)


def _scoped(own: str, host: str) -> str:
    parts = re.match(r"(?:https?://(?:www\.)?|tag:)([^/,:]+)", own, re.IGNORECASE)
    name = re.sub(r"^https?://(?:www\.)?", "https://", own, flags=re.IGNORECASE)
    if parts is None or _bare(parts[1]) != host:
        name = f"{host}: {name}"
    if len(name) > _LONGEST_ID:
        name = f"{name[:300]}#{hashlib.sha256(_bytes(name)).hexdigest()[:24]}"
    return name


def _shared(entries: Sequence[object]) -> frozenset[str]:
    links = Counter(
        str(told.get("link"))
        for told in entries
        if isinstance(told, Mapping) and not told.get("id")
    )
    return frozenset(link for link, times in links.items() if times > 1)


def _whole(entry: Entry) -> str:
    begins = entry.title.rstrip("….").strip()
    if not entry.title or (begins and entry.body.startswith(begins)):
        return entry.body or entry.title or entry.link
    return f"{entry.title}\n\n{entry.body}" if entry.body else entry.title


def _author(entry: Entry, *, place: Place) -> Author:
    name = entry.author[:200]
    short = re.sub(r"[^\w.@-]+", "-", name.casefold()).strip("-")[:80]
    handle = f"{short}@{place.host}" if short else place.host
    return Author(handle=handle, name=name or place.title[:200], native_id=handle)


def _languages(told: str) -> tuple[str, ...]:
    short = told.split("-", maxsplit=1)[0].casefold()
    return (short,) if re.fullmatch(r"[a-z]{2,3}", short) else ()


def _bare(host: str) -> str:
    return host.casefold().removeprefix("www.")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
