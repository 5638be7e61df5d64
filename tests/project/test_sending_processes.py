"""The real command sends while the server of its database falls over: each reply is said once."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.databases import on_files_only
from tests.postgres import NoServer, Running, running_server
from tests.project.live_desk import ROOT, ended, home, wait_for

from answerback.channels.fake.network import FakeNetwork

REPLIES = 60
FALLS = 4

pytestmark = [pytest.mark.slow, on_files_only]  # starts a server and the real command


def states(server: Running) -> dict[str, int]:
    import psycopg  # noqa: PLC0415  an extra

    with psycopg.connect(server.url) as connection:
        rows = connection.execute("SELECT state, count(*) FROM desk_reply GROUP BY state")
        return dict(rows.fetchall())


def let_leases_end(server: Running) -> None:
    """Do as if the time had passed after which what a broken try has left is taken over."""
    import psycopg  # noqa: PLC0415  an extra

    with psycopg.connect(server.url) as connection:
        connection.execute(
            "UPDATE desk_reply SET claimed_until = '2026-03-04' WHERE state = 'sending'"
        )


@contextmanager
def working(env: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Let the real command send for as long as the block runs."""
    line = [sys.executable, "-m", "answerback", "work", "--no-listening"]
    with subprocess.Popen(line, cwd=ROOT, env=env, stderr=subprocess.DEVNULL) as worker:  # noqa: S603
        try:
            yield worker
        finally:
            worker.kill()


def test_a_server_that_falls_over_while_replies_go_out_loses_none_and_doubles_none(
    tmp_path: Path,
) -> None:
    pytest.importorskip("psycopg", reason="needs psycopg: answerback[postgres]")
    data = tmp_path / "data"
    try:
        with running_server(synced=True) as server:
            env = home(data, ANSWERBACK_DATABASE_URL=server.url, ANSWERBACK_REHEARSAL="on")
            make = [sys.executable, "-m", "tests.project.sending_desk", str(data), str(REPLIES)]
            subprocess.run(make, cwd=ROOT, env=env, check=True)  # noqa: S603  our own program
            network = FakeNetwork(data)
            network.promise("searchable")  # it knows no keys: what is said twice is there twice
            with working(env) as worker:
                left = 0
                for _ in range(FALLS):
                    before = len(network.said())
                    wait_for(lambda before=before: len(network.said()) > before + 2)  # type: ignore[misc]
                    server.fall_over()
                    left += states(server).get("sending", 0)
                wait_for(lambda: not states(server).get("queued"))
                let_leases_end(server)
                wait_for(lambda: states(server) == {"sent": REPLIES})
                alive = worker.poll() is None
                ended(worker)
    except NoServer as no:
        pytest.skip(str(no))

    said = Counter(one.key for one in network.said())
    print(FALLS, "falls,", left, "left in the middle,", len(said), "said,", said.total(), "times")  # noqa: T201
    assert alive
    assert (len(said), said.total()) == (REPLIES, REPLIES)
