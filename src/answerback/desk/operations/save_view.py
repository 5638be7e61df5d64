"""Keep a set of filters under a name, for oneself or for everybody of a brand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal

LONGEST: Final = 60
MOST: Final = 40


class NotAView(Refusal):
    """A view without a name, or one too many."""


@transaction.atomic
def save_view(
    *, by: str, name: str, filters: Mapping[str, str], shared_with: int | None, at: datetime
) -> None:
    """
    Save a view; one of the same name of theirs is replaced.

    `filters`: as in the address of the inbox.  `shared_with`: a brand's number; None: nobody.

    :raises NotAView: when it has no name, a name too long, or they have too many.
    """
    told = " ".join(name.split())
    if not 0 < len(told) <= LONGEST:
        raise NotAView(f"A view needs a name of 1 to {LONGEST} characters. Write one.")
    user = models.User.objects.get(handle=by)
    mine = models.View.objects.filter(owner=user)
    if mine.exclude(name=told).count() >= MOST:
        raise NotAView(f"You have {MOST} views already. Remove one that you do not use.")
    values = {
        "filters": dict(filters),
        "shared": shared_with is not None,
        "brand_id": shared_with,
    }
    models.View.objects.update_or_create(owner=user, name=told, defaults=values)
    if shared_with is not None:
        event = Event(what=EventName.VIEW_SHARED, at=at, by=by)
        record_events(brand_id=shared_with, events=[event])


def remove_view(*, view_id: int, by: str) -> None:
    """Remove a view of one's own; what others see in a brand's shared views goes with it."""
    models.View.objects.filter(pk=view_id, owner__handle=by).delete()
