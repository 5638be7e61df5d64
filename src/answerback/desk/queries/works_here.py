"""Whether somebody still works on the cases of a brand."""

from answerback.desk import models
from answerback.domain.records.role import RIGHTS, Right, Role


def works_here(*, brand_id: int, handle: str | None) -> bool:
    """Return whether cases of a brand can be somebody's.  One question to the database."""
    seats = models.Membership.objects.filter(
        brand_id=brand_id, user__handle=handle, user__is_active=True
    )
    role = seats.values_list("role", flat=True).first()
    return role is not None and Right.WORK in RIGHTS[Role(role)]
