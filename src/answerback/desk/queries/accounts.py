"""Accounts on live networks: opened for the work, as frozen lines for people."""

import json
from collections.abc import Callable, Mapping

from django.conf import settings

from answerback.channels.live import Account
from answerback.channels.vault import Vault
from answerback.desk import models
from answerback.desk.sealing import SealBroken, ring_now, unseal


def bound_to(account: models.ChannelAccount) -> str:
    """Return what an account's secrets are bound to, so that they open in no other row."""
    return f"desk_channelaccount:{account.pk}:{account.brand_id}"


def opened(
    account_id: int,
    *,
    keep: Callable[[Mapping[str, str]], None] | None = None,
    vault: Vault | None = None,
) -> Account:
    """
    Return an account with its secrets open; hand it to its network and forget it.

    Whoever asks the network opens it by `operations/open_account.py`: it may be given other
    secrets there, and they must be kept.

    :raises SealBroken: when they cannot be opened.
    """
    row = models.ChannelAccount.objects.get(pk=account_id)
    try:
        secrets = secrets_of(row)
    except SealBroken:  # sealed anew between our two looks, and the old key is gone: look again
        row.refresh_from_db()
        secrets = secrets_of(row)
    return Account(
        account_id=row.pk,
        channel=row.channel,
        name=row.name,
        settings={name: str(value) for name, value in row.settings.items()},
        secrets=secrets,
        reach=frozenset(settings.REACH),
        keep=keep,
        vault=vault,
    )


def secrets_of(row: models.ChannelAccount) -> dict[str, str]:
    """
    Return an account's secrets, open, by the names of its network's fields.

    :raises SealBroken: when they cannot be opened.
    """
    if not row.sealed:
        return {}
    plain = unseal(bytes(row.sealed), ring=ring_now(), bound_to=bound_to(row))
    secrets: dict[str, str] = json.loads(plain)
    return secrets
