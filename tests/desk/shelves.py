"""Where the programs that die keep a fresh database, and the copies that they die over."""

import os
import shutil
from pathlib import Path
from typing import Protocol

from tests.databases import SERVER, ask, url_of

from answerback.project import env


class Shelf(Protocol):
    """A fresh database, and the one copy of it that is in use."""

    def new(self) -> Path:
        """Return where the fresh database is to be made ready."""
        ...

    def copy(self, fresh: Path) -> Path:
        """Return a copy of the fresh database, in the place of the copy before."""
        ...

    def clear(self) -> None:
        """Remove what there is."""
        ...


def shelf_in(folder: Path) -> Shelf:
    """Return databases in a folder; where the environment names a server, databases there."""
    return Files(folder) if SERVER is None else OnServer(folder)


class Files:
    """Databases in folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def new(self) -> Path:
        return self.folder / "fresh"

    def copy(self, fresh: Path) -> Path:
        self.clear()
        shutil.copytree(fresh, self.folder / "again")
        return self.folder / "again"

    def clear(self) -> None:
        shutil.rmtree(self.folder / "again", ignore_errors=True)


class OnServer:
    """Databases on a server; which one commands use stands in the environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"answerback_dying_{os.getpid()}"
        self.now = f"{self.name}_again"

    def new(self) -> Path:
        ask(f"CREATE DATABASE {self.name}")
        os.environ[env.DATABASE_URL] = url_of(self.name)
        return self.folder

    def copy(self, fresh: Path) -> Path:
        ask(f"DROP DATABASE IF EXISTS {self.now} WITH (FORCE)")  # the dead one may hold it yet
        ask(f"CREATE DATABASE {self.now} TEMPLATE {self.name} STRATEGY file_copy")
        os.environ[env.DATABASE_URL] = url_of(self.now)
        return fresh

    def clear(self) -> None:
        for name in (self.now, self.name):
            ask(f"DROP DATABASE {name} WITH (FORCE)")
