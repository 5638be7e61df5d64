"""The embedded database: one file in a data folder, and what a disk can do to it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from answerback.channels.durable import make_folder
from answerback.project import databases, env
from answerback.project.databases import DATABASE, DataFolderRefused, NoDatabaseYet

_LOCK = "starting.lock"
#: How long one start waits for another that is making the tables.
_PATIENCE_SECONDS = 60


def data_folder(data: Path | None) -> Path:
    """Return a data folder (None: the operator's own), as an absolute path."""
    return (data or env.data_dir()).expanduser().absolute()


def database_in(data: Path | None) -> Path:
    """Return where the embedded database of a data folder lies."""
    return data_folder(data) / DATABASE


@dataclass(frozen=True, slots=True)
class Embedded:
    """The database in a data folder."""

    folder: Path

    @property
    def settings(self) -> databases.Settings:
        return databases.embedded(self.folder)

    @property
    def where(self) -> str:
        return f"database in {self.folder}"

    @property
    def elsewhere(self) -> str:
        return "name another folder with --data DIR"

    @property
    def option(self) -> str:
        return f" --data {self.folder}"

    @property
    def path(self) -> Path:
        return self.folder / DATABASE

    def look(self, *, create: bool) -> None:
        """Make folder and files for our eyes only, or see that the database is there."""
        if create:
            _make(self.folder)
            _make_private(self.path)
            _make_private(self.folder / _LOCK)
        elif not _there(self.path):
            raise NoDatabaseYet(
                f"There is no {self.where} yet. Type: "
                f"answerback import POSTS.jsonl --brand BRAND.toml{self.option}"
            )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """
        Keep other processes from making the same tables.

        The lock is an exclusive transaction on a file of its own: it ends with its process,
        however that ends, on every system SQLite runs on.
        """
        with closing(
            sqlite3.connect(self.folder / _LOCK, timeout=_PATIENCE_SECONDS, isolation_level=None)
        ) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            yield

    def sentence(self, wrong: Exception) -> str | None:
        cause = wrong if isinstance(wrong, sqlite3.Error) else wrong.__cause__
        name = str(getattr(cause, "sqlite_errorname", ""))
        for known, sentence in _SENTENCES.items():
            if name.startswith(known):
                return f"The database {self.path} cannot be used. {sentence}"
        return None


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as wrong:
        raise DataFolderRefused(
            f"The data folder {path.parent} cannot be looked into: {wrong.strerror}. "
            "Name another with --data DIR."
        ) from wrong


def _make(folder: Path) -> None:
    try:
        make_folder(folder, mode=0o700)
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
