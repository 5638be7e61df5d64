"""Write down what happened."""

from collections.abc import Sequence

from answerback.desk import models
from answerback.desk.operations.insert_rows import insert_rows
from answerback.domain.records.event import Event


def record_events(*, brand_id: int, events: Sequence[Event]) -> None:
    """Add events, in the order given.  Call it inside the transaction of what they tell."""
    insert_rows(
        model=models.Event,
        rows=[
            {
                "what": event.what,
                "at": event.at,
                "by": event.by,
                "case_id": event.case_id,
                "post_id": event.post_id,
                "particulars": dict(event.particulars),
                "brand_id": brand_id,
            }
            for event in events
        ],
    )
