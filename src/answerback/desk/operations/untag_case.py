"""Take a word off a case."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.lock_case import lock_case
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.tag import tag_of


@transaction.atomic
def untag_case(*, case_id: int, tag: str, by: str | None, at: datetime) -> None:
    """
    Take a tag off a case; one that it does not have is gone already.

    :raises NotATag: when the text cannot be a tag.
    """
    word = tag_of(tag)
    case = lock_case(case_id)
    gone, _ = models.CaseTag.objects.filter(case_id=case_id, tag=word).delete()
    if gone:
        event = Event(
            what=EventName.CASE_UNTAGGED,
            at=at,
            by=by,
            case_id=case_id,
            particulars={"tag": word},
        )
        record_events(brand_id=case.brand_id, events=[event])
