"""Start Django with a data folder, and turn what a disk can do to us into a sentence."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from answerback.domain.records.refusal import Refusal
from answerback.project import env

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

DATABASE = "answerback.sqlite3"
_LOCK = "starting.lock"
#: How long one start waits for another that is making the tables.
_PATIENCE_SECONDS = 60


class DataFolderRefused(Refusal):
    """The data folder cannot be used."""


class NoDatabaseYet(Refusal):
    """Nothing was imported here so far."""


class DatabaseRefused(Refusal):
    """The database is there and cannot be used."""


@contextmanager
def desk(data: Path | None, *, create: bool) -> Iterator[Path]:
    """
    Start Django on a data folder (None: the operator's own) and yield the database's path.

    With `create`, the folder and the tables are made or brought up to date; without, a
    database must be there already and fit this version.

    :raises DataFolderRefused: when the folder cannot be made or written.
    :raises NoDatabaseYet: when there is no database and none shall be made.
    :raises DatabaseRefused: when the file is no database, is from a newer version, is
        locked by somebody else, or the disk is full; also while the block runs.
    """
    path = database_in(data)
    folder = path.parent
    if create:
        _make(folder)
        _make_private(path)
        _make_private(folder / _LOCK)
    elif not _there(path):
        raise NoDatabaseYet(
            f"There is no database in {folder} yet. Type: "
            f"answerback import POSTS.jsonl --brand BRAND.toml --data {folder}"
        )
    connection = _start_django(path)
    try:
        with _in_a_sentence(path):
            _bring_up_to_date(folder=folder, create=create)
            yield path
    finally:
        connection.close()


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as wrong:
        raise DataFolderRefused(
            f"The data folder {path.parent} cannot be looked into: {wrong.strerror}. "
            "Name another with --data DIR."
        ) from wrong


def database_in(data: Path | None) -> Path:
    """Return where the database of a data folder (None: the operator's own) lies."""
    return (data or env.data_dir()).expanduser().absolute() / DATABASE


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as wrong:
        raise DataFolderRefused(
            f"The data folder {folder} cannot be made: {wrong.strerror}. "
            "Name another with --data DIR."
        ) from wrong
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DataFolderRefused(
            f"The data folder {folder} cannot be written by you. Name another with --data DIR."
        )


def _make_private(path: Path) -> None:
    """
    Make an empty file for our eyes only, unless it is there; it may hold people's words.

    SQLite gives its write-ahead log the mode of the database.  The mode of a file that is
    there stays its owner's choice.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except OSError as wrong:
        raise DataFolderRefused(
            f"The file {path} cannot be made: {wrong.strerror}. Name another folder with "
            "--data DIR."
        ) from wrong


def _start_django(path: Path) -> "BaseDatabaseWrapper":
    os.environ[env.HOME] = str(path.parent)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerback.project.settings")
    import django  # noqa: PLC0415  after the environment is set, which settings read
    from django.apps import apps  # noqa: PLC0415

    if not apps.ready:
        django.setup()
    from django.db import connection  # noqa: PLC0415

    # A second start in one process (the demo, tests) may use another folder.
    if str(connection.settings_dict["NAME"]) != str(path):
        connection.close()
        connection.settings_dict["NAME"] = str(path)
    return connection


def _bring_up_to_date(*, folder: Path, create: bool) -> None:
    ours = _migrations()
    applied = _applied()
    newer = sorted(applied - ours)
    if newer:
        raise DatabaseRefused(
            f"The database in {folder} was written by a newer Answerback (it knows "
            f"'{newer[-1]}'). Update Answerback, or name another folder with --data DIR."
        )
    if applied == ours:
        return
    if not create and not applied:
        raise NoDatabaseYet(
            f"The database in {folder} is empty. Type: "
            f"answerback import POSTS.jsonl --brand BRAND.toml --data {folder}"
        )
    with _alone(folder):
        from django.core.management import call_command  # noqa: PLC0415  only when needed

        call_command("migrate", verbosity=0, interactive=False)


def _migrations() -> frozenset[str]:
    from answerback.desk import migrations  # noqa: PLC0415  needs Django

    (folder,) = migrations.__path__
    return frozenset(file.stem for file in Path(folder).glob("[0-9]*.py"))


def _applied() -> frozenset[str]:
    from django.db import connection  # noqa: PLC0415  needs Django

    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return frozenset()
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'desk'")
        return frozenset(name for (name,) in cursor.fetchall())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """
    Keep other processes from making the same tables.

    The lock is an exclusive transaction on a file of its own: it ends with its process,
    however that ends, on every system SQLite runs on.
    """
    with closing(
        sqlite3.connect(folder / _LOCK, timeout=_PATIENCE_SECONDS, isolation_level=None)
    ) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield


#: SQLite's name for what happened, and what a person can do about it.
_SENTENCES = {
    "SQLITE_FULL": "The disk is full. What was taken in so far is safe; make room and type the "
    "same command again.",
    "SQLITE_NOTADB": "It is not a database. Move the file away, or name another folder with "
    "--data DIR.",
    "SQLITE_CORRUPT": "The file is damaged. Restore it from a backup, or name another folder "
    "with --data DIR.",
    "SQLITE_READONLY": "You may not write it. Change its permissions, or name another folder "
    "with --data DIR.",
    "SQLITE_CANTOPEN": "It cannot be opened. Check that you may read and write it and its folder, "
    "or name another with --data DIR.",
    "SQLITE_BUSY": "Another program has held it for 20 seconds. End that program and type the "
    "same command again.",
    "SQLITE_IOERR": "The disk cannot be read or written. What was taken in before is safe; check "
    "the disk and type the same command again.",
}


@contextmanager
def _in_a_sentence(path: Path) -> Iterator[None]:
    from django.db import DatabaseError  # noqa: PLC0415  needs Django

    try:
        yield
    except (DatabaseError, sqlite3.Error) as wrong:
        cause = wrong if isinstance(wrong, sqlite3.Error) else wrong.__cause__
        name = str(getattr(cause, "sqlite_errorname", ""))
        for known, sentence in _SENTENCES.items():
            if name.startswith(known):
                raise DatabaseRefused(f"The database {path} cannot be used. {sentence}") from wrong
        raise
