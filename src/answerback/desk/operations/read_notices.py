"""Mark notices as read."""

from collections.abc import Collection
from datetime import datetime

from answerback.desk import models


def read_notices(*, handle: str, at: datetime, notice_ids: Collection[int] | None = None) -> int:
    """
    Mark somebody's notices as read; None: all that they have.  Returns how many were unread.

    No event: what somebody has looked at among their own notices is nobody else's business.
    """
    mine = models.Notice.objects.filter(user__handle=handle, read_at__isnull=True)
    if notice_ids is not None:
        mine = mine.filter(pk__in=notice_ids)
    return mine.update(read_at=at)
