"""Where hearing a folder stopped, as its cursor tells it."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self

from answerback.channels.inbound import Cursor
from answerback.channels.live import Lapsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a folder.  Its number means something only under the folder's UIDVALIDITY."""

    validity: int
    uid: int  #: the last mail that was heard
    begun: datetime  #: mail from before this was never asked for
    newest: datetime | None = None  #: when the newest mail heard had come to the server
    #: Of which mailbox, in short: another one may have the same UIDVALIDITY.  "": not told.
    where: str = ""

    @property
    def cursor(self) -> Cursor:
        newest = self.newest and self.newest.isoformat()
        told = {"v": self.validity, "u": self.uid, "b": self.begun.isoformat(), "n": newest}
        told |= {"w": self.where} if self.where else {}
        return Cursor(json.dumps(told, separators=(",", ":")))

    @classmethod
    def of(cls, cursor: Cursor) -> Self:
        """
        Read a cursor.

        :raises Lapsed: when it is none of ours.
        """
        try:
            told = json.loads(cursor)
            newest = told["n"] and datetime.fromisoformat(told["n"]).astimezone(UTC)
            return cls(
                validity=int(told["v"]),
                uid=int(told["u"]),
                begun=datetime.fromisoformat(told["b"]).astimezone(UTC),
                newest=newest,
                where=str(told.get("w", "")),
            )
        except (ValueError, KeyError, TypeError) as wrong:
            raise Lapsed(f"The place in the mailbox cannot be read: {cursor[:80]!r}.") from wrong

    def moved(self, *, uid: int, newest: datetime | None) -> Self:
        return replace(self, uid=max(uid, self.uid), newest=newest)
