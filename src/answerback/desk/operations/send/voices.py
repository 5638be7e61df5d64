"""Through whom a reply is said: the voice of an account, made before anything is claimed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from answerback.channels.discreet import spoken_discreetly
from answerback.channels.form.map import CHANNEL as FORM
from answerback.channels.form.send import FormVoice
from answerback.channels.live import Account
from answerback.channels.outbound import Sender, sender_for, voice_of
from answerback.desk import models
from answerback.desk.operations.open_account import open_account
from answerback.desk.queries.through import Through
from answerback.desk.sealing import KeysNotReadable, SealBroken
from answerback.domain.records.refusal import Refusal

#: How long a reply waits for a person to mend or switch on its account; then it is its writer's.
LONGEST_WAIT = timedelta(hours=24)
#: The channel through which messages of the form are answered.
MAIL = "email"


#: Finds the voice; asks no network, and is called inside no transaction.
Senders = Callable[[Through], Sender]


class VoiceWaits(Refusal):
    """The account is there and may not speak now: a person must do something about it."""


def installed_senders(through: Through) -> Sender:
    """
    Return the voice that says a reply; in a rehearsal, the fake network's for every one.

    :raises CannotSend: when the channel has none.
    :raises VoiceWaits: when the account is paused, its login was refused, or its secrets
        cannot be opened.
    """
    folder = Path(settings.DATA_DIR)
    if settings.REHEARSAL:
        return sender_for("fake", folder=folder)
    if through.account_id is None:
        return sender_for(through.channel, folder=folder)
    account = models.ChannelAccount.objects.get(pk=through.account_id)
    if not account.on:
        raise VoiceWaits(
            f"The account '{account.name}' is switched off, so this waits. Switch it on, or take "
            "the reply back."
        )
    if account.stopped:
        raise VoiceWaits(
            f"The account '{account.name}' cannot sign in, so this waits. Somebody who manages "
            f"channels must mend it: {account.stopped}"
        )
    try:
        told = open_account(account.pk)
        mail = _mail_of(account.brand_id) if told.channel == FORM else None
    except (SealBroken, KeysNotReadable) as wrong:
        raise VoiceWaits(f"The account '{account.name}' cannot be used: {wrong}") from wrong
    voice: Sender = FormVoice(told, mail) if told.channel == FORM else voice_of(told)
    return spoken_discreetly(voice, accounts=[told] if mail is None else [told, mail])


def _mail_of(brand_id: int) -> Account | None:
    """Return the mail account that answers for a brand's forms, opened: the first that can."""
    accounts = models.ChannelAccount.objects.filter(
        brand_id=brand_id, channel=MAIL, on=True, stopped="", removed_at__isnull=True
    )
    pk = accounts.order_by("pk").values_list("pk", flat=True).first()
    return None if pk is None else open_account(pk)
