"""A feed's text becomes entries; what it is written in, RSS, Atom, RDF or JSON, ends here."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

import feedparser

from answerback.channels.feed.letters import letters_of
from answerback.channels.inbound import ChannelDown
from answerback.channels.strict_json import read_any
from answerback.channels.unreadable import Unreadable

#: What no feed has so much of, and what makes reading one slow or large: at this many it takes
#: feedparser two seconds and 70 MB.
_MOST: Final = {"<": 100_000, "&": 1_000_000, '="': 200_000, "='": 200_000}
#: Entries of a feed that are read at most.
MOST_ENTRIES: Final = 1_000
#: What a reader of others' markup raises when it meets what its makers did not foresee.
_FAULTS: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
_ALTERNATE: Final = re.compile(
    r"<link\b[^<>]{0,500}type=[\"']application/(?:rss\+xml|atom\+xml|feed\+json)[^<>]{0,500}>",
    re.IGNORECASE,
)
_HREF: Final = re.compile(r"""href=["']([^"'<>]{1,500})["']""", re.IGNORECASE)


class NoFeed(ChannelDown):
    """What lies at the address is no feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed as it was served: newest first, as a rule."""

    title: str
    language: str
    entries: Sequence[Mapping[str, Any]]  #: as feedparser or JSON Feed names things
    is_json: bool
    shown: int  #: how many entries it has, read or not


def document_of(body: bytes, *, content_type: str, url: str) -> Document:
    """
    Return a feed; of a broken one, what can be read of it.

    Nothing is fetched, no entity is looked up outside the text, none is opened more than once.

    :raises NoFeed: when there is none in it, naming the feed that a web page points to.
    """
    text = letters_of(body, content_type=content_type)
    if text.lstrip()[:1] == "{":
        return _of_json(text, url=url)
    for sign, most in _MOST.items():
        if text.count(sign) > most:
            raise NoFeed(
                f"{url} holds {sign} more than {most:,} times; no feed does, and it is not read. "
                "Give the address of the feed itself."
            )
    found = _parsed(text, url=url)
    if not found.get("version") and not found.entries:
        raise _no_feed(text, url=url)
    return Document(
        title=str(found.feed.get("title", "")),
        language=str(found.feed.get("language", "")),
        # Plain: feedparser's own mapping gives one thing for another, and warns of it.
        entries=[dict(entry) for entry in found.entries[:MOST_ENTRIES]],
        is_json=False,
        shown=len(found.entries),
    )


def _parsed(text: str, *, url: str) -> Any:
    try:
        return feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),  # bytes: a text might be an address
            response_headers={
                "content-type": "application/xml; charset=utf-8",
                "content-location": url,  # what its links are relative to
            },
            sanitize_html=False,  # the words are taken out of it, the markup is thrown away
            resolve_relative_uris=False,
        )
    except _FAULTS as wrong:
        raise NoFeed(
            f"{url} is a feed too broken to be read ({type(wrong).__name__}). Tell whoever makes "
            "it."
        ) from wrong


def _of_json(text: str, *, url: str) -> Document:
    try:
        told = read_any(text)
    except Unreadable as wrong:
        raise NoFeed(f"{url} answers with JSON that cannot be read. {wrong.sentence}") from wrong
    items = told.get("items")
    if "jsonfeed.org" not in str(told.get("version"))[:99] or not isinstance(items, list):
        raise _no_feed("", url=url)
    return Document(
        title=_text(told.get("title")),
        language=_text(told.get("language")),
        entries=items[:MOST_ENTRIES],
        is_json=True,
        shown=len(items),
    )


def _text(told: object) -> str:
    return told if isinstance(told, str) else ""


def _no_feed(text: str, *, url: str) -> NoFeed:
    there = next(_alternates(text[: 1 << 16]), "")
    hint = f"It points to one: {urljoin(url, there)[:300]}" if there else "Look for its RSS address"
    return NoFeed(f"{url} answers, and is no feed. {hint}.")


def _alternates(text: str) -> Iterator[str]:
    for link in _ALTERNATE.finditer(text):
        found = _HREF.search(link[0])
        if found:
            yield found[1]
