"""A cursor for networks that show the newest first: what was seen last, and with which words."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self

from answerback.channels.inbound import Cursor, Fetched

#: So many of the newest are remembered.
_MOST: Final = 300

#: Returns what sorts the names of things by age.
Age = Callable[[str], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The names of things and a mark of the words they had, the newest last."""

    seen: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None  #: when they were seen

    @classmethod
    def of(cls, cursor: Cursor | None) -> Self:
        """Return what a cursor holds; nothing, where it holds none."""
        try:
            told = json.loads(cursor or "")
            seen = {str(name): str(mark) for name, mark in told["seen"]}
            return cls(seen=seen, at=datetime.fromisoformat(told["at"]))
        except (ValueError, KeyError, TypeError):
            return cls()

    def new(self, things: Iterable[Fetched]) -> tuple[Fetched, ...]:
        """Return the things that were not there before, or not with these words."""
        return tuple(one for one in things if self.seen.get(one.cursor) != mark_of(one))

    def after(self, things: Sequence[Fetched], *, at: datetime, age: Age) -> Cursor:
        """Return the place behind things that came."""
        seen = dict(self.seen)
        seen.update({str(one.cursor): mark_of(one) for one in things})
        newest = sorted(seen.items(), key=lambda pair: age(pair[0]))[-_MOST:]
        return Cursor(json.dumps({"at": at.isoformat(), "seen": newest}))


def mark_of(one: Fetched) -> str:
    """Return a short mark of a thing's words: a hash's beginning, a version, that it is gone."""
    if one.gone is not None:
        return "gone"
    return (one.post.revision or "")[:12] if one.post else "failed"
