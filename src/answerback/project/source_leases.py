"""The leases of the sources that this process hears, kept while the network is slow."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from answerback.desk.operations.lease import keep_lease
from answerback.desk.operations.take_page import lease_of_source

#: A worker that says nothing for so long is gone, and another goes on.
SOURCE_LEASE: Final = timedelta(seconds=20)


class HeldLeases:
    """Which sources are heard here now, and under which token."""

    def __init__(self) -> None:
        self._tokens: dict[int, int] = {}
        self._alone = Lock()

    @contextmanager
    def holding(self, source_id: int, token: int) -> Iterator[None]:
        """Keep a lease for as long as the block runs."""
        with self._alone:
            self._tokens[source_id] = token
        try:
            yield
        finally:
            with self._alone:
                if self._tokens.get(source_id) == token:  # else another thread has it since
                    del self._tokens[source_id]

    def renew(self, *, at: datetime) -> None:
        """Keep all of them a while longer; one that is lost stays lost, and its worker will see."""
        with self._alone:
            tokens = dict(self._tokens)
        for source_id, token in tokens.items():
            keep_lease(name=lease_of_source(source_id), token=token, until=at + SOURCE_LEASE)


#: Of this process.
HELD: Final = HeldLeases()
