"""Two hundred mails, and our worker is killed -9 time and again: none is lost, none comes twice."""

import os
import random
import smtplib
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.channels.mail.letters import letter
from tests.servers import mail as servers
from tests.servers.mail import Office

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("loopback")]

_MAILS, _KILLS = 200, 10
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
    found_brand(text='name = "Acme"\\nhandles = ["acme"]\\n', by="olga", at=at)
"""


@dataclass(slots=True)
class Desk:
    """A desk of its own, whose commands are processes that can be killed."""

    folder: Path
    office: Office

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if name != "ANSWERBACK_DATABASE_URL"
        }
        reach = ",".join(self.office.account().reach)
        return {**kept, "ANSWERBACK_HOME": str(self.folder), "ANSWERBACK_REACH": reach}

    def run(self, *words: str, typed: str = "") -> str:
        return subprocess.run(  # noqa: S603  our own program
            [sys.executable, *words],
            env=self.environment,
            input=typed,
            text=True,
            check=True,
            capture_output=True,
        ).stdout

    def found(self) -> str:
        self.run("-c", _FOUND, str(self.folder))
        told = ["-m", "answerback", "channel", "add", "email", "--brand", "Acme"]
        told += ["--name", "Support", "--secrets-from", "-"]
        for name, value in self.office.account().settings.items():
            told += ["--set", f"{name}={value}"]
        return self.run(*told, typed="password=pw\n")

    @contextmanager
    def listening(self) -> Iterator["subprocess.Popen[bytes]"]:
        words = [sys.executable, "-m", "answerback", "listen"]
        with subprocess.Popen(  # noqa: S603  our own program
            words, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        file = self.folder / "answerback.sqlite3"
        with closing(sqlite3.connect(file, timeout=30)) as database:
            return database.execute(question).fetchall()

    def let_leases_end(self) -> None:
        """Do as if the time had passed after which a dead worker's source is taken over."""
        file = self.folder / "answerback.sqlite3"
        with closing(sqlite3.connect(file, timeout=30)) as database:
            database.execute("UPDATE desk_lease SET until = '2026-01-01 00:00:00'")
            database.commit()

    def heard(self) -> list[str]:
        rows = self.ask("SELECT external_id FROM desk_post WHERE channel = 'email'")
        return [name for (name,) in rows if name.endswith("@kill.example")]


def test_what_comes_while_our_worker_is_killed_is_kept_once_each(tmp_path: Path) -> None:
    with servers.dovecot(tmp_path) as office:
        desk = Desk(folder=tmp_path / "desk", office=office)
        assert "Signed in as care@acme.example" in desk.found()
        moments = random.Random(6)  # noqa: S311  no secret
        at_work = 0
        for number in range(_KILLS):
            before = len(desk.heard())
            writer = threading.Thread(target=_write, args=[office, number])
            writer.start()
            with desk.listening():
                until = time.monotonic() + 60
                while len(desk.heard()) == before and time.monotonic() < until:
                    time.sleep(0.02)
                time.sleep(moments.random() * 0.5)
            at_work += len(desk.heard()) > before
            writer.join()
            desk.let_leases_end()
        with desk.listening():
            until = time.monotonic() + 120
            while len(desk.heard()) < _MAILS and time.monotonic() < until:
                time.sleep(0.5)

        kept = desk.heard()

        assert sorted(kept) == sorted(f"m{number}@kill.example" for number in range(_MAILS))
        assert at_work >= _KILLS // 2
        (totals,) = desk.ask(
            "SELECT SUM(fetched), SUM(stored + duplicate + discarded + failed), SUM(failed) "
            "FROM desk_ledgerline"
        )
        assert totals[0] == totals[1]
        assert totals[2] == 0


def _write(office: Office, turn: int) -> None:
    """Hand in the mails of one turn, a little apart."""
    many = _MAILS // _KILLS
    with smtplib.SMTP("127.0.0.1", office.smtp.port) as line:
        for number in range(turn * many, (turn + 1) * many):
            raw = letter(f"Kettle no. {number} leaks", id=f"m{number}@kill.example")
            line.sendmail("alice@example.org", ["care@acme.example"], raw)
            time.sleep(0.1)
