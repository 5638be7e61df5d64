"""One event of a stream, whatever its wire."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class What(StrEnum):
    """What an event says."""

    WRITTEN = "written"  #: a post was made, or made anew
    DELETED = "deleted"
    ACCOUNT_GONE = "account_gone"
    RENAMED = "renamed"  #: an account's handle may have changed
    BROKEN = "broken"  #: it cannot be read
    OTHER = "other"  #: nothing for us; its place counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a stream told, and where in it we are then."""

    what: What
    did: str = ""
    #: The number that the stream counts by; None: it has none of its own.
    number: int | None = None
    moment: int | None = None  #: microseconds since 1970 by the stream's clock
    at: datetime | None = None  #: the same moment
    uri: str = ""
    payload: Mapping[str, Any] | None = None  #: as `map.thing_of` reads it
    raw: str = ""


#: What an account is called when its posts are not to be shown any more.
GONE_STATUSES = frozenset({"deactivated", "deleted", "takendown", "suspended"})
