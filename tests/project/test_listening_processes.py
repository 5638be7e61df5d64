"""The real command listens: killed again and again, several at once, over a server that falls."""

import random
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.builders import MONDAY_9
from tests.databases import on_files_only
from tests.postgres import NoServer, running_server
from tests.project.hearing import said
from tests.project.live_desk import ended, home, ledger_of, listen, make, wait_for

from answerback.channels.fake.live_network import LiveFault, LiveNetwork

POSTS = 1_000
KILLS = 20
#: A process that was asked to end is gone after this.
END_SECONDS = 5.0

pytestmark = [pytest.mark.slow, on_files_only]  # starts real commands and kills them


def asked(data: Path, question: str) -> Any:
    with closing(sqlite3.connect(data / "answerback.sqlite3", timeout=20)) as database:
        with database:
            rows = database.execute(question).fetchall()
        return rows[0][0] if rows else None


def counted(data: Path) -> Callable[[], int]:
    return lambda: int(asked(data, "SELECT count(*) FROM desk_post"))


def lease_over(data: Path) -> None:
    """Let the twenty seconds be over after which somebody else may hear a dead one's sources."""
    asked(data, "UPDATE desk_lease SET until = '2026-01-01 00:00:00' WHERE name LIKE 'source:%'")


@pytest.mark.parametrize("pushed", ["yes", "no replay", ""])
def test_a_worker_that_is_killed_twenty_times_loses_nothing_and_doubles_nothing(
    tmp_path: Path, pushed: str
) -> None:
    data, env = tmp_path / "data", home(tmp_path / "data")
    make(data, tmp_path / "network", pushed=pushed, env=env)
    network, count = LiveNetwork(tmp_path / "network"), counted(data)
    network.show_at_once(7)
    each = POSTS // KILLS
    chance = random.Random(7)  # noqa: S311  the same story each time

    for life in range(KILLS):
        worker = listen(env)
        before = count()
        network.tell(*(said(life * each + number) for number in range(each)), at=MONDAY_9)
        wait_for(lambda before=before: count() > before)  # type: ignore[misc]
        time.sleep(chance.random() / 5)
        worker.send_signal(signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL
        lease_over(data)
    worker = listen(env)
    wait_for(lambda: count() == POSTS)
    seconds = ended(worker)

    (source,) = ledger_of(env)
    print(pushed or "polled", KILLS, "kills", source["stored"], "stored", f"{seconds:.1f} s to end")  # noqa: T201
    assert (source["stored"], source["problems"]) == (POSTS, [])
    assert asked(data, "SELECT count(DISTINCT external_id) FROM desk_post") == POSTS
    assert seconds < END_SECONDS


def test_two_processes_share_a_source_and_when_one_dies_the_other_goes_on(tmp_path: Path) -> None:
    data, env = tmp_path / "data", home(tmp_path / "data")
    make(data, tmp_path / "network", pushed="yes", env=env)
    network, count = LiveNetwork(tmp_path / "network"), counted(data)
    network.plan_faults([LiveFault(kind="down"), LiveFault(kind="duplicate")])
    both = [listen(env), listen(env)]
    network.tell(*(said(number) for number in range(50)), at=MONDAY_9)
    wait_for(lambda: count() == 50)

    both[0].send_signal(signal.SIGKILL)
    both[0].wait()
    network.tell(*(said(number) for number in range(50, 100)), at=MONDAY_9)
    wait_for(lambda: count() == 100)  # at once, or when the lease of the dead one is over

    assert ended(both[1]) < END_SECONDS
    (source,) = ledger_of(env)
    assert (source["stored"], source["problems"]) == (100, [])


@pytest.mark.parametrize("kind", ["slow", "limited"])
def test_a_network_that_hangs_holds_up_no_end(tmp_path: Path, kind: str) -> None:
    data, env = tmp_path / "data", home(tmp_path / "data")
    make(data, tmp_path / "network", env=env)
    network = LiveNetwork(tmp_path / "network")
    network.plan_faults([LiveFault(kind=kind, seconds=60)] * 3)
    network.tell(said(1), at=MONDAY_9)
    worker = listen(env)
    wait_for(lambda: asked(data, "SELECT count(*) FROM desk_lease") > 0)

    assert ended(worker) < END_SECONDS


def test_a_database_server_that_falls_over_again_and_again_loses_nothing(tmp_path: Path) -> None:
    psycopg = pytest.importorskip("psycopg", reason="needs psycopg: answerback[postgres]")
    try:
        with running_server() as server:
            env = home(tmp_path / "data", ANSWERBACK_DATABASE_URL=server.url)
            make(tmp_path / "data", tmp_path / "network", pushed="yes", env=env)
            network = LiveNetwork(tmp_path / "network")
            network.show_at_once(7)

            def count() -> int:
                with psycopg.connect(server.url) as connection:
                    (found,) = connection.execute("SELECT count(*) FROM desk_post").fetchone()
                    return int(found)

            worker = listen(env)
            for fall in range(5):
                before = count()
                network.tell(*(said(fall * 200 + number) for number in range(200)), at=MONDAY_9)
                wait_for(lambda before=before: count() > before)  # type: ignore[misc]
                server.fall_over()
            wait_for(lambda: count() == POSTS)
            alive = worker.poll() is None
            ended(worker)
            (source,) = ledger_of(env)
    except NoServer as no:
        pytest.skip(str(no))
    except subprocess.CalledProcessError as wrong:
        pytest.fail(str(wrong))

    print("5 falls,", source["stored"], "stored")  # noqa: T201
    assert alive
    assert (source["stored"], source["problems"]) == (POSTS, [])


def test_a_database_server_whose_disk_fails_at_a_sync_loses_nothing(tmp_path: Path) -> None:
    psycopg = pytest.importorskip("psycopg", reason="needs psycopg: answerback[postgres]")
    if shutil.which("strace") is None:
        pytest.skip("needs strace: apt-get install strace")
    log = tmp_path / "syncs"
    try:
        with running_server(synced=True) as server:
            env = home(tmp_path / "data", ANSWERBACK_DATABASE_URL=server.url)
            make(tmp_path / "data", tmp_path / "network", env=env)
            network = LiveNetwork(tmp_path / "network")
            network.show_at_once(3)

            def count() -> int:
                try:
                    with psycopg.connect(server.url) as connection:
                        row = connection.execute("SELECT count(*) FROM desk_post").fetchone()
                        return int(row[0])
                except psycopg.OperationalError:  # it recovers just now
                    return 0

            network.tell(*(said(number) for number in range(POSTS // 5)), at=MONDAY_9)
            with failing_syncs(server.pid, log=log):
                worker = listen(env)
                wait_for(lambda: "INJECTED" in log.read_text())
            wait_for(lambda: count() == POSTS // 5)
            alive = worker.poll() is None
            ended(worker)
            (source,) = ledger_of(env)
    except NoServer as no:
        pytest.skip(str(no))

    print(log.read_text().count("INJECTED"), "syncs failed,", source["stored"], "stored")  # noqa: T201
    assert alive
    assert (source["stored"], source["problems"]) == (POSTS // 5, [])


@contextmanager
def failing_syncs(server: int, *, log: Path) -> Iterator[None]:
    """Let the tenth sync of each of the server's processes fail while the block runs."""
    fail = ["-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=10"]
    with subprocess.Popen(  # noqa: S603  our own words
        ["strace", "-f", "-o", str(log), *fail, "-p", str(server)],  # noqa: S607  of the system
        stderr=subprocess.PIPE,
        text=True,
    ) as tracer:
        assert tracer.stderr is not None
        if "attached" not in (told := tracer.stderr.readline()):
            pytest.skip(f"needs the right to trace: {told.strip()}")
        try:
            yield
        finally:
            tracer.send_signal(signal.SIGINT)
