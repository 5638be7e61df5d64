"""The words of a reply: whom they name, and whether two texts say the same."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from answerback.channels.mastodon.plain import plain
from answerback.channels.unreadable import Unreadable

_LINK = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@/.])@(\w[\w.-]{0,100}?(?:@[\w.-]{1,250}(?::\d{1,5})?)?)(?![\w@-])")
#: What servers add or take away around the same words: spaces, and the marks of Markdown.
_LOOSE = re.compile(r"[\s*_~`\u200b-\u200d\ufeff]+")


def handles_in(text: str) -> list[str]:
    """Return whom a text names, without the first @: "ada@social.example"."""
    return [one.rstrip(".") for one in _HANDLE.findall(_LINK.sub(" ", text))]


def addressed(text: str, *, to: str) -> str:
    """Return a text that names the person it speaks to: put in front where it does not."""
    if not to or to.casefold() in {one.casefold() for one in handles_in(text)}:
        return text
    return f"@{to} {text}"


def named_beside(text: str, *, to: Collection[str]) -> list[str]:
    """Return whom a text names beside those it speaks to."""
    meant = {one.casefold() for one in to}
    return [one for one in handles_in(text) if one.casefold() not in meant]


def same_words(status: Mapping[str, Any], text: str) -> bool:
    """
    Say whether a status says what was to be said.

    Whom it names is not compared: servers put names before a reply, and write them their way.
    """
    wanted = _bare(text)
    source = status.get("text")
    if isinstance(source, str) and _bare(source) == wanted:
        return True
    content = status.get("content")
    try:
        return isinstance(content, str) and _bare(plain(content).text) == wanted
    except Unreadable:
        return False


def _bare(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return _LOOSE.sub("", _HANDLE.sub(" ", composed))
