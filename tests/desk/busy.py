"""
An agent, or the outbox, at work on whatever is there, for some seconds.

Run as a program by `test_together.py`, beside imports: `python -m tests.desk.busy ada 8`.
Refusals are foreseen and counted; anything else ends it with a traceback.
"""

import json
import random
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from answerback.domain.records.refusal import Refusal
from answerback.project.start import desk

if TYPE_CHECKING:
    from answerback.desk import models

#: The agents' clock stands still; the outbox looks later, so that no reply waits for it.
AT = datetime(2026, 3, 3, 9, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)
OUTBOX = "outbox"


def main(who: str, seconds: float) -> None:
    """Print, as JSON, how often each act was done and refused."""
    told: Counter[str] = Counter()
    with desk(None, create=True):
        acts = [send, notice] if who == OUTBOX else [take, close, correct, reply]
        until = time.monotonic() + seconds
        chance = random.Random(who)  # noqa: S311  a game of chance, no secret
        while time.monotonic() < until:
            act = chance.choice(acts)
            try:
                told[f"{act.__name__} {act(who, chance)}"] += 1
            except Refusal as refusal:
                told[f"{act.__name__} {type(refusal).__name__}"] += 1
    print(json.dumps(told))  # noqa: T201  a program


def send(_who: str, _chance: random.Random) -> str:
    from tests.desk.replying import Voice  # noqa: PLC0415  Django must be up

    from answerback.desk.operations.send import send_due  # noqa: PLC0415

    return "done" if send_due(at=LATER, senders=lambda _: Voice()) else _rest()


def notice(_who: str, _chance: random.Random) -> str:
    from answerback.desk.operations.breach_deadlines import breach_one  # noqa: PLC0415

    return "done" if breach_one(at=LATER) else _rest()


def take(who: str, chance: random.Random) -> str:
    from tests.people import make_user  # noqa: PLC0415

    from answerback.desk.operations.assign_case import assign_case  # noqa: PLC0415
    from answerback.domain.records.role import Role  # noqa: PLC0415

    make_user(who, role=Role.LEAD)
    assign_case(case_id=_case(chance).pk, to=who, by=who, at=AT, taking_over=True)
    return "done"


def close(who: str, chance: random.Random) -> str:
    from answerback.desk.operations.close_case import close_case  # noqa: PLC0415
    from answerback.domain.records.case import CloseReason  # noqa: PLC0415

    reason = CloseReason.NO_ANSWER_NEEDED
    close_case(case_id=_case(chance).pk, reason=reason, by=who, at=AT, note="Done.")
    return "done"


def correct(who: str, chance: random.Random) -> str:
    from answerback.desk.operations.correct_reading import correct_reading  # noqa: PLC0415
    from answerback.domain.records.reading_part import ReadingPart  # noqa: PLC0415

    case, said = _case(chance), chance.choice(["complaint", "praise"])
    correct_reading(
        case_id=case.pk,
        post_id=case.leading_id,
        part=ReadingPart.KIND,
        said=said,
        by=who,
        at=AT,
    )
    return "done"


def reply(who: str, chance: random.Random) -> str:
    from answerback.desk.operations.save_draft import Typed, save_draft  # noqa: PLC0415
    from answerback.desk.operations.submit_reply import submit_reply  # noqa: PLC0415

    case = _case(chance)
    typed = Typed(text="We are sorry: a new kettle is on its way.", seen=1 << 40)
    kept = save_draft(case_id=case.pk, by=who, typed=typed, at=AT)
    submit_reply(reply_id=kept.reply_id, version=kept.version, by=who, at=AT)
    return "done"


def _case(chance: random.Random) -> "models.Case":
    """Return one of the newest hundred cases."""
    from answerback.desk import models  # noqa: PLC0415

    several = list(models.Case.objects.order_by("-pk")[:100])
    if not several:
        _rest()
        raise Refusal("Nothing waits yet.")
    return chance.choice(several)


def _rest() -> str:
    time.sleep(0.05)
    return "rested"


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
