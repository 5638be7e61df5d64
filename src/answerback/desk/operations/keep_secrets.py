"""Seal what an account must know, and keep what its network made anew."""

import json
from collections.abc import Mapping

from django.db import transaction

from answerback.desk import models
from answerback.desk.queries.accounts import bound_to
from answerback.desk.sealing import ring_now, seal, unseal


@transaction.atomic
def keep_secrets(*, account_id: int, secrets: Mapping[str, str]) -> None:
    """
    Seal secrets beside those that are there; an empty value forgets one.

    A refreshed session is kept by the machine: who sets secrets by hand writes their own event.
    """
    rows = models.ChannelAccount.objects.select_for_update(no_key=True)
    row = rows.get(pk=account_id)
    if row.removed_at is not None:
        return  # whoever was still at work when it was removed brings nothing back
    ring, bound = ring_now(), bound_to(row)
    kept: dict[str, str] = {}
    if row.sealed:
        kept = json.loads(unseal(bytes(row.sealed), ring=ring, bound_to=bound))
    kept = {name: value for name, value in {**kept, **secrets}.items() if value}
    # Who has no secret needs no key, and loses nothing with it.
    row.sealed = seal(json.dumps(kept).encode(), ring=ring, bound_to=bound) if kept else b""
    row.save(update_fields=["sealed"])
