"""A thousand posts on a real server; our worker is killed twenty times: none lost or twice."""

import os
import random
import signal
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
from tests.servers.bluesky import PASSWORD, Person, Server

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("loopback")]

_POSTS, _WRITERS, _KILLS = 1_000, 2, 20
_CHANGED, _DELETED = 20, 25  #: every so many
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
    found_brand(text=f'name = "Acme"\\nhandles = ["{sys.argv[2]}"]\\n', by="olga", at=at)
"""


@dataclass(slots=True)
class Desk:
    """A desk of its own, whose commands are processes that can be killed."""

    folder: Path
    server: Server

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if name != "ANSWERBACK_DATABASE_URL"
        }
        reach = ",".join(self.server.reach)
        return {**kept, "ANSWERBACK_HOME": str(self.folder), "ANSWERBACK_REACH": reach}

    def run(self, *words: str, typed: str = "") -> None:
        subprocess.run(  # noqa: S603  our own program
            [sys.executable, *words],
            env=self.environment,
            input=typed,
            text=True,
            check=True,
            capture_output=True,
        )

    def found(self, us: Person) -> None:
        self.run("-c", _FOUND, str(self.folder), us.handle)
        told = ["-m", "answerback", "channel", "add", "bluesky", "--brand", "Acme"]
        told += ["--name", "Support", "--secrets-from", "-"]
        for setting in (
            f"server={self.server.url}",
            f"handle={us.handle}",
            "jetstream=none",
            "firehose=server",
        ):
            told += ["--set", setting]
        self.run(*told, typed=f"password={PASSWORD}\n")

    @contextmanager
    def listening(self) -> Iterator[subprocess.Popen[bytes]]:
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


@dataclass(slots=True)
class Writer:
    """Somebody who writes to us, changes some of it and takes some of it back."""

    who: Person
    us: Person
    said: dict[str, str] = field(default_factory=dict)  #: the words of each post, as they are now
    changed: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)

    def write(self, posts: int) -> None:
        for number in range(posts):
            text = f"Kettle no. {number} leaks"
            uri = self.who.mention(self.us, text)["uri"]
            if number % _CHANGED == 0:
                text = f"Kettle no. {number} leaks badly"
                self.who.mention(self.us, text, key=uri.rpartition("/")[2])
                self.changed.append(uri)
            self.said[uri] = f"{text} @{self.us.handle}"
            if number % _DELETED == 0:
                self.who.take_away(uri)
                self.deleted.append(uri)


@pytest.fixture
def desk(installed: Path, tmp_path: Path) -> Iterator[Desk]:
    server = Server(folder=installed, data=tmp_path / "pds")
    try:
        server.start()
        yield Desk(folder=tmp_path / "desk", server=server)
    finally:
        server.stop()


def kill_while_they_write(desk: Desk, writing: Sequence[threading.Thread]) -> int:
    """Kill our worker again and again, at any moment; return how often it was at work then."""
    moments = random.Random(6)  # noqa: S311  no secret
    at_work = 0
    for _ in range(_KILLS):
        before = desk.ask("SELECT count(*) FROM desk_ledgerline")
        with desk.listening() as worker:
            end = time.monotonic() + 30
            while desk.ask("SELECT count(*) FROM desk_ledgerline") == before:
                if time.monotonic() > end or not any(one.is_alive() for one in writing):
                    break
                time.sleep(0.05)
            time.sleep(moments.random() * 1.5)
            at_work += desk.ask("SELECT count(*) FROM desk_ledgerline") != before
            worker.send_signal(signal.SIGKILL)
        desk.let_leases_end()
    return at_work


def test_a_thousand_posts_and_twenty_dead_workers_and_none_is_lost_or_twice(desk: Desk) -> None:
    us = desk.server.person("kettles")
    writers = [Writer(desk.server.person(f"ada{number}"), us) for number in range(_WRITERS)]
    desk.found(us)
    writing = [
        threading.Thread(target=one.write, args=[_POSTS // _WRITERS], daemon=True)
        for one in writers
    ]
    for one in writing:
        one.start()

    at_work = kill_while_they_write(desk, writing)
    for one in writing:
        one.join(timeout=300)
    deleted = {uri for one in writers for uri in one.deleted}
    with desk.listening():
        end = time.monotonic() + 120
        while time.monotonic() < end:
            (gone,) = desk.ask("SELECT count(*) FROM desk_tombstone")
            (there,) = desk.ask("SELECT count(DISTINCT external_id) FROM desk_post")
            if (gone, there) == ((len(deleted),), (_POSTS,)):
                break
            time.sleep(0.5)

    said = {uri: text for one in writers for uri, text in one.said.items()}
    newest = dict(desk.ask("SELECT external_id, text FROM desk_post ORDER BY external_id, version"))
    changed = {uri for one in writers for uri in one.changed}
    assert at_work >= _KILLS // 2
    assert len(said) == _POSTS
    assert newest == {uri: "" if uri in deleted else text for uri, text in said.items()}
    versions = dict(desk.ask("SELECT external_id, count(*) FROM desk_post GROUP BY external_id"))
    assert {uri for uri, number in versions.items() if number != 1} <= changed
    assert changed - deleted <= {uri for uri, number in versions.items() if number == 2}
    assert desk.ask(
        "SELECT count(*) FROM desk_ledgerline "
        "WHERE fetched <> stored + duplicate + discarded + failed OR failed <> 0"
    ) == [(0,)]
    assert desk.ask("SELECT count(*) FROM desk_gap") == [(0,)]
