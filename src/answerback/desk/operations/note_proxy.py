"""Remember that requests come through a proxy that nobody has declared."""

from datetime import datetime, timedelta
from typing import Final

from answerback.desk import models
from answerback.desk.queries.vitals import UNDECLARED

#: The doctor tells of it for so long after the last time.
_TOLD: Final = timedelta(days=1)


def note_proxy(*, at: datetime) -> None:
    """Keep that it was so at this moment."""
    models.Lease.objects.update_or_create(name=UNDECLARED, defaults={"until": at + _TOLD})
