"""The source under which the letters of an account are taken in."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.queries.due_sources import LETTERS


@transaction.atomic
def open_letters(*, account_id: int, at: datetime) -> int:
    """Return the source of an account's letters: its stream of that name, or a new one."""
    account = models.ChannelAccount.objects.select_for_update(no_key=True).get(pk=account_id)
    source, _ = models.Source.objects.update_or_create(
        brand_id=account.brand_id,
        channel=account.channel,
        fingerprint=f"live:{account.pk}:{LETTERS}",
        defaults={"on": True},
        create_defaults={
            "name": account.name,
            "on": True,
            "account": account,
            "stream": LETTERS,
            "opened_at": at,
        },
    )
    return source.pk
