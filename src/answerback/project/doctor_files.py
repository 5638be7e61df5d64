"""The doctor looks at files: who may read them, whether keys open, whether there is room."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

from answerback.desk import sealing
from answerback.desk.queries.channels import account_lines, secret_names
from answerback.desk.queries.pressure import no_room
from answerback.desk.sealing import KeysNotReadable, ring_now
from answerback.project.clock import now
from answerback.project.databases import DATABASE
from answerback.project.finding import Finding, State

_SECRET_KEY: Final = "secret.key"  # noqa: S105  the name of a file
_OTHERS: Final = 0o077
_GIGABYTE: Final = 2**30


def look_at_files() -> Iterator[Finding]:
    """Yield what is to be said of the data folder, the keys and the disk."""
    yield _room()
    yield from _permissions(Path(settings.DATA_DIR))
    yield from _keys()


def _room() -> Finding:
    why = no_room()
    free = shutil.disk_usage(Path(settings.DATA_DIR)).free / _GIGABYTE
    if why is None:
        return Finding(what="disk", state=State.WELL, sentence=f"{free:,.1f} GB are free.")
    return Finding(what="disk", state=State.MEND, sentence=why, do="Make room on that disk.")


def _permissions(folder: Path) -> Iterator[Finding]:
    """Yield each file that others on this machine may read, or that all are for us alone."""
    names = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", _SECRET_KEY, sealing.FILE)
    paths = [folder, *(folder / name for name in names)]
    wrong = [path for path in paths if path.exists() and _open_to_others(path)]
    for path in wrong:
        yield Finding(
            what="permissions",
            state=State.MEND,
            sentence=f"Others on this machine may look into {path}.",
            do=f"Type: chmod go= {path}",
        )
    if not wrong:
        told = "The data folder and the keys are for their owner alone."
        yield Finding(what="permissions", state=State.WELL, sentence=told)


def _open_to_others(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & _OTHERS)


def _keys() -> Iterator[Finding]:
    accounts = account_lines(at=now())
    if not accounts:
        return
    try:
        ring = ring_now()
    except KeysNotReadable as no:
        yield Finding(
            what="keys",
            state=State.MEND,
            sentence=str(no),
            do="Nothing can be heard or said on a channel until they can be read.",
        )
        return
    locked = [one for one in accounts if secret_names(one.account_id) is None]
    for one in locked:
        yield Finding(
            what=f"keys of {one.name}",
            state=State.MEND,
            sentence="Its secrets cannot be opened.",
            do=f"Restore '{sealing.FILE}' from a backup, or type: answerback channel secret "
            f"{one.account_id}",
        )
    if not locked:
        told = f"{len(ring.keys)} on the ring; the secrets of {len(accounts)} accounts open."
        yield Finding(what="keys", state=State.WELL, sentence=told)
