"""The real server on the real loopback address."""

import http.client
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from answerback.cli.serve import command
from answerback.domain.records.refusal import Refusal
from answerback.project.databases import NoDatabaseYet
from answerback.web.server import PortRefused, listening

pytestmark = pytest.mark.usefixtures("socket_enabled")  # this machine's own loopback, no more

_MAKE = """
import sys, pathlib
from answerback.project.start import desk
with desk(pathlib.Path(sys.argv[1]), create=True):
    pass
"""


@contextmanager
def _served() -> Iterator[int]:
    with listening(port=0, at=None) as server:
        turning = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        turning.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            turning.join()


def _asked(port: int, *, host: str, address: str = "/nowhere") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", address, headers={"Host": host})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_the_server_answers_this_machine_with_every_header() -> None:
    with _served() as port:
        answer = _asked(port, host=f"127.0.0.1:{port}")

    assert answer.status == 404
    assert "default-src 'none'" in str(answer.headers["Content-Security-Policy"])


def test_a_page_that_another_name_leads_here_for_is_refused() -> None:
    with _served() as port:
        answer = _asked(port, host=f"rebound.example:{port}")

    assert answer.status == 400


def test_the_server_stands_on_the_loopback_address_alone() -> None:
    with listening(port=0, at=None) as server:
        host = server.server_address[0]

    assert host == "127.0.0.1"


def test_a_taken_port_is_refused_with_another_to_try() -> None:
    with listening(port=0, at=None) as server:
        port = server.server_port
        with (
            pytest.raises(PortRefused, match=f"Port {port} on 127.0.0.1.*another program.*--port"),
            listening(port=port, at=None),
        ):
            pass


@pytest.mark.parametrize("told", [["--port", "65536"], ["--port", "-1"], ["--port", "web"]])
def test_a_port_that_is_none_is_a_usage_error(told: list[str]) -> None:
    assert CliRunner().invoke(command, told).exit_code == 2


@pytest.mark.parametrize("at", ["soon", "2026-03-02T12:00"])
def test_a_wrong_moment_is_refused_before_anything_is_opened(at: str, tmp_path: Path) -> None:
    said = CliRunner().invoke(command, ["--data", str(tmp_path), "--at", at])

    assert isinstance(said.exception, Refusal)
    assert "--at" in str(said.exception)


def test_without_a_database_the_next_step_is_told(tmp_path: Path) -> None:
    said = CliRunner().invoke(command, ["--data", str(tmp_path)])

    assert isinstance(said.exception, NoDatabaseYet)
    assert "answerback import" in str(said.exception)


@pytest.mark.slow  # three processes, one after the other
def test_serve_shows_the_inbox_and_ends_cleanly_on_ctrl_c(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _MAKE, str(tmp_path)], check=True, timeout=60)  # noqa: S603  our own words
    serve = [sys.executable, "-m", "answerback", "serve", "--data", str(tmp_path)]
    with subprocess.Popen([*serve, "--port", "0"], stdout=subprocess.PIPE, text=True) as running:  # noqa: S603  our own words
        assert running.stdout is not None
        told = running.stdout.readline()
        port = int(told.split("127.0.0.1:")[1].split("/")[0])

        answer = _asked(port, host="localhost", address="/")
        second = subprocess.run(  # noqa: S603  our own words
            [*serve, "--port", str(port)], capture_output=True, text=True, check=False, timeout=60
        )
        running.send_signal(signal.SIGINT)
        rest = running.stdout.read()

    assert answer.status == 200
    assert (second.returncode, second.stderr.count("\n")) == (2, 1)
    assert (running.returncode, rest) == (0, "Ended.\n")
