"""Write down how far the reading of a file that was handed in is."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from answerback.desk import models
from answerback.desk.operations.hand_in_file import forget_file
from answerback.domain.records.upload import UNDER_WAY, UploadState

MOST_TRIES = 3  #: a file whose reading ends badly so often in a row is given up


def begin_upload(*, upload_id: int) -> int:
    """Count one more beginning, and return how many there were since it last went forward."""
    row = models.Upload.objects.filter(pk=upload_id)
    row.update(tries=F("tries") + 1)
    return row.values_list("tries", flat=True).get()


def follow_upload(
    *, upload_id: int, state: UploadState, done: int, total: int, source_id: int | None
) -> None:
    """
    Say how far the reading is.

    Units: bytes or rows of the file while reading, posts while sorting.
    """
    models.Upload.objects.filter(pk=upload_id, state__in=UNDER_WAY).update(
        state=state, done=done, total=total, source_id=source_id, tries=0
    )


def end_upload(*, upload_id: int, at: datetime, sentence: str = "") -> None:
    """
    Say that a file was read to its end, or why not; either way it is removed from the disk.

    The word is written first: who is killed between the two leaves a file that nobody reads.
    """
    with transaction.atomic():
        row = models.Upload.objects.select_for_update(no_key=True).get(pk=upload_id)
        folder, row.folder = row.folder, ""
        row.state = UploadState.REFUSED if sentence else UploadState.DONE
        row.sentence, row.ended_at = sentence, at
        row.save(update_fields=["state", "sentence", "ended_at", "folder"])
    if folder:
        forget_file(folder)
