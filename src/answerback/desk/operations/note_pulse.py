"""Say now and then that a process is at work, so that others can tell when none is."""

import os
import socket
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from answerback.desk import models
from answerback.desk.queries.vitals import PULSE

#: A process says so every `PULSE_SECONDS`, and is believed for three times as long.
PULSE_SECONDS: Final = 20.0
_BELIEVED: Final = timedelta(seconds=3 * PULSE_SECONDS)
_FORGOTTEN: Final = timedelta(days=1)


@transaction.atomic
def note_pulse(*, at: datetime) -> bool:
    """Say that this process is at work; a job, so it returns that there is no more to do."""
    name = f"{PULSE}{socket.gethostname()}:{os.getpid()}"
    models.Lease.objects.update_or_create(name=name, defaults={"until": at + _BELIEVED})
    models.Lease.objects.filter(name__startswith=PULSE, until__lt=at - _FORGOTTEN).delete()
    return False
