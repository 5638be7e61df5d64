"""Note who has a case open, and whether they write."""

from datetime import datetime, timedelta

from answerback.desk import models

#: A browser says it again every twenty seconds; one that died is forgotten soon.
LASTS = timedelta(seconds=45)
#: Rows that ended long ago are swept by whoever comes next.
_SWEPT_AFTER = timedelta(minutes=5)


def note_presence(*, case_id: int, user_id: int, writing: bool, at: datetime) -> None:
    """
    Note that somebody has a case open, for as long as `LASTS`.

    No event and no audit entry: that somebody looked is told by CASE_READ, once.
    """
    models.Presence.objects.bulk_create(
        [models.Presence(case_id=case_id, user_id=user_id, writing=writing, until=at + LASTS)],
        update_conflicts=True,
        unique_fields=["case", "user"],
        update_fields=["writing", "until"],
    )
    models.Presence.objects.filter(case_id=case_id, until__lt=at - _SWEPT_AFTER).delete()


def end_presence(*, case_id: int, user_id: int) -> None:
    """Note that somebody has left a case."""
    models.Presence.objects.filter(case_id=case_id, user_id=user_id).delete()
