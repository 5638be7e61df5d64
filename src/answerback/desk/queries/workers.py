"""Who works cases of a brand."""

from dataclasses import dataclass

from answerback.desk import models
from answerback.domain.records.role import RIGHTS, Right, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Somebody who can have cases."""

    handle: str
    name: str
    takes_cases: bool  #: False: away


def workers_of(*, brand_id: int) -> list[Worker]:
    """Return who can have cases of a brand, by handle.  One question to the database."""
    roles = [role for role in Role if Right.WORK in RIGHTS[role]]
    seats = models.Membership.objects.filter(
        brand_id=brand_id, role__in=roles, user__is_active=True
    ).order_by("user__handle")
    return [
        Worker(handle=handle, name=name, takes_cases=takes)
        for handle, name, takes in seats.values_list(
            "user__handle", "user__name", "user__takes_cases"
        )
    ]
