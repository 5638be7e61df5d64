"""
A desk with replies that wait to be sent, for tests that start the real command beside it.

As a program it makes one: python -m tests.project.sending_desk DATA REPLIES
"""

import sys
from pathlib import Path

from tests.builders import NEXT_DAY, make_post

from answerback.project.start import desk


def main(data: Path, replies: int) -> None:
    """Make the tables, the cases, and a reply to each."""
    with desk(data, create=True, signs=True):
        from tests.desk.replying import make_queued  # noqa: PLC0415  Django must be up
        from tests.desk.steps import imported  # noqa: PLC0415

        from answerback.desk import models  # noqa: PLC0415

        imported(*(make_post(str(one), author=f"eve{one}") for one in range(replies)))
        for case in models.Case.objects.order_by("pk"):
            make_queued(case, text=f"On it, {case.pk}.")
        waiting = models.Reply.objects.filter(state="queued", send_after__gt=NEXT_DAY)
        if waiting.count() != replies:
            raise AssertionError("Each reply waits.")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
