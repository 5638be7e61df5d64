"""Open an account for work at its network, which may put other secrets in the place of its own."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from django.db import transaction

from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account
from answerback.desk import models
from answerback.desk.operations.keep_secrets import keep_secrets
from answerback.desk.operations.lease import end_lease, take_lease
from answerback.desk.queries.accounts import opened, secrets_of
from answerback.desk.queries.shared_clock import database_now

#: Whoever is alone with an account's secrets has so long: more than one answer may take.
_LEASE: Final = timedelta(seconds=90)
_WAIT_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.1


#: Around each moment in which the database is used.
AtDatabase = Callable[[], AbstractContextManager[None]]


def open_account(account_id: int, *, at_database: AtDatabase = nullcontext) -> Account:
    """
    Return an account with its secrets open, which keeps what its network makes anew.

    `at_database` is entered around each use of the database, now and later: whoever waits for a
    network may hold no connection meanwhile.

    :raises SealBroken: when they cannot be opened.
    """
    keep = partial(_keep, account_id, at_database)
    vault = _Vault(account_id=account_id, at_database=at_database)
    with at_database():
        return opened(account_id, keep=keep, vault=vault)


def _keep(account_id: int, at_database: AtDatabase, secrets: Mapping[str, str]) -> None:
    with at_database():
        keep_secrets(account_id=account_id, secrets=secrets)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vault:
    """The sealed secrets of one account, as `channels/vault.py` promises them."""

    account_id: int
    at_database: AtDatabase

    @contextmanager
    def alone(self) -> Iterator[None]:
        """
        Be the only one over all processes: by a lease, for no transaction may be that long.

        It goes by the database's clock, which is the same for all of them.
        """
        name = f"secrets:{self.account_id}"
        token = self._token(name)
        try:
            yield
        finally:
            with self.at_database():
                end_lease(name=name, token=token, at=database_now())

    def read(self) -> Mapping[str, str]:
        with self.at_database():
            return secrets_of(models.ChannelAccount.objects.get(pk=self.account_id))

    def replace(self, name: str, *, was: str, by: str) -> bool:
        with self.at_database():
            return self._replaced(name, was=was, by=by)

    @transaction.atomic
    def _replaced(self, name: str, *, was: str, by: str) -> bool:
        rows = models.ChannelAccount.objects.select_for_update(no_key=True)
        row = rows.get(pk=self.account_id)
        if row.removed_at is not None or secrets_of(row).get(name, "") != was:
            return False
        keep_secrets(account_id=self.account_id, secrets={name: by})
        return True

    def _token(self, name: str) -> int:
        until = time.monotonic() + _WAIT_SECONDS
        while (token := self._taken(name)) is None:
            if time.monotonic() > until:
                raise ChannelDown(
                    "Another process is signing in to this account and does not come to an end. "
                    "It is tried again."
                )
            time.sleep(_LOOK_SECONDS)
        return token

    def _taken(self, name: str) -> int | None:
        with self.at_database():
            at = database_now()
            return take_lease(name=name, at=at, until=at + _LEASE)
