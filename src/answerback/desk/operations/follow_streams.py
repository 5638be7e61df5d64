"""Let an account's sources be those that its settings ask for."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from answerback.channels.live import Stream
from answerback.desk import models


@transaction.atomic
def follow_streams(*, account_id: int, streams: Sequence[Stream], at: datetime) -> None:
    """
    Make sources for new streams, switch off those that are no longer asked for.

    Nothing is ever removed: a source keeps its cursor and its ledger, and goes on from there
    when it is asked for again.
    """
    account = models.ChannelAccount.objects.select_for_update(no_key=True).get(pk=account_id)
    for stream in streams:
        models.Source.objects.update_or_create(
            brand_id=account.brand_id,
            channel=account.channel,
            fingerprint=f"live:{account.pk}:{stream.name}",
            defaults={"name": f"{account.name}: {stream.title}", "on": True},
            create_defaults={
                "name": f"{account.name}: {stream.title}",
                "on": True,
                "account": account,
                "stream": stream.name,
                "opened_at": at,
                "next_at": at,
            },
        )
    there = models.Source.objects.filter(account=account)
    there.exclude(stream__in=[stream.name for stream in streams]).update(on=False)
