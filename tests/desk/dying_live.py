"""
A live network that is heard, by a worker that dies at one line of our code after another.

Run as a program by `test_kill.py`, as `dying.py` is.  What comes after a death looks at the clock
a minute later, when the lease of the dead one is over.
"""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.builders import MONDAY_9, NEXT_DAY
from tests.desk.dying import Work, main

from answerback.channels.fake.live_network import LiveNetwork
from answerback.project.start import desk

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
_PARENT = os.getpid()


def prepare(fresh: Path) -> None:
    """Make a database with an account, a gap and letters; the network lies beside it."""
    folder = NETWORK[0]
    folder.mkdir(parents=True)
    _tell(LiveNetwork(folder))
    with desk(fresh, create=True):
        from tests.project.hearing import acme_hears  # noqa: PLC0415  Django must be up

        from answerback.desk import models  # noqa: PLC0415

        acme_hears(folder)
        source = models.Source.objects.get()
        models.Source.objects.update(cursor="1")
        about = {"kind": "asked_for", "since": MONDAY_9 - 2 * HOUR, "until": MONDAY_9 - HOUR}
        models.Gap.objects.create(source=source, sentence="", found_at=NEXT_DAY, **about)
        letter = {"id": "l1", "text": "@acme a letter", "at": MONDAY_9.isoformat()}
        for key, body in enumerate((json.dumps(letter), "no letter")):
            models.Letter.objects.create(
                account_id=source.account_id or 0,
                key=str(key),
                body=body.encode(),
                received_at=MONDAY_9,
            )


def _tell(network: LiveNetwork) -> None:
    network.show_at_once(3)
    edited = {"revision": "b", "revised_at": (MONDAY_9 + HOUR).isoformat()}
    network.tell({"id": "p7", "text": "@acme of the past"}, at=MONDAY_9 - HOUR)
    network.tell(
        {"id": "p1", "text": "@acme first"},
        {"id": "p2", "text": "@acme second", "revision": "a"},
        {"id": "p2", "text": "@acme second", "revision": "a"},
        {"id": "p3", "text": "@acme edited before it was seen", **edited},
        {"gone": "p6"},
        {"odd": 1},
        {"id": "p8", "text": "@acme of one who leaves", "author": "hal"},
        {"id": "p2", "text": "@acme second, edited", **edited},
        {"gone": "p1"},
        {"id": "p3", "text": "@acme the first words"},
        {"id": "p6", "text": "@acme deleted before it was seen"},
        {"id": "p4", "text": "lovely weather"},
        {"author_gone": "hal"},
        at=MONDAY_9,
    )


def hear(folder: Path) -> Any:
    """Hear all that there is, and return what the tables hold of it."""
    at = NEXT_DAY + MINUTE * (os.getpid() == _PARENT)
    with desk(folder, create=True):
        from answerback.desk import models  # noqa: PLC0415  Django must be up
        from answerback.project.letters import read_letters  # noqa: PLC0415
        from answerback.project.polling import poll_source  # noqa: PLC0415

        account = models.ChannelAccount.objects.get()
        source = models.Source.objects.get(stream="mentions")
        read_letters(account.pk, clock=lambda: at)
        poll_source(source.pk, clock=lambda: at)
        sys.settrace(None)
        return _snapshot()


def _snapshot() -> dict[str, Any]:
    from answerback.desk import models  # noqa: PLC0415  Django must be up
    from answerback.desk.queries.ledger import ledger  # noqa: PLC0415
    from answerback.intake.raw import unpack  # noqa: PLC0415

    posts = models.Post.objects.order_by("external_id", "version")
    gaps = models.Gap.objects.order_by("pk")
    letters = models.Letter.objects
    kept = [unpack(bytes(raw.packed)) for raw in models.RawInput.objects.order_by("pk")]
    stones = models.Tombstone.objects.order_by("external_id")
    return {
        "posts": [
            list(row)
            for row in posts.values_list("external_id", "version", "text", "discard_reason")
        ],
        "mentions": models.Mention.objects.count(),
        "tombstones": list(stones.values_list("external_id", flat=True)),
        "gaps": [[one.kind, one.repaired_at is not None, one.found_posts] for one in gaps],
        "letters": [
            letters.filter(read_at__isnull=True).count(),
            letters.filter(read_at__isnull=False).count(),
        ],
        "failed": list(models.FailedRow.objects.order_by("pk").values_list("reason", flat=True)),
        "raw": sorted(row.raw for batch in kept for row in batch),
        "cursors": list(models.Source.objects.order_by("pk").values_list("cursor", flat=True)),
        "ledger": [[one.stored, one.discarded, one.problems] for one in ledger()],
        "problems": [list(one.problems) for one in ledger()],
    }


#: Where the network lies.
NETWORK: list[Path] = []
HEARING = Work(run=hear, rooms=("",), prepare=prepare)

if __name__ == "__main__":
    NETWORK.append(Path(sys.argv[1]) / "network")
    main(HEARING, Path(sys.argv[1]), int(sys.argv[2]), part=(sys.argv[3:] or ["0/1"])[0])
