"""Words that were erased leave SQLite's index of words for good."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from answerback.desk import models

#: Putting the index together reads it all: not for each post that is deleted.
EVERY: Final = timedelta(hours=1)
_PAGES: Final = 200  #: of the index, in one step


class ForgetWords:
    """
    The job: a word that is taken out of the index lies in its older parts until they are merged.

    One step each time, an hour apart from the end of one merging to the next, and only when
    something was erased meanwhile.  PostgreSQL does it by itself (autovacuum).
    """

    def __init__(self) -> None:
        self._seen = 0
        self._wanted = 0
        self._done_at: datetime | None = None

    def do_one(self, *, at: datetime) -> bool:
        """Merge some pages where words were erased; say whether there was anything to do."""
        if connection.vendor != "sqlite":
            return False
        if self._done_at is not None and at - self._done_at < EVERY:
            return False
        if self._wanted <= self._seen:
            erased = models.Tombstone.objects.filter(erased_at__isnull=False)
            self._wanted = erased.order_by("-pk").values_list("pk", flat=True).first() or 0
            if self._wanted <= self._seen:
                return False
        if _merge():
            return True
        self._seen, self._done_at = self._wanted, at
        return False


@transaction.atomic
def _merge() -> bool:
    """Do one step, and say whether there may be more: FTS5 tells it by how much changed."""
    with connection.cursor() as cursor:
        handle = connection.connection  # of sqlite3
        before = handle.total_changes
        cursor.execute(
            "INSERT INTO desk_post_words(desk_post_words, rank) VALUES ('merge', %s)", [-_PAGES]
        )
        return bool(handle.total_changes - before > 1)
