"""The key that signs sessions and seals the audit log: made once, kept beside the database."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from answerback.channels.durable import make_folder, sync_folder
from answerback.domain.records.refusal import Refusal

_FILE = "secret.key"
_BYTES = 48


class KeyNotReadable(Refusal):
    """The key is there and cannot be used."""


def key_in(folder: Path, *, make: bool) -> str | None:
    """
    Return the key of a data folder; with `make`, make one where there is none.

    Two processes that start at once get the same key: the file is made whole under another
    name and linked in place, which only the first can do.

    :raises KeyNotReadable: when it cannot be read or made, or is too short to be one.
    """
    path = folder / _FILE
    try:
        if make and not path.exists():
            _make(path)
        told = path.read_text(encoding="ascii").strip() if path.exists() else None
    except (OSError, UnicodeDecodeError) as wrong:
        raise KeyNotReadable(
            f"The key {path} cannot be used: {wrong}. Make it readable to you alone, or set "
            "ANSWERBACK_SECRET_KEY."
        ) from wrong
    if told is not None and len(told) < _BYTES:
        raise KeyNotReadable(
            f"The key {path} has {len(told)} characters; it needs {_BYTES} or more. Restore it "
            "from a backup, or remove it: everybody must sign in again then."
        )
    return told


def _make(path: Path) -> None:
    make_folder(path.parent, mode=0o700)
    fresh = path.with_name(f".{_FILE}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):  # the other was first: its key counts
        os.link(fresh, path)
    fresh.unlink()
    sync_folder(path.parent)
