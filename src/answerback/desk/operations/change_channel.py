"""Change an account on a live network: settings, secrets, on or off, gone."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from answerback.channels.account_fields import (
    check_secrets_there,
    secrets_told,
    settings_changed,
)
from answerback.channels.live import network
from answerback.desk import models
from answerback.desk.operations.add_channel import ChannelRefused, name_told
from answerback.desk.operations.follow_account import follow_account
from answerback.desk.operations.keep_secrets import keep_secrets
from answerback.desk.operations.record_channel import record_channel
from answerback.desk.queries.accounts import bound_to, secrets_of
from answerback.desk.sealing import SealBroken, ring_now, seal
from answerback.domain.records.event import EventName


@transaction.atomic
def change_channel(
    *,
    account_id: int,
    settings: Mapping[str, str],
    name: str | None = None,
    by: str | None,
    at: datetime,
) -> None:
    """
    Let settings say something else; those not named stay, an empty one goes to its default.

    Sources that are no longer asked for are switched off and keep all they have.  One event.

    :raises FieldRefused: when a setting cannot be as it was told.
    :raises ChannelRefused: when the name is none or taken, or the account was removed.
    """
    account = _held(account_id)
    kind = network(account.channel)
    before = account.settings
    account.settings = settings_changed(kind, before=before, told=settings)
    if account.settings != before and account.works is False:
        account.works = None  # what the last test found wrong was said of the settings before
    if name is not None:
        account.name = name_told(
            name, brand_id=account.brand_id, channel=account.channel, but=account.pk
        )
    account.save(update_fields=["settings", "name", "works"])
    follow_account(account_id=account.pk, at=at)
    _mended(account, at=at)
    record_channel(account, what=EventName.CHANNEL_CHANGED, how="settings", by=by, at=at)


@transaction.atomic
def set_secrets(
    *, account_id: int, secrets: Mapping[str, str], by: str | None, at: datetime
) -> None:
    """
    Seal secrets in the place of those of the same name; an empty one is forgotten.

    Where what is sealed can no longer be opened, all that are needed must be told, and what
    was sealed before is forgotten.  One event.

    :raises FieldRefused: when one is no secret of the network, or one that is needed is missing.
    :raises ChannelRefused: when the account was removed.
    """
    account = _held(account_id)
    kind = network(account.channel)
    told = secrets_told(kind, secrets)
    try:
        keep_secrets(account_id=account_id, secrets=told)
    except SealBroken:
        names = (name for name, value in told.items() if value)
        check_secrets_there(kind, names, settings=account.settings)
        _seal_anew(account, secrets=told)
    account.refresh_from_db()
    check_secrets_there(kind, secrets_of(account), settings=account.settings)
    _mended(account, at=at)
    record_channel(account, what=EventName.CHANNEL_CHANGED, how="secrets", by=by, at=at)


@transaction.atomic
def pause_channel(*, account_id: int, by: str | None, at: datetime) -> None:
    """Ask no more and hear no more until somebody resumes; nothing is forgotten.  One event."""
    account = _held(account_id)
    account.on = False
    account.save(update_fields=["on"])
    record_channel(account, what=EventName.CHANNEL_CHANGED, how="paused", by=by, at=at)


@transaction.atomic
def resume_channel(*, account_id: int, by: str | None, at: datetime) -> None:
    """
    Go on where it was paused, or stopped because a person had to mend it.  One event.

    What came meanwhile is fetched from the cursor on, as far as the network keeps it.
    """
    account = _held(account_id)
    account.on, account.stopped = True, ""
    account.save(update_fields=["on", "stopped"])
    _ask_now(account, at=at)
    record_channel(account, what=EventName.CHANNEL_CHANGED, how="resumed", by=by, at=at)


@transaction.atomic
def remove_channel(*, account_id: int, by: str | None, at: datetime) -> None:
    """
    Take an account out of use for good: its secrets are forgotten, its address closed.

    Its posts, its sources and their ledgers stay; its name is free again.  One event.
    """
    account = _held(account_id)
    account.on, account.sealed, account.mailbox = False, b"", None
    account.removed_at, account.removed_by = at, by
    account.save(update_fields=["on", "sealed", "mailbox", "removed_at", "removed_by"])
    models.Source.objects.filter(account=account).update(on=False, streaming=False)
    record_channel(account, what=EventName.CHANNEL_REMOVED, how="removed", by=by, at=at)


def _held(account_id: int) -> models.ChannelAccount:
    """
    Return an account, locked.

    :raises ChannelRefused: when it was removed.
    """
    account = models.ChannelAccount.objects.select_for_update(no_key=True).get(pk=account_id)
    if account.removed_at is not None:
        raise ChannelRefused(
            "This account was removed, and its secrets are forgotten. Set it up anew."
        )
    return account


def _seal_anew(account: models.ChannelAccount, *, secrets: Mapping[str, str]) -> None:
    kept = {name: value for name, value in secrets.items() if value}
    account.sealed = seal(json.dumps(kept).encode(), ring=ring_now(), bound_to=bound_to(account))
    account.save(update_fields=["sealed"])


def _mended(account: models.ChannelAccount, *, at: datetime) -> None:
    """Ask an account again that had stopped: a person has mended it, or it stops again."""
    if account.stopped:
        account.stopped = ""
        account.save(update_fields=["stopped"])
        _ask_now(account, at=at)


def _ask_now(account: models.ChannelAccount, *, at: datetime) -> None:
    models.Source.objects.filter(account=account, on=True).update(
        next_at=at, failures=0, sentence=""
    )
