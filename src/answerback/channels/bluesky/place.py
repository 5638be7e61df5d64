"""Where we are in the streams and lists of one source: what a cursor holds."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from answerback.channels.inbound import Cursor
from answerback.channels.live import Lapsed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    How far one source was heard: on its stream, and on the list that is read beside it.

    Both have a part of their own, so that a poll never moves a stream, nor a stream a poll.
    """

    #: Of a stream: the number of the last event, by the host that counted, and when it was.
    host: str = ""
    number: int | None = None
    moment: int | None = None  #: microseconds since 1970, by the host's clock
    #: Of a list that is walked from the newest on: until when all was read, by the service's
    #: clock, and where a walk stands that has not ended.
    read_until: datetime | None = None
    walked_deep_at: datetime | None = None
    walk: str = ""  #: the service's own cursor; "": no walk is under way
    walk_top: datetime | None = None  #: the newest that this walk has seen
    walk_pages: int = 0

    @classmethod
    def read(cls, cursor: Cursor | None) -> Self:
        """
        Return what a cursor holds; None: nothing yet.

        :raises Lapsed: when it is none of ours.
        """
        if not cursor:
            return cls()
        try:
            told: dict[str, Any] = json.loads(cursor)
            return cls(
                host=str(told.get("host", "")),
                number=told.get("number"),
                moment=told.get("moment"),
                read_until=_moment(told.get("read_until")),
                walked_deep_at=_moment(told.get("walked_deep_at")),
                walk=str(told.get("walk", "")),
                walk_top=_moment(told.get("walk_top")),
                walk_pages=int(told.get("walk_pages", 0)),
            )
        except (ValueError, TypeError, AttributeError) as wrong:
            raise Lapsed(
                "The place kept for this source cannot be read; it goes on from what is newest."
            ) from wrong

    def write(self) -> Cursor:
        """Return the cursor that holds this place."""
        told = {
            "host": self.host or None,
            "number": self.number,
            "moment": self.moment,
            "read_until": self.read_until and self.read_until.isoformat(),
            "walked_deep_at": self.walked_deep_at and self.walked_deep_at.isoformat(),
            "walk": self.walk or None,
            "walk_top": self.walk_top and self.walk_top.isoformat(),
            "walk_pages": self.walk_pages or None,
        }
        return Cursor(json.dumps({name: one for name, one in told.items() if one is not None}))


def _moment(told: Any) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)


def micros(moment: datetime) -> int:
    """Return a moment as microseconds since 1970."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_micros(told: int) -> datetime:
    """
    Return a moment told as microseconds since 1970.

    :raises OverflowError: when there is no such moment.
    """
    seconds, rest = divmod(told, 1_000_000)
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
    except (ValueError, OSError) as wrong:
        raise OverflowError(str(wrong)) from wrong
