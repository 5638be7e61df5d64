"""A desk of its own on files, whose commands are processes: what listens there can be killed."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FOUND = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from answerback.project.start import desk

with desk(Path(sys.argv[1]), create=True):
    from answerback.desk import models
    from answerback.desk.operations.found_brand import found_brand

    at = datetime.now(UTC)
    models.User.objects.create(handle="olga", name="Olga", joined_at=at)
    found_brand(text=sys.argv[2], by="olga", at=at)
"""


@dataclass(slots=True)
class Desk:
    """The desk; `reach` are the addresses of the server that it hears, with commas."""

    folder: Path
    reach: str

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if name != "ANSWERBACK_DATABASE_URL"
        }
        return {**kept, "ANSWERBACK_HOME": str(self.folder), "ANSWERBACK_REACH": self.reach}

    def run(self, *words: str, typed: str = "") -> str:
        """Run a program of ours with this desk, and return what it says."""
        done = subprocess.run(  # noqa: S603  our own program
            [sys.executable, *words],
            env=self.environment,
            input=typed,
            text=True,
            check=False,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def found(self, *, brand: str, channel: str, settings: Mapping[str, str], secret: str) -> str:
        """Make the desk, the brand of a text, and its account; return what the command says."""
        self.run("-c", _FOUND, str(self.folder), brand)
        told = ["-m", "answerback", "channel", "add", channel, "--brand", "Acme"]
        told += ["--name", "Support", "--secrets-from", "-"]
        for name, value in settings.items():
            told += ["--set", f"{name}={value}"]
        return self.run(*told, typed=f"{secret}\n")

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Let a worker hear, and kill it at the end of the block."""
        words = [sys.executable, "-m", "answerback", "listen"]
        with subprocess.Popen(  # noqa: S603  our own program
            words, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                yield
            finally:
                process.kill()

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """Ask the database, past everything of ours."""
        with self._database() as database:
            return database.execute(question).fetchall()

    def let_leases_end(self) -> None:
        """Do as if the time had passed after which a dead worker's source is taken over."""
        with self._database() as database:
            database.execute("UPDATE desk_lease SET until = '2026-01-01 00:00:00'")
            database.commit()

    def let_all_be_due(self) -> None:
        """Do as if each source's time to be polled had come."""
        with self._database() as database:
            database.execute("UPDATE desk_source SET next_at = '2026-01-01 00:00:00'")
            database.commit()

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        file = self.folder / "answerback.sqlite3"
        with closing(sqlite3.connect(file, timeout=30)) as database:
            yield database
