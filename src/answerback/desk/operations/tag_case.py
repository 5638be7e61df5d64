"""Put words on a case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.lock_case import lock_case
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.tag import tag_of

MOST: Final = 30


class TooManyTags(Refusal):
    """A case has as many tags as it may."""


@transaction.atomic
def tag_case(*, case_id: int, tags: Sequence[str], by: str | None, at: datetime) -> None:
    """
    Put tags on a case, closed or not, one event for each; what it has already stays, silently.

    :raises NotATag: when one of them cannot be a tag; then none is put on.
    :raises TooManyTags: when it would have more than `MOST`.
    """
    wanted = list(dict.fromkeys(tag_of(tag) for tag in tags))
    case = lock_case(case_id)
    there = set(models.CaseTag.objects.filter(case_id=case_id).values_list("tag", flat=True))
    new = [tag for tag in wanted if tag not in there]
    if len(there) + len(new) > MOST:
        raise TooManyTags(f"A case has at most {MOST} tags. Take some off first.")
    models.CaseTag.objects.bulk_create(models.CaseTag(case_id=case_id, tag=tag) for tag in new)
    record_events(
        brand_id=case.brand_id,
        events=[
            Event(
                what=EventName.CASE_TAGGED,
                at=at,
                by=by,
                case_id=case_id,
                particulars={"tag": tag},
            )
            for tag in new
        ],
    )
