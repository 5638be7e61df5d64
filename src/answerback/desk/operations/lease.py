"""Do a long piece of work step by step, one process at a time."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from answerback.desk import models


@transaction.atomic
def take_lease(*, name: str, at: datetime, until: datetime, by_force: bool = False) -> int | None:
    """
    Begin a piece of work that nobody does, and return the token that `keep_lease` asks for.

    `by_force`: take it over from whoever does it; they notice at their next step.

    Returns None while somebody does it.
    """
    row, made = models.Lease.objects.get_or_create(name=name, defaults={"until": until})
    if made:
        return row.token
    free = models.Lease.objects.filter(pk=name, token=row.token)
    if not by_force:
        free = free.filter(until__lte=at)
    taken = free.update(token=F("token") + 1, until=until)
    return row.token + 1 if taken else None


def keep_lease(*, name: str, token: int, until: datetime) -> bool:
    """Go on with a piece of work; False: somebody else does it now, so leave it alone."""
    return models.Lease.objects.filter(pk=name, token=token).update(until=until) == 1


def end_lease(*, name: str, token: int, at: datetime) -> None:
    """Leave a piece of work to whoever comes next."""
    models.Lease.objects.filter(pk=name, token=token).update(until=at)
