"""A thousand posts on a real server; our worker is killed twenty times: none lost or twice."""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.killed import Desk
from tests.servers.bluesky import PASSWORD, Person, Server

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("loopback")]

_POSTS, _WRITERS, _KILLS = 1_000, 2, 20
_CHANGED, _DELETED = 20, 25  #: every so many


@dataclass(slots=True)
class Writer:
    """Somebody who writes to us, changes some of it and takes some of it back."""

    who: Person
    us: Person
    said: dict[str, str] = field(default_factory=dict)  #: the words of each post, as they are now
    changed: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)

    def write(self, posts: int) -> None:
        for number in range(len(self.said), len(self.said) + posts):
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
def own_server(installed: Path, tmp_path: Path) -> Iterator[Server]:
    server = Server(folder=installed, data=tmp_path / "pds")
    try:
        server.start()
        yield server
    finally:
        server.stop()


def found(desk: Desk, us: Person) -> None:
    settings = {
        "server": us.server.url,
        "handle": us.handle,
        "jetstream": "none",
        "firehose": "server",
    }
    brand = f'name = "Acme"\nhandles = ["{us.handle}"]\n'
    desk.found(brand=brand, channel="bluesky", settings=settings, secret=f"password={PASSWORD}")


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
                time.sleep(0.05)
            time.sleep(moments.random() * 1.5)
            at_work += desk.ask("SELECT count(*) FROM desk_ledgerline") != before
        for one in writing:
            one.join()
        desk.let_leases_end()
    return at_work


def test_a_thousand_posts_and_twenty_dead_workers_and_none_is_lost_or_twice(
    own_server: Server, tmp_path: Path
) -> None:
    desk = Desk(folder=tmp_path / "desk", reach=",".join(own_server.reach))
    us = own_server.person("kettles")
    writers = [Writer(own_server.person(f"ada{number}"), us) for number in range(_WRITERS)]
    found(desk, us)

    at_work = kill_while_they_write(desk, writers)
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
