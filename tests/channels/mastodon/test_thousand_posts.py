"""A thousand posts on a real server; our worker is killed twenty times: none lost or twice."""

import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.channels.mastodon.conftest import Person
from tests.servers.snac2 import Snac

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("loopback")]

_POSTS, _WRITERS, _KILLS = 1_000, 2, 20
_CHANGED = 20  #: every so many
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
    found_brand(text='name = "Acme"\\nhandles = ["acme"]\\nquery = "kettle"\\n', by="olga", at=at)
"""


@dataclass(slots=True)
class Desk:
    """A desk of its own, whose commands are processes that can be killed."""

    folder: Path
    server: Snac

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if name != "ANSWERBACK_DATABASE_URL"
        }
        home = {"ANSWERBACK_HOME": str(self.folder), "ANSWERBACK_REACH": self.server.host}
        return {**kept, **home}

    def run(self, *words: str, typed: str = "") -> None:
        done = subprocess.run(  # noqa: S603  our own program
            [sys.executable, *words],
            env=self.environment,
            input=typed,
            text=True,
            check=False,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr

    def found(self, token: str) -> None:
        self.run("-c", _FOUND, str(self.folder))
        told = ["-m", "answerback", "channel", "add", "mastodon", "--brand", "Acme"]
        told += ["--name", "Support", "--secrets-from", "-", "--set", f"server={self.server.url}"]
        self.run(*told, "--set", "hashtags=kettle", typed=f"token={token}\n")

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
        file = self.folder / "answerback.sqlite3"
        with closing(sqlite3.connect(file, timeout=30)) as database:
            return database.execute(question).fetchall()

    def let_time_pass(self) -> None:
        """Do as if the dead worker's leases had ended, and each source's time had come."""
        file = self.folder / "answerback.sqlite3"
        with closing(sqlite3.connect(file, timeout=30)) as database:
            database.execute("UPDATE desk_lease SET until = '2026-01-01 00:00:00'")
            database.execute("UPDATE desk_source SET next_at = '2026-01-01 00:00:00'")
            database.commit()


@dataclass(slots=True)
class Writer:
    """Somebody who writes, and changes some of it."""

    who: Person
    said: dict[str, str] = field(default_factory=dict)  #: the words of each post, as they are now
    changed: list[str] = field(default_factory=list)

    def write(self, posts: int) -> None:
        for number in range(len(self.said), len(self.said) + posts):
            text = f"no. {number} of {self.who.name} leaks #kettle"
            told = self.who.says(text)
            if number % _CHANGED == 0:
                text = f"no. {number} of {self.who.name} leaks badly #kettle"
                self.who.server.ask("PUT", f"statuses/{told}", token=self.who.token, status=text)
                self.changed.append(f"{self.who.server.host}/{told[10:]}")
            self.said[f"{self.who.server.host}/{told[10:]}"] = text
            time.sleep(0.1)


@pytest.fixture
def desk(installed: Path, tmp_path: Path) -> Iterator[Desk]:
    server = Snac(program=installed, folder=tmp_path)
    try:
        server.prepare("acme", "ada", "bob")
        server.start()
        yield Desk(folder=tmp_path / "desk", server=server)
    finally:
        server.close()


def begin(desk: Desk) -> None:
    """Listen once: what was said before that is no business of ours."""
    with desk.listening():
        end = time.monotonic() + 60
        while desk.ask("SELECT count(*) FROM desk_source WHERE cursor = ''") != [(0,)]:
            assert time.monotonic() < end, "nobody listens"
            time.sleep(0.1)
    desk.let_time_pass()


def kill_while_they_write(desk: Desk, writers: Sequence[Writer]) -> int:
    """Kill our worker again and again, at any moment; return how often it was at work then."""
    moments = random.Random(6)  # noqa: S311  no secret
    at_work, share = 0, _POSTS // _KILLS // len(writers)
    for _ in range(_KILLS):
        before = desk.ask("SELECT count(*) FROM desk_ledgerline")
        writing = [threading.Thread(target=one.write, args=[share]) for one in writers]
        with desk.listening():
            for one in writing:
                one.start()
            end = time.monotonic() + 30
            while desk.ask("SELECT count(*) FROM desk_ledgerline") == before:
                if time.monotonic() > end:
                    break
                time.sleep(0.02)
            time.sleep(moments.random() * 0.3)
            at_work += desk.ask("SELECT count(*) FROM desk_ledgerline") != before
        for one in writing:
            one.join()
        desk.let_time_pass()
    return at_work


def test_a_thousand_posts_and_twenty_dead_workers_and_none_is_lost_or_twice(desk: Desk) -> None:
    desk.found(desk.server.token("acme"))
    writers = [
        Writer(Person(server=desk.server, name=one, token=desk.server.token(one)))
        for one in ("ada", "bob")
    ]

    begin(desk)
    at_work = kill_while_they_write(desk, writers)
    with desk.listening():
        end = time.monotonic() + 120
        while time.monotonic() < end:
            if desk.ask("SELECT count(DISTINCT external_id) FROM desk_post") == [(_POSTS,)]:
                break
            time.sleep(0.5)
        time.sleep(2)

    said = {name: text for one in writers for name, text in one.said.items()}
    newest = dict(desk.ask("SELECT external_id, text FROM desk_post ORDER BY external_id, version"))
    versions = dict(desk.ask("SELECT external_id, count(*) FROM desk_post GROUP BY external_id"))
    assert at_work >= _KILLS // 2
    assert len(said) == _POSTS
    assert newest == said
    changed = {name for one in writers for name in one.changed}
    assert {name for name, number in versions.items() if number != 1} <= changed
    assert desk.ask(
        "SELECT count(*) FROM desk_ledgerline "
        "WHERE fetched <> stored + duplicate + discarded + failed OR failed <> 0"
    ) == [(0,)]
    assert desk.ask("SELECT count(*) FROM desk_gap") == [(0,)]
