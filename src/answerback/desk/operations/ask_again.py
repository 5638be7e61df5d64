"""Somebody wants what could not be read to be read again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.erase_raw import ERASED
from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from django.db.models import QuerySet


class NothingToRead(Refusal):
    """None of the rows that somebody wants read again can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Failed rows: all those that fit every part that is set."""

    row_id: int | None = None
    source_id: int | None = None
    reason: str | None = None


@transaction.atomic
def ask_again(*, brand_ids: Collection[int], which: Which, by: str | None, at: datetime) -> int:
    """
    Let failed rows of live sources be read again by the background work; return how many.

    The rows of a file are read again with the file.  What was erased since has nothing to be
    read.  Whoever asks twice asks once.

    :raises NothingToRead: when none of the rows can be read again.
    """
    rows = models.FailedRow.objects.filter(source__brand_id__in=brand_ids)
    if which.row_id is not None:
        rows = rows.filter(pk=which.row_id)
    if which.source_id is not None:
        rows = rows.filter(source_id=which.source_id)
    if which.reason is not None:
        rows = rows.filter(reason=which.reason)
    live = rows.filter(source__account__isnull=False).exclude(raw=ERASED)
    asked = live.update(again_at=at, again_by=by or "")
    if not asked:
        raise NothingToRead(_why_not(rows))
    return asked


def _why_not(rows: "QuerySet[models.FailedRow]") -> str:
    if rows.filter(source__account__isnull=True).exists():
        return (
            "These rows are of a file, which says in its first line what they mean. Hand the file "
            "in again: what can be read now is stored, and nothing is taken twice."
        )
    if rows.exists():
        return "There is nothing left of it to read: its words were never given to us, or erased."
    return "No such row failed, or it was read meanwhile. Look at the list again."
