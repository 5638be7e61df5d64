"""The real server on the real loopback address."""

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from answerback.cli.serve import command
from answerback.domain.records.refusal import Refusal
from answerback.project import env
from answerback.project.serving import HostRefused, PortRefused, address_of, listen

pytestmark = pytest.mark.usefixtures("socket_enabled")  # this machine's own loopback, no more

#: A page that asks nothing of the database, so that it is the same before and after the wizard.
_NOWHERE = "/nowhere"
_ANSWERBACK = (sys.executable, "-m", "answerback")


@contextmanager
def _served(*told: str, command: str = "serve") -> Iterator[tuple["subprocess.Popen[str]", int]]:
    line = [*_ANSWERBACK, command, "--port", "0", *told]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603  our own words
        assert running.stdout is not None
        port = int(running.stdout.readline().split("127.0.0.1:")[1].split("/")[0])
        try:
            yield running, port
        finally:
            running.kill()


def _asked(port: int, *, host: str, address: str = _NOWHERE) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", address, headers={"Host": host})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_the_pages_stand_on_the_loopback_address_alone() -> None:
    with listen(host="127.0.0.1", port=0) as listening:
        host, port = listening.getsockname()
        told = address_of(listening)

    assert (host, told) == ("127.0.0.1", f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "desk.example"])  # noqa: S104  what is refused
def test_another_address_is_refused_while_nobody_said_what_people_type(host: str) -> None:
    with pytest.raises(HostRefused, match="ANSWERBACK_URL.*--host"):
        listen(host=host, port=0)


def test_with_a_public_address_the_pages_may_stand_anywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(env.URL, "https://desk.example")

    with listen(host="0.0.0.0", port=0) as listening:  # noqa: S104  behind the operator's proxy
        told = address_of(listening)

    assert told == "https://desk.example/"


def test_a_taken_port_is_refused_with_another_to_try() -> None:
    with listen(host="127.0.0.1", port=0) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(PortRefused, match=f"Port {port} on 127.0.0.1.*another pro.*--port"):
            listen(host="127.0.0.1", port=port)


@pytest.mark.parametrize("told", [["--port", "65536"], ["--port", "-1"], ["--port", "web"]])
def test_a_port_that_is_none_is_a_usage_error(told: list[str]) -> None:
    assert CliRunner().invoke(command, told).exit_code == 2


@pytest.mark.parametrize("at", ["soon", "2026-03-02T12:00"])
def test_a_wrong_moment_is_refused_before_anything_is_opened(at: str, tmp_path: Path) -> None:
    said = CliRunner().invoke(command, ["--data", str(tmp_path / "desk"), "--at", at])

    assert isinstance(said.exception, Refusal)
    assert "--at" in str(said.exception)
    assert not (tmp_path / "desk").exists()


@pytest.mark.usefixtures("empty_database")
@pytest.mark.slow  # three processes, one after the other
def test_serve_makes_what_it_needs_answers_this_machine_and_ends_on_ctrl_c(
    tmp_path: Path,
) -> None:
    data = str(tmp_path / "desk")
    with _served("--data", data) as (running, port):
        answer = _asked(port, host=f"127.0.0.1:{port}")
        rebound = _asked(port, host=f"rebound.example:{port}")
        second = subprocess.run(  # noqa: S603  our own words
            [*_ANSWERBACK, "serve", "--data", data, "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        running.send_signal(signal.SIGINT)
        assert running.stdout is not None
        rest = running.stdout.read()

    assert answer.status == 404
    assert "default-src 'none'" in str(answer.headers["Content-Security-Policy"])
    assert rebound.status == 400
    assert (second.returncode, second.stderr.count("\n")) == (2, 1)
    assert (running.returncode, rest) == (0, "Ended.\n")
    assert (tmp_path / "desk" / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("empty_database")
@pytest.mark.slow  # a process of its own
@pytest.mark.parametrize("name", ["serve", "web"])
def test_an_end_waits_for_no_browser_that_holds_its_connection(name: str, tmp_path: Path) -> None:
    with (
        _served("--data", str(tmp_path), command=name) as (running, port),
        socket.create_connection(("127.0.0.1", port)) as held,
    ):
        held.sendall(b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n")  # and never its end
        begin = time.monotonic()
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=20)
        seconds = time.monotonic() - begin

    assert running.returncode == 0
    assert seconds < 3
