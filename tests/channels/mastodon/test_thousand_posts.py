"""A thousand posts on a real server; our worker is killed twenty times: none lost or twice."""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.channels.mastodon.conftest import Person
from tests.killed import Desk
from tests.servers.snac2 import Snac

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("loopback")]

_POSTS, _WRITERS, _KILLS = 1_000, 2, 20
_CHANGED = 20  #: every so many
_BRAND = 'name = "Acme"\nhandles = ["acme"]\nquery = "kettle"\n'


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
def own_server(installed: Path, tmp_path: Path) -> Iterator[Snac]:
    server = Snac(program=installed, folder=tmp_path)
    try:
        server.prepare("acme", "ada", "bob")
        server.start()
        yield server
    finally:
        server.close()


def let_time_pass(desk: Desk) -> None:
    desk.let_leases_end()
    desk.let_all_be_due()


def begin(desk: Desk) -> None:
    """Listen once: what was said before that is no business of ours."""
    with desk.listening():
        end = time.monotonic() + 60
        while desk.ask("SELECT count(*) FROM desk_source WHERE cursor = ''") != [(0,)]:
            assert time.monotonic() < end, "nobody listens"
            time.sleep(0.1)
    let_time_pass(desk)


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
        let_time_pass(desk)
    return at_work


def test_a_thousand_posts_and_twenty_dead_workers_and_none_is_lost_or_twice(
    own_server: Snac, tmp_path: Path
) -> None:
    desk = Desk(folder=tmp_path / "desk", reach=own_server.host)
    desk.found(
        brand=_BRAND,
        channel="mastodon",
        settings={"server": own_server.url, "hashtags": "kettle"},
        secret=f"token={own_server.token('acme')}",
    )
    writers = [
        Writer(Person(server=own_server, name=one, token=own_server.token(one)))
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
