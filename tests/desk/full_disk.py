"""
A live network that is heard onto a disk that fills up; then somebody makes room.

Run as a program by `test_hard_times.py`.  "limit": no file may grow past a size (RLIMIT_FSIZE);
"disk": the folder is a small disk of its own, and a file fills it.
"""

import json
import resource
import signal
import sys
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from tests.builders import MONDAY_9, NEXT_DAY

from answerback.project.start import desk

POSTS = 1_000
_MOST_POLLS = 200
_PATIENCE = 3
_PADDING = "and it goes on and on " * 20


def main(folder: Path, network_folder: Path, how: str) -> None:
    """Print, as JSON, how often there was no room, and what is kept at the end."""
    with desk(folder, create=True):
        from tests.project.hearing import acme_hears  # noqa: PLC0415  Django must be up

        from answerback.desk.queries import pressure  # noqa: PLC0415

        vars(pressure)["LEAST_FREE"] = 0.0  # else it would stop before the disk is full
        network = acme_hears(network_folder)
        network.show_at_once(20)
        posts = [{"id": f"p{n}", "text": f"@acme {n} leaks {_PADDING}"} for n in range(POSTS)]
        network.tell(*posts, at=MONDAY_9)
        fill(folder, how)
        told = heard(folder, how) | checked()
    print(json.dumps(told))  # noqa: T201  a program


def heard(folder: Path, how: str) -> dict[str, Any]:
    """Poll until everything is there; after three times without room somebody makes some."""
    from django.db import OperationalError, connection  # noqa: PLC0415  Django must be up

    from answerback.desk import models  # noqa: PLC0415
    from answerback.project.polling import poll_source  # noqa: PLC0415

    source_id = models.Source.objects.get().pk
    told: dict[str, Any] = {"no_room": 0}
    at = NEXT_DAY
    for _ in range(_MOST_POLLS):
        at += timedelta(seconds=30)
        moment = partial(_same, at)
        try:
            assert poll_source(source_id, clock=moment)
        except OperationalError as wrong:
            told["no_room"] += 1
            told["said"] = str(wrong)
            connection.close()
            told["kept_meanwhile"] = models.Post.objects.count()
            if told["no_room"] == _PATIENCE:
                make_room(folder, how)
        if models.Post.objects.count() == POSTS:
            break
    return told


def _same(at: datetime) -> datetime:
    return at


def checked() -> dict[str, Any]:
    from django.db import connection  # noqa: PLC0415  Django must be up

    from answerback.desk import models  # noqa: PLC0415
    from answerback.desk.queries.ledger import ledger  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        whole = cursor.fetchone()[0]
    problems = [one.problems for one in ledger()]
    return {"kept": models.Post.objects.count(), "problems": problems, "whole": whole}


def fill(folder: Path, how: str) -> None:
    if how == "limit":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        size = max(file.stat().st_size for file in folder.iterdir())
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 300_000, resource.RLIM_INFINITY))
        return
    with (folder / "ballast").open("wb") as ballast:
        while True:
            try:
                ballast.write(b"\0" * 65_536)
                ballast.flush()
            except OSError:
                break
    ballast_size = (folder / "ballast").stat().st_size
    with (folder / "ballast").open("r+b") as ballast:
        ballast.truncate(ballast_size - 600_000)


def make_room(folder: Path, how: str) -> None:
    if how == "limit":
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    else:
        (folder / "ballast").unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
