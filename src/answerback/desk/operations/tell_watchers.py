"""Tell those who follow a case that something happened in it."""

from collections.abc import Collection
from datetime import datetime

from answerback.desk import models
from answerback.desk.operations.notify import NoticeOf, notify


def tell_watchers(
    *, case: models.Case, by: str | None, at: datetime, told: Collection[str] = ()
) -> None:
    """
    Give its owner and its watchers a notice, unless they did it themselves or are `told` already.

    One unread notice a case is enough (`notify`), so a busy case makes no noise.
    """
    watchers = models.Watch.objects.filter(case_id=case.pk).order_by("pk")
    handles = {*watchers.values_list("user__handle", flat=True), case.owner or ""}
    notify(
        handles=handles - {"", *told},
        what=NoticeOf.WATCHED,
        case_id=case.pk,
        by=by,
        at=at,
    )
