"""What the background work does, again and again: one due thing each time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from answerback.desk.operations.breach_deadlines import breach_one
from answerback.desk.operations.erase_raw import erase_raw_some
from answerback.desk.operations.forget_words import ForgetWords
from answerback.desk.operations.note_pulse import PULSE_SECONDS, note_pulse
from answerback.desk.operations.offer_cases import offer_one
from answerback.desk.operations.remind_of_approvals import remind_of_one
from answerback.desk.operations.send import send_due
from answerback.desk.operations.send.remove import remove_due
from answerback.desk.operations.tidy_door import tidy_door
from answerback.desk.operations.wake_case import wake_one
from answerback.project.brand_work import BrandWork
from answerback.project.reading_again import ReadAgainOne
from answerback.project.threads import fetch_context_one


class DoOne(Protocol):
    """Find one due thing, claim it, do it, and say whether there was one."""

    def __call__(self, *, at: datetime) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One kind of work."""

    name: str
    do_one: DoOne
    every_seconds: float = 1.0  #: how often to look when there was nothing


#: In no order that matters: no job starves another (`work.py`).
JOBS: tuple[Job, ...] = (
    Job(name="send", do_one=send_due),
    Job(name="removals", do_one=remove_due, every_seconds=5.0),
    Job(name="approvals", do_one=remind_of_one, every_seconds=10.0),
    Job(name="deadlines", do_one=breach_one),
    Job(name="wake", do_one=wake_one),
    Job(name="offers", do_one=offer_one),
    Job(name="posts", do_one=BrandWork().do_one, every_seconds=2.0),
    Job(name="pulse", do_one=note_pulse, every_seconds=PULSE_SECONDS),
    Job(name="threads", do_one=fetch_context_one, every_seconds=2.0),
    Job(name="again", do_one=ReadAgainOne().do_one, every_seconds=2.0),
    Job(name="raw", do_one=erase_raw_some, every_seconds=5.0),
    Job(name="words", do_one=ForgetWords().do_one, every_seconds=60.0),
    Job(name="door", do_one=tidy_door, every_seconds=600.0),
)
