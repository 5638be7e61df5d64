"""How long a reply is, as its network counts, and how long it may be."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from answerback.domain.etiquette.graphemes import PICTURE, count_graphemes


class Counting(StrEnum):
    """How a network counts."""

    GRAPHEMES = "graphemes"  #: what people see as one character
    LINKS_SHORTENED = "links_shortened"  #: the same, but every link is as long as any other
    WEIGHTED = "weighted"  #: by the script; a link is as long as any other


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How long a reply may be."""

    most: int
    counting: Counting
    most_bytes: int | None = None  #: in UTF-8; None: they do not count
    names_them: bool = False  #: a reply begins with whom it speaks to, and that counts


_X: Final = Limit(most=280, counting=Counting.WEIGHTED)

#: By channel; one that is absent (an archive, mail) has no limit.
LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "bluesky": Limit(most=300, counting=Counting.GRAPHEMES, most_bytes=3_000),
        "mastodon": Limit(most=500, counting=Counting.LINKS_SHORTENED, names_them=True),
        "x": _X,
        "twitter": _X,
    }
)

#: As long as every link counts, on Mastodon and on X.
LINK_LENGTH: Final = 23

_LINK = re.compile(r"\bhttps?://[^\s<>\"]+", re.IGNORECASE)
#: X makes links of names without http, too; of these endings we know it.
_BARE_LINK = re.compile(
    r"\bhttps?://[^\s<>\"]+|(?<![\w@.])(?:[\w-]{1,63}\.){1,4}"
    r"(?:com|org|net|edu|gov|info|io|co|app|dev|eu|uk|de|fr|es|it|nl|pl|at|ch|us|ca|au)\b(?:/[^\s<>\"]*)?",
    re.IGNORECASE,
)
#: Mastodon counts `@ada@example.social` as `@ada`.
_FAR_HANDLE = re.compile(r"(?<![\w/@])(@\w+)@[\w.-]+\w")
_EMOJI = re.compile(
    f"(?:[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]?"
    f"(?:\u200d{PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]?)*)"
)
#: Letters of these ranges count one; all others, and each emoji, two.
_LIGHT: Final = (range(0x1100), range(0x2000, 0x200E), range(0x2010, 0x2020), range(0x2032, 0x2038))


def limit_of(channel: str, *, most: int | None = None) -> Limit | None:
    """
    Return how long a reply may be on a channel; None: as long as one likes.

    `most` is what the server of an account said of itself; None: the network's usual.
    """
    usual = LIMITS.get(channel.casefold())
    return usual if usual is None or most is None else replace(usual, most=most)


def length(text: str, *, channel: str) -> int:
    """
    Return how long a text is, as its network counts; without a rule, what people see.

    `"see https://example.org/a/very/long/path"` has 27 on Mastodon and X, 40 elsewhere.

    Units: the network's own characters.
    Error: on X, a name such as `example.dental` is a link that we count as it stands.
    Source: docs.joinmastodon.org/user/posting; twitter-text 3, `config/v3.json`;
    atproto's lexicon app.bsky.feed.post (300 graphemes).
    """
    limit = limit_of(channel)
    composed = unicodedata.normalize("NFC", text)
    if limit is None or limit.counting is Counting.GRAPHEMES:
        return count_graphemes(composed, conjuncts=True)
    if limit.counting is Counting.LINKS_SHORTENED:
        short = _FAR_HANDLE.sub(r"\1", _LINK.sub("x" * LINK_LENGTH, composed))
        return count_graphemes(short)
    return _weighted(composed)


def said_to(text: str, *, channel: str, to: str) -> str:
    """Return a text as its network gets it: naming whom it speaks to, where that is done there."""
    limit = limit_of(channel)
    if limit is None or not limit.names_them or not to:
        return text
    named = re.search(rf"(?<![\w@/.])@{re.escape(to)}(?![\w@-])", text, re.IGNORECASE)
    return text if named else f"@{to} {text}"


def too_long(text: str, *, channel: str, to: str = "", most: int | None = None) -> str | None:
    """
    Return why a text is too long for its network, as a sentence; None: it is not.

    `to` is the handle of whom it speaks to, `most` as in `limit_of`.
    """
    limit = limit_of(channel, most=most)
    if limit is None:
        return None
    over = length(said_to(text, channel=channel, to=to), channel=channel) - limit.most
    size = len(text.encode())
    if over <= 0 and limit.most_bytes is not None and size > limit.most_bytes:
        return (
            f"The reply has {size:,} bytes; {channel} takes {limit.most_bytes:,}: its signs are "
            "made of many parts. Shorten it, or say the rest in a second reply."
        )
    if over <= 0:
        return None
    return (
        f"The reply is {over} characters too long: {channel} takes {limit.most}, counted its way. "
        "Shorten it, or say the rest in a second reply."
    )


def _weighted(text: str) -> int:
    links = _BARE_LINK.findall(text)
    rest = _BARE_LINK.sub("", text)
    emoji = _EMOJI.findall(rest)
    letters = _EMOJI.sub("", rest)
    light = sum(1 for letter in letters if any(ord(letter) in part for part in _LIGHT))
    return LINK_LENGTH * len(links) + 2 * len(emoji) + light + 2 * (len(letters) - light)
