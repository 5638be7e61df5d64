"""Where this database is at work, and how much was said from it: what a copy cannot have."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from answerback.channels.durable import sync_folder

#: In the data folder, beside the database and never in it: "id counted", changed in place.
MARKER: Final = "installation"
#: Off in tests whose database is rolled back: a file beside it would be ahead of it.
KEPT = True

_ID_CHARACTERS: Final = 32
_DIGITS: Final = 20
_MACHINE_IDS: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """A place, as far as one can tell it apart from a copy's."""

    identity: str  #: of the database; a copy has another
    door: str  #: how it is reached from here: several machines may work on one database
    told: int = 0  #: how many claims the file beside the database knows of


def here() -> Here:
    """
    Return where the database is, and what the file beside it says.

    Of SQLite: the inodes of its file and folder, and the marker beside it; the door is the
    machine.  Of PostgreSQL: the server's own identifier, the database's number and the
    timeline, which a restored server leaves; the door is the host that the address names.
    A device's number changes when a machine starts, and a path when a folder is mounted
    elsewhere: neither makes a copy.
    """
    if not KEPT:
        return Here(identity="", door="")
    marker = _read()
    told = marker.counted if marker else 0
    if connection.vendor == "sqlite":
        file = _database()
        inodes = [str(one.stat().st_ino) for one in (file, file.parent)]
        parts = ["sqlite", *inodes, marker.name if marker else "", str(_inode(_marker()))]
        return Here(identity=_hashed(parts), door=machine(), told=told)
    identity = _of_server()
    same = marker is not None and marker.name == identity[:_ID_CHARACTERS]
    return Here(identity=identity, door=_host(), told=told if same else 0)


def _of_server() -> str:
    """Return what tells a database on a server from its copy, as far as the server lets us ask."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid, has_function_privilege('pg_control_system()', 'execute') AND "
            "has_function_privilege('pg_control_checkpoint()', 'execute') "
            "FROM pg_database WHERE datname = current_database()"
        )
        number, may_ask = cursor.fetchone()
        told: tuple[object, ...] = ()
        if may_ask:
            cursor.execute(
                "SELECT system_identifier, timeline_id "
                "FROM pg_control_system(), pg_control_checkpoint()"
            )
            told = cursor.fetchone()
    return _hashed(["postgresql", str(number), *map(str, told)])


def mark(*, identity: str, counted: int) -> None:
    """
    Write beside the database how much was said from it: at least so much, and for good.

    Call it after the claim is committed and before anything is said.

    :raises OSError: when it cannot be written.
    """
    if not KEPT:
        return
    of_server = connection.vendor != "sqlite"
    with _locked(_marker()) as file:
        there = _parsed(os.pread(file, 200, 0))
        name = identity[:_ID_CHARACTERS] if of_server else ""
        if there is None or (name and there.name != name):
            name = name or secrets.token_hex(_ID_CHARACTERS // 2)
        elif there.counted >= counted:
            return
        else:
            name = there.name
        os.pwrite(file, f"{name} {counted:0{_DIGITS}d}\n".encode(), 0)
        os.fsync(file)
        if there is None:  # else a power cut takes it, and this place seems another one
            sync_folder(_marker().parent)


@dataclass(frozen=True, slots=True)
class _Marker:
    name: str
    counted: int


def _read() -> _Marker | None:
    try:
        return _parsed(_marker().read_bytes())
    except OSError:
        return None


def _parsed(told: bytes) -> _Marker | None:
    name, _, counted = told.decode("ascii", "replace").strip().partition(" ")
    fits = len(name) == _ID_CHARACTERS and counted.isascii() and counted.isdigit()
    return _Marker(name, int(counted)) if fits else None


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    import fcntl  # noqa: PLC0415  not on every system; only who sends needs it

    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _database() -> Path:
    return Path(connection.settings_dict["NAME"])


def _marker() -> Path:
    of_file = connection.vendor == "sqlite"
    return (_database().parent if of_file else Path(settings.DATA_DIR)) / MARKER


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def machine() -> str:
    """Return what tells this machine from others; "" where it has no such thing (containers)."""
    for path in _MACHINE_IDS:
        try:
            told = path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            continue
        if told:
            return _hashed(["machine", told])[:_ID_CHARACTERS]
    return ""


def _host() -> str:
    told = connection.settings_dict
    host = str(told.get("HOST") or told.get("OPTIONS", {}).get("host") or "")
    inside = host in ("", "localhost", "127.0.0.1", "::1") or host.startswith("/")
    return f"{'' if inside else host}:{told.get('PORT') or ''}:{machine() if inside else ''}"


def _hashed(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
