"""Several processes renew one account at once, and never show an old refresh token."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from tests.servers.sign_in import CLIENT, SignIn, sign_in_service

ROOT = Path(__file__).parents[2]
PROCESSES, TIMES = 3, 10


@pytest.fixture
def service(loopback: None) -> Iterator[SignIn]:  # noqa: ARG001
    with sign_in_service() as service:
        service.rotates = True
        service.granted(refreshes=True)
        yield service


@pytest.mark.slow  # starts several processes
def test_several_processes_at_once_never_show_an_old_refresh_token(
    service: SignIn,
    own_database: Path,
) -> None:
    connection.close()
    reach = {"ANSWERBACK_REACH": service.site.address}
    environment = {**os.environ, **reach, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    environment["ANSWERBACK_HOME"] = str(own_database)

    def run(*told: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", "tests.desk.renewing", *told],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    made, _ = run("Care", CLIENT, service.token_url, service.refresh).communicate(timeout=120)
    running = [run(made.strip(), str(TIMES)) for _ in range(PROCESSES)]
    said = [one.communicate(timeout=300)[0] for one in running]

    assert [one.returncode for one in running] == [0] * PROCESSES, said
    assert len(service.asked) == PROCESSES * TIMES
    assert len({form["refresh_token"] for form in service.asked}) == PROCESSES * TIMES
    assert not service.ended
