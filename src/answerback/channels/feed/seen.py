"""The cursor of a feed: what the server said of it, and which entries it has shown us."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

from answerback.channels.inbound import Cursor

#: Entries that are remembered beyond those that the feed shows now: some feeds bring old ones back.
_ALSO_KEPT: Final = 1_000
_KEY, _MARK = 14, 8  #: hex digits: of an entry's key, of its words


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Where the last poll of a feed stopped."""

    etag: str = ""
    modified: str = ""
    at: datetime | None = None  #: when the feed was last read
    #: The newest last: an entry's key and its words, hashed.
    entries: tuple[str, ...] = ()

    @classmethod
    def of(cls, cursor: Cursor | None) -> Self:
        """Return what a cursor holds; of none, or of one that is no longer understood, nothing."""
        try:
            told = json.loads(cursor or "")
            at = datetime.fromisoformat(told["at"])
            return cls(
                etag=str(told["etag"]),
                modified=str(told["modified"]),
                at=at if at.tzinfo else None,
                entries=tuple(map(str, told["seen"])),
            )
        except (ValueError, KeyError, TypeError):
            return cls()

    def cursor(self) -> Cursor:
        told = {
            "etag": self.etag,
            "modified": self.modified,
            "at": self.at and self.at.isoformat(),
            "seen": self.entries,
        }
        return Cursor(json.dumps(told))

    def holds(self, mark: str) -> bool:
        return mark in self.entries

    def knows_any(self, marks: Iterable[str]) -> bool:
        """Say whether one of the entries was there before, with whatever words."""
        known = {mark[:_KEY] for mark in self.entries}
        return any(mark[:_KEY] in known for mark in marks)

    def after(self, marks: Sequence[str], *, etag: str, modified: str, at: datetime) -> Self:
        """Return the place after a poll that showed these entries, in the feed's order."""
        now = [*dict.fromkeys(reversed(marks))]
        older = [mark for mark in self.entries if mark not in set(now)][-_ALSO_KEPT:]
        return replace(
            self, etag=etag[:500], modified=modified[:100], at=at, entries=(*older, *now)
        )


def mark_of(key: str, words: str) -> str:
    """Return an entry's key and words, in short."""
    return _short(key)[:_KEY] + _short(words)[:_MARK]


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
