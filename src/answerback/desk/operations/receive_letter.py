"""Keep what is brought to an address of ours, before anybody is told that it was."""

import json
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import InterfaceError, OperationalError, transaction

from answerback.channels.discreet import at_network
from answerback.channels.live import Account, Delivery, NotSigned
from answerback.desk import models
from answerback.desk.operations.insert_rows import insert_new_rows
from answerback.desk.queries.accounts import opened
from answerback.desk.queries.pressure import no_room
from answerback.desk.sealing import KeysNotReadable, SealBroken, ring_now, seal, unseal
from answerback.domain.records.refusal import Refusal

#: Bytes of one letter, at most.
LONGEST_LETTER: Final = 1 << 20
#: Headers that may help whoever reads a letter; those that prove who sent it are not kept.
_KEPT: Final = re.compile(
    r"content-(?:type|language)|user-agent|[a-z0-9-]+-(?:event|event-id|event-type|delivery|topic)"
)
_NOBODY: Final = "nobody"


class NotKept(Refusal):
    """A letter could not be kept just now; whoever brought it should bring it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A letter from somebody who may write there."""

    account_id: int
    key: str  #: it is kept once under this name


def admit_letter(*, mailbox: str, delivery: Delivery, at: datetime) -> Admitted:
    """
    Say for which account a letter is, once it is sure who sent it.

    It takes as long for an address that does not exist.

    :raises NotSigned: when it is not from who may write there, or there is no such address.
    :raises NotKept: when it cannot be judged just now.
    """
    try:
        account = _account_at(mailbox)
    except (OperationalError, InterfaceError, SealBroken, KeysNotReadable) as wrong:
        raise NotKept("It cannot be judged just now. Bring it again in a minute.") from wrong
    with at_network(account) as asked:
        key = asked.admit(delivery, at=at)
    if not account.account_id:
        raise NotSigned("There is no such address.")
    return Admitted(account_id=account.account_id, key=key)


def keep_letter(*, admitted: Admitted, delivery: Delivery, at: datetime) -> bool:
    """
    Keep a letter under its key, once, and say whether it is new; then it is on the disk.

    :raises NotKept: when the database or the disk takes nothing just now; nothing is kept then.
    """
    if no_room() is not None:
        raise NotKept("There is no room to keep it just now. Bring it again in a while.")
    row = {
        "account_id": admitted.account_id,
        "key": admitted.key,
        "body": delivery.body,
        "headers": kept_headers(delivery.headers),
        "received_at": at,
        "read_at": None,
    }
    try:
        with transaction.atomic():
            return bool(insert_new_rows(model=models.Letter, rows=[row], returning=["id"]))
    except (OperationalError, InterfaceError) as wrong:
        raise NotKept("It cannot be kept just now. Bring it again in a minute.") from wrong


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that are kept with a letter."""
    return {name: value[:500] for name, value in headers.items() if _KEPT.fullmatch(name)}


def _account_at(mailbox: str) -> Account:
    """Return the account of an address, opened; where there is none, one that trusts nobody."""
    told = models.ChannelAccount.objects.filter(mailbox=mailbox).values_list("pk", flat=True)
    account_id = next(iter(told[:1]), None)
    if account_id is not None:
        return opened(account_id)
    models.ChannelAccount.objects.filter(pk=0).first()  # as many questions as for one that is there
    trusted = {"secret": secrets.token_hex()}
    with suppress(KeysNotReadable):  # a desk without any account needs no keys
        ring = ring_now()
        sealed = seal(json.dumps(trusted).encode(), ring=ring, bound_to=_NOBODY)
        trusted = json.loads(unseal(sealed, ring=ring, bound_to=_NOBODY))
    return Account(account_id=0, channel="webhook", name=_NOBODY, secrets=trusted)
