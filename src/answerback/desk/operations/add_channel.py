"""Set up an account on a live network."""

import secrets as chance
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction

from answerback.channels.account_fields import check_secrets_there, secrets_told, settings_told
from answerback.channels.live import network
from answerback.desk import models
from answerback.desk.operations.follow_account import follow_account
from answerback.desk.operations.keep_secrets import keep_secrets
from answerback.desk.operations.record_channel import record_channel
from answerback.desk.queries.brand_texts import newest_texts
from answerback.domain.records.event import EventName
from answerback.domain.records.refusal import Refusal

LONGEST_NAME: Final = 80
_MAILBOX_BYTES: Final = 32


class ChannelRefused(Refusal):
    """An account cannot be kept as it was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTold:
    """An account as somebody tells it."""

    channel: str  #: of an installed network
    name: str  #: what people call it
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@transaction.atomic
def add_channel(*, brand_id: int, told: AccountTold, by: str | None, at: datetime) -> int:
    """
    Keep an account, its secrets sealed, follow the sources that its settings ask for.

    Nobody is asked anything: `check_channel` tests it.  One event.

    :raises NoSuchNetwork: when no channel of that kind is installed.
    :raises ChannelRefused: when its name is none or taken, or the brand has no file yet.
    :raises FieldRefused: when a setting or a secret cannot be as it was told, or is missing.
    :raises KeysNotReadable: when nothing can be sealed.
    """
    if newest_texts(brand_id=brand_id).brand is None:
        raise ChannelRefused(
            "This brand was imported before the desk kept brand files. Write its file on the "
            "page of the brand first, or import once more with the command."
        )
    kind = network(told.channel)
    settings, secrets = settings_told(kind, told.settings), secrets_told(kind, told.secrets)
    check_secrets_there(kind, (name for name, value in secrets.items() if value), settings=settings)
    account = models.ChannelAccount.objects.create(
        brand_id=brand_id,
        channel=told.channel,
        name=name_told(told.name, brand_id=brand_id, channel=told.channel),
        settings=settings,
        mailbox=chance.token_urlsafe(_MAILBOX_BYTES) if kind.caps.letters else None,
        added_at=at,
        added_by=by,
    )
    keep_secrets(account_id=account.pk, secrets=secrets)
    follow_account(account_id=account.pk, at=at)
    record_channel(account, what=EventName.CHANNEL_ADDED, how="added", by=by, at=at)
    return account.pk


def name_told(told: str, *, brand_id: int, channel: str, but: int = 0) -> str:
    """
    Return a name as it is kept; `but` is the account that may have it already.

    :raises ChannelRefused: when it is none, or another account of the brand has it.
    """
    name = " ".join("".join(sign if sign.isprintable() else " " for sign in told).split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise ChannelRefused(f"An account needs a name of up to {LONGEST_NAME} characters.")
    there = models.ChannelAccount.objects.filter(
        brand_id=brand_id, channel=channel, name=name, removed_at__isnull=True
    )
    if there.exclude(pk=but).exists():
        raise ChannelRefused(
            f"The brand has an account '{name}' on {channel} already. Give this one another name."
        )
    return name
