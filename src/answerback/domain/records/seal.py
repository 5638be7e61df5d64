"""The seal of an audit entry: a keyed hash over it and the seal before it."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

#: What stands before the first entry.
FIRST_SEAL = "0" * 64


#: One encoder for all: `json.dumps` would make one for each of a million entries.
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What an audit entry says, as it is sealed."""

    number: int
    at: datetime
    by: str | None
    what: str
    brand_id: int | None
    about: str
    particulars: Mapping[str, str | int | float | None]


def seal_of(entry: Sealed, *, before: str, key: bytes) -> str:
    """
    Return the seal of an entry that follows the seal `before`.

    Whoever changes, removes, adds or swaps entries must make every later seal anew, which
    needs the key.  Somebody who has the key, or cuts the tail off, is found by a head that was
    kept elsewhere.

    Units: 64 hexadecimal digits.
    Source: HMAC, RFC 2104, with SHA-256, over canonical JSON.
    """
    told = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": entry.by,
        "what": entry.what,
        "brand": entry.brand_id,
        "about": entry.about,
        "particulars": dict(entry.particulars),
        "before": before,
    }
    return hmac.digest(key, _CANONICAL.encode(told).encode(), "sha256").hex()
