"""Remember when somebody was last here."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from answerback.desk import models

#: Minutes are enough, and spare a write on every page.
NOTED_EVERY: Final = timedelta(minutes=1)


def note_seen(*, user_id: int, at: datetime) -> None:
    """Say that somebody asked for a page; no event, because it is nobody's act."""
    models.User.objects.filter(
        Q(seen_at__isnull=True) | Q(seen_at__lt=at - NOTED_EVERY), pk=user_id
    ).update(seen_at=at)
