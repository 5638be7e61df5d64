"""Reading one list of one server, as its stream needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from answerback.channels.http import AnsweredNo
from answerback.channels.inbound import Fetched
from answerback.channels.live import NotAllowed, Rate
from answerback.channels.mastodon import ids
from answerback.channels.mastodon.api import Api, Batch
from answerback.channels.mastodon.map import Reader, digest, mark
from answerback.channels.mastodon.sources import EXCLUDED, Where
from answerback.channels.mastodon.streaming import read_notification
from answerback.channels.mastodon.walk import Item, Leaf
from answerback.channels.telling import as_raw

#: Things on one page: as many as servers give.
_PAGE: Final = 40
_REFUSED: Final = 403
_MISUNDERSTOOD: Final = frozenset({400, 422})


@dataclass(slots=True, kw_only=True)
class Reading:
    """One list of one server, being read."""

    api: Api
    where: Where
    reader: Reader
    at: datetime
    rate: Rate | None = None

    def batch(self, below: str | None) -> Batch:
        params = {**self.where.params, "limit": _PAGE}
        if below is not None:
            params["max_id"] = below
        try:
            found = self._asked(params)
        except AnsweredNo as wrong:
            if wrong.status != _REFUSED or not self.where.of_the_account:
                raise  # a timeline may be closed, and all else is well
            raise NotAllowed(
                f"{self.api.host} does not let this login read {self.reader.source}. Give its "
                "token the scope 'read', or ask those who run the server."
            ) from wrong
        self.rate = found.rate or self.rate
        return found

    def _asked(self, params: Mapping[str, Any]) -> Batch:
        where = self.where
        try:
            return self.api.listed(where.path, at=self.at, key=where.key, **params)
        except AnsweredNo as wrong:
            if wrong.status not in _MISUNDERSTOOD or EXCLUDED not in params:
                raise
            # It refuses kinds of notifications that it does not know; then we leave them out.
            rest = {name: value for name, value in params.items() if name != EXCLUDED}
            return self.api.listed(where.path, at=self.at, key=where.key, **rest)

    def leaf(self, below: str | None) -> Leaf:
        batch = self.batch(below)
        return Leaf(items=[_item(one) for one in batch.items], following=batch.following)

    def things(self, payload: Any) -> list[Fetched]:
        if self.where.notifications:
            return list(read_notification(payload, reader=self.reader))
        return [self.reader.status(payload)]


def _item(payload: Any) -> Item:
    """Return a status, or the one that a notification tells of, by the status's own name."""
    told = payload if isinstance(payload, Mapping) else {}
    status = told["status"] if isinstance(told.get("status"), Mapping) else told
    named = status.get("id")
    if (status is told and "content" not in told) or not isinstance(named, str) or not named:
        named = f"?{digest(as_raw(payload))}"  # no status: it is told once
    return Item(name=ids.steady(named)[:512], mark=mark(status), payload=payload)
