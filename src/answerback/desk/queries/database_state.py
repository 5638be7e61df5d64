"""How the database is set: what a promise of ours leans on."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseState:
    """What a database says of itself."""

    vendor: str  #: "sqlite", "postgresql"
    version: str
    number: tuple[int, ...]  #: the version, to be compared
    durable: tuple[str, ...]  #: sentences on settings that may lose what was committed; none: well
    damage: str  #: what a quick check found; "" when all is well, or when it was not asked for
    checked: bool  #: whether it was looked through
    now: datetime | None  #: by the database's own clock; None: it is this machine's
    bytes: int


def database_state(*, look_through: bool) -> DatabaseState:
    """
    Return how the database is set; `look_through` reads all of an embedded one for damage.

    Units: looking through takes about a second for each half gigabyte.
    """
    if connection.vendor == "postgresql":
        return _server()
    return _embedded(look_through=look_through)


def _embedded(*, look_through: bool) -> DatabaseState:
    wrong = []
    if _asked("PRAGMA journal_mode") != "wal":
        wrong.append("It keeps no write-ahead log, so readers and writers wait for each other.")
    if str(_asked("PRAGMA synchronous")) != "2":
        wrong.append("It does not wait for the disk, so a power cut can take what was committed.")
    if str(_asked("PRAGMA foreign_keys")) != "1":
        wrong.append("It does not check what rows point at.")
    found = str(_asked("PRAGMA quick_check(1)")) if look_through else "ok"
    version = str(_asked("SELECT sqlite_version()"))
    path = Path(str(settings.DATABASES["default"]["NAME"]))
    return DatabaseState(
        vendor="sqlite",
        version=version,
        number=_numbers(version),
        durable=tuple(wrong),
        damage="" if found == "ok" else found,
        checked=look_through,
        now=None,
        bytes=path.stat().st_size if path.is_file() else 0,
    )


def _server() -> DatabaseState:
    wrong = []
    for name, why in _MUST_BE_ON:
        if _asked(f"SHOW {name}") == "off":
            wrong.append(f"{name} is off: {why}")
    version = str(_asked("SHOW server_version"))
    now = _asked("SELECT clock_timestamp()")
    return DatabaseState(
        vendor="postgresql",
        version=version,
        number=_numbers(version),
        durable=tuple(wrong),
        damage="",
        checked=False,
        now=now if isinstance(now, datetime) else None,
        bytes=int(str(_asked("SELECT pg_database_size(current_database())"))),
    )


_MUST_BE_ON = (
    ("synchronous_commit", "a commit may be lost when the server falls."),
    ("fsync", "a power cut can take what was committed, or all of it."),
    ("full_page_writes", "a power cut can tear a page in two."),
)


def _asked(question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
    return None if row is None else row[0]


def _numbers(version: str) -> tuple[int, ...]:
    head = version.split(" ", maxsplit=1)[0]
    return tuple(int(part) for part in head.split(".") if part.isdigit())
