"""How long a reply is, as its network counts, and how long it may be."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
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


_X: Final = Limit(most=280, counting=Counting.WEIGHTED)

#: By channel; one that is absent (an archive, mail) has no limit.
LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "bluesky": Limit(most=300, counting=Counting.GRAPHEMES),
        "mastodon": Limit(most=500, counting=Counting.LINKS_SHORTENED),
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


def limit_of(channel: str) -> Limit | None:
    """Return how long a reply may be on a channel; None: as long as one likes."""
    return LIMITS.get(channel.casefold())


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


def too_long(text: str, *, channel: str) -> str | None:
    """Return why a text is too long for its network, as a sentence; None: it is not."""
    limit = limit_of(channel)
    if limit is None:
        return None
    over = length(text, channel=channel) - limit.most
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
