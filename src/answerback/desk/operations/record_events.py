"""Write down what happened."""

from collections.abc import Sequence
from datetime import datetime

from answerback.desk import models
from answerback.desk.operations.insert_rows import insert_rows
from answerback.desk.operations.write_audit import deed_of, write_audit
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.plan import Plan


def record_events(*, brand_id: int, events: Sequence[Event]) -> None:
    """
    Add events, in the order given.  Call it inside the transaction of what they tell.

    What a person did stands in the audit log, too.
    """
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
    for at in dict.fromkeys(event.at for event in events if event.by is not None):
        deeds = [
            deed_of(event, brand_id=brand_id)
            for event in events
            if event.by is not None and event.at == at
        ]
        write_audit(deeds=deeds, at=at)


def read_event(
    *,
    post: models.Post,
    plan: Plan | None,
    discarded: DiscardReason | None,
    newest: int | None,
    at: datetime,
) -> Event:
    """
    Return that a post was read, with what the measures count by: nobody's words.

    `newest` is the newest version of it that is here (None: this one); an older one owes
    nothing.
    """
    clock = post.asks_since or (None if post.created_at_assumed else post.created_at)
    stands = newest is None or newest == post.version
    return Event(
        what=EventName.POST_READ,
        at=at,
        post_id=post.pk,
        case_id=post.case_id,
        particulars={
            "created_at": clock.isoformat() if clock else None,
            "respond": int(plan.respond and stands) if plan else 0,
            "kind": plan.kind if plan else None,
            "discarded": discarded,
            **({} if stands else {"newer_version": newest}),
            **({"copy_of": post.copy_of_id} if post.copy_of_id is not None else {}),
        },
    )
