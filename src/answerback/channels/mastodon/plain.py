"""The HTML that servers of the Mastodon API send, as plain text with nothing hidden in it."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from answerback.channels.unreadable import Unreadable

#: Characters of HTML.  A longer one is set aside, never cut.
LONGEST: Final = 1 << 19
#: Tags that mean something, at most; behind them tags are dropped unread.  Nobody writes so many.
_MOST_TAGS: Final = 4_000
#: Characters of a tag's attributes that are looked at.
_MOST_ATTRIBUTES: Final = 4_096
#: Rare entities that are looked up, at most; the common five are not counted.
_MOST_ENTITIES: Final = 8_000

_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*>")
#: Tags that change neither lines nor meaning; most of a flood is made of them.
_IDLE = re.compile(
    r"</?(?!(?:p|br|a|li|div|ul|ol|h[1-6]|pre|blockquote|img|hr)\b)[!?a-zA-Z][^<>]*>"
)
_PART = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})([^<>]*)>|([^<]+)|(<)")
_PERSON = re.compile(r"@[\w.-]+(?:@([\w.:-]+))?")
_HOST = re.compile(r"https?://([^/?#]*)")
_ATTRIBUTE = re.compile(r"\b(href|class|alt)\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)')")
_COMMON = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&nbsp;", " "))
_RARE = re.compile(r"&(?!amp;)(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_PARAGRAPHS = frozenset({"p", "ul", "ol", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"})
_GAPS = re.compile(r"\n{3,}")
_LINE_ENDS = re.compile(r"(?<![ \t])[ \t]++\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """What a text says, and where its links lead."""

    text: str
    links: tuple[str, ...] = ()  #: addresses, without mentions and hashtags; each once


def plain(
    told: str,
    *,
    mentions: Mapping[str, str] = MappingProxyType({}),
    quoted: bool = False,
) -> Plain:
    """
    Return HTML as people read it: paragraphs and lines, and links with their true target.

    `<a href="https://evil.example">https://bank.example</a>` becomes
    "https://bank.example (https://evil.example)"; a link that is only shown shortened becomes
    its whole address.  `mentions` gives the handle of each mentioned person by the address of
    their page.  With `quoted`, the line that stands in for a quote on older servers is left out:
    the quote itself is told elsewhere.

    Units: up to 524,288 characters of HTML.
    Error: cost is linear; the worst known takes under 50 ms.
    Source: docs.joinmastodon.org/spec/activitypub, "HTML sanitization"; RELIABILITY.md 4.3.

    :raises Unreadable: "too_long".
    """
    if len(told) > LONGEST:
        raise Unreadable(
            reason="too_long",
            sentence=f"The text has {len(told):,} characters of HTML, and a post may have "
            f"{LONGEST:,}. Nothing is cut: it is kept as it came.",
        )
    if "<" not in told:
        return Plain(text=_unescaped(told).strip())
    writing = _Writing(mentions=mentions, quoted=quoted)
    rest = _IDLE.sub("", told)
    for count, part in enumerate(_PART.finditer(rest)):
        if count == _MOST_TAGS:
            writing.say(_unescaped(_TAG.sub(" ", rest[part.start() :])))
            break
        writing.take(part)
    return writing.done()


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    for name, letter in _COMMON:
        text = text.replace(name, letter)
    text = _RARE.sub(lambda one: html.unescape(one[0]), text, count=_MOST_ENTITIES)
    return text.replace("&amp;", "&")  # last: "&amp;lt;" says "&lt;"


@dataclass(slots=True, kw_only=True)
class _Writing:
    mentions: Mapping[str, str]
    quoted: bool
    parts: list[str] = field(default_factory=list)
    links: dict[str, None] = field(default_factory=dict)
    #: Of the link that is open: where its words begin, its address and its classes.
    opened: tuple[int, str, str] | None = None
    skipping: bool = False  #: inside the line that stands in for a quote

    def take(self, part: "re.Match[str]") -> None:
        closes, name, attributes, words, lone = part.groups()
        if name is None:
            self.say(_unescaped(words) if words else lone)
            return
        name = name.lower()
        if name == "a":
            self._close_link()
            if not closes:
                self._open_link(attributes)
        elif name == "br" or (name in {"div", "hr"}):
            self._break("\n")
        elif name == "li":
            if not closes:
                self._break("" if self._at_a_start() else "\n")
                self.parts.append("- ")
        elif name in _PARAGRAPHS:
            self.skipping = (
                self.quoted and not closes and "quote-inline" in _attributes(attributes)["class"]
            )
            self._break("\n\n")
        elif name == "img":
            self.say(_attributes(attributes)["alt"])

    def say(self, words: str) -> None:
        if not self.skipping:
            self.parts.append(words)

    def done(self) -> Plain:
        self._close_link()
        text = _LINE_ENDS.sub("\n", "".join(self.parts))
        return Plain(text=_GAPS.sub("\n\n", text).strip(), links=tuple(self.links))

    def _at_a_start(self) -> bool:
        return not self.parts or self.parts[-1].endswith("\n")

    def _break(self, lines: str) -> None:
        self._close_link()
        if self.parts:
            self.parts.append(lines)

    def _open_link(self, attributes: str) -> None:
        told = _attributes(attributes)
        self.opened = (len(self.parts), "".join(told["href"].split()), told["class"])

    def _close_link(self) -> None:
        if self.opened is None:
            return
        start, address, classes = self.opened
        self.opened = None
        words = "".join(self.parts[start:])
        handle = self.mentions.get(address)
        tag = words.lstrip().startswith("#") and "hashtag" in classes
        if handle is not None and words.lstrip().startswith("@"):
            self.parts[start:] = [f"@{handle}"]
        elif not (tag or self.skipping) and address.startswith(("http://", "https://")):
            self._write_link(start, words=words, address=address, classes=classes)

    def _write_link(self, start: int, *, words: str, address: str, classes: str) -> None:
        if _is_person(words.strip(), address=address, classes=classes):
            return  # somebody whom the server does not name beside the text
        self.links[address] = None
        self.parts[start:] = [shown(words, address=address)]


def _is_person(words: str, *, address: str, classes: str) -> bool:
    """Say whether a link names somebody: by its class, or because it leads to their server."""
    found = _PERSON.fullmatch(words[:_MOST_ATTRIBUTES])
    if found is None:
        return False
    host = _HOST.match(address)
    if host is not None and found[1]:
        return found[1] == host[1]
    return "mention" in classes.split()


def shown(words: str, *, address: str) -> str:
    """Return a link as it is read: its address alone when its words are no more than that."""
    bare = (
        words.strip()
        .removesuffix("...")
        .rstrip("…")
        .removeprefix("https://")
        .removeprefix("http://")
    )
    target = address.removeprefix("https://").removeprefix("http://")
    if not bare.strip():
        return address
    for one in (target, target.removeprefix("www.")):
        if one.casefold().startswith(bare.casefold()) and (len(bare) > len(one) / 4 or "/" in bare):
            return address
    return f"{words.strip()} ({address})"


def _attributes(told: str) -> dict[str, str]:
    found = {"href": "", "class": "", "alt": ""}
    for name, double, single in _ATTRIBUTE.findall(told[:_MOST_ATTRIBUTES]):
        found[name] = found[name] or _unescaped(double or single)
    return found
