"""Names on the AT protocol: addresses of records, and keys that tell the time."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from answerback.channels.unreadable import Unreadable

POST: Final = "app.bsky.feed.post"

_URI = re.compile(
    r"at://(did:[a-z]+:[A-Za-z0-9._:%-]{1,256})/([A-Za-z][A-Za-z0-9.-]{2,316})/"
    r"([A-Za-z0-9._:~-]{1,512})",
    re.ASCII,
)
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,256}", re.ASCII)
_SORTED: Final = "234567abcdefghijklmnopqrstuvwxyz"
_TID = re.compile("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", re.ASCII)
_CLOCK_BITS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a record lies."""

    did: str
    collection: str
    key: str

    def __str__(self) -> str:
        """Return the address as the network writes it."""
        return f"at://{self.did}/{self.collection}/{self.key}"


def address(uri: object) -> Address:
    """
    Return the parts of a record's address.

    :raises Unreadable: "no_uri", when it is none.
    """
    found = _URI.fullmatch(uri) if isinstance(uri, str) else None
    if found is None:
        raise Unreadable(
            reason="no_uri",
            sentence="The network sent a post without a usable address. It is kept; report it.",
        )
    return Address(did=found[1], collection=found[2], key=found[3])


def is_did(told: object) -> bool:
    """Say whether something names an account for good."""
    return isinstance(told, str) and _DID.fullmatch(told) is not None


def key_for(*, key: str, made_at: datetime) -> str:
    """
    Return the record key of a message: the same each time it is asked for, so it is said once.

    It is a timestamp identifier (TID), as the network's own are: the millisecond of `made_at`,
    and below it twenty bits of the message's key in place of the microseconds and the clock's
    number.  Two messages of one millisecond share a key once in a million times, and then the
    second is refused, not written over the first.

    Source: atproto.com/specs/tid.
    """
    millisecond = int(made_at.astimezone(UTC).timestamp() * 1_000)
    noise = int.from_bytes(sha256(key.encode()).digest()[:4], "big")
    micro = millisecond * 1_000 + (noise >> _CLOCK_BITS) % 1_000
    number = (micro << _CLOCK_BITS) | (noise & 0x3FF)
    return "".join(_SORTED[(number >> (5 * place)) & 31] for place in range(12, -1, -1))


def key_time(key: str) -> datetime | None:
    """Return the moment that a record key tells; None: it is no timestamp."""
    if _TID.fullmatch(key) is None:
        return None
    number = 0
    for letter in key:
        number = number * 32 + _SORTED.index(letter)
    seconds, micro = divmod(number >> _CLOCK_BITS, 1_000_000)
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micro)
    except (ValueError, OverflowError, OSError):
        return None
