"""Acts on many cases, as they were kept for undoing."""

from answerback.desk import models
from answerback.desk.queries.access import Member, NotHere


def bulk_for(member: Member, *, bulk_id: int) -> list[int]:
    """
    Return the cases of an act of somebody's own.  One question to the database.

    :raises NotHere: when there is none, or it was another's.
    """
    bulk = models.Bulk.objects.filter(pk=bulk_id, user_id=member.user_id).first()
    if bulk is None:
        raise NotHere
    return [int(case_id) for case_id in bulk.before]
