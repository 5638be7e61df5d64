"""Let a copy lead its group when the first post does not stand any more."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Min

from answerback.desk import models
from answerback.desk.operations.insert_rows import update_rows
from answerback.desk.operations.open_cases import keep_cases_true, open_cases
from answerback.desk.rows import plan_record
from answerback.domain.records.case import CloseReason


def let_copies_lead(
    *,
    brand_id: int,
    closed_as: CloseReason,
    at: datetime,
    first_ids: Sequence[int] | None = None,
) -> int:
    """
    Open cases for copies that wait in a case which was closed because its first post fell away.

    Who said the same as somebody whose post was edited, or is not heard any more, still waits.
    `closed_as` is why such cases were closed; with `first_ids`, only copies of these posts are
    looked at, otherwise those of all posts that were discarded.  The earliest copy leads, the
    others follow it.  Call it inside a transaction, when cases are closed.

    Returns how many cases are new.
    """
    left = models.Post.objects.filter(
        brand_id=brand_id,
        copy_of__isnull=False,
        discard_reason__isnull=True,
        plan__respond=True,
        case__close_reason=closed_as,
    )
    if first_ids is None:
        left = left.filter(copy_of__discard_reason__isnull=False)
    else:
        left = left.filter(copy_of_id__in=first_ids)
    earliest = left.order_by().values("copy_of_id", "case_id").annotate(earliest=Min("pk"))
    leading = models.Post.objects.filter(pk__in=[one["earliest"] for one in earliest])
    opened = 0
    for post in leading.select_related("plan").order_by("pk"):
        fell = post.case_id or 0
        _, new = open_cases(posts=[post], plans={post.pk: plan_record(post.plan)}, at=at)
        opened += new
        update_rows(model=models.Post, rows=[{"id": post.pk, "case_id": post.case_id}])
        models.Post.objects.filter(copy_of_id=post.copy_of_id, case_id=fell).update(
            case_id=post.case_id
        )
        keep_cases_true(case_ids=[post.case_id or 0], grown=[post.case_id or 0], at=at)
    return opened
