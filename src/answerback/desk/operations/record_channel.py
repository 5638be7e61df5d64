"""Write down what was done to an account of a channel."""

from datetime import datetime

from answerback.desk import models
from answerback.desk.operations.record_events import record_events
from answerback.desk.operations.write_audit import Deed, write_audit
from answerback.domain.records.event import Event, EventName


def record_channel(
    account: models.ChannelAccount, *, what: EventName, how: str, by: str | None, at: datetime
) -> None:
    """
    Add one event and one audit entry.  Call it inside the transaction of what they tell.

    `by` None is whoever runs the server: that stands in the audit log, too.  `how` is a closed
    word; no value of a setting, and no secret, is ever written here.
    """
    told: dict[str, str | int | float | None] = {
        "account": account.pk,
        "channel": account.channel,
        "how": how,
    }
    event = Event(what=what, at=at, by=by, particulars=told)
    record_events(brand_id=account.brand_id, events=[event])
    if by is None:
        deed = Deed(what=what, by=None, brand_id=account.brand_id, particulars=told)
        write_audit(deeds=[deed], at=at)
