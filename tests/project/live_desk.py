"""
A desk with an account on the fake network, for tests that start the real command beside it.

As a program it makes one: python -m tests.project.live_desk DATA NETWORK PUSHED
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from answerback.project.start import desk

ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 120


def main(data: Path, network: Path, pushed: str) -> None:
    """Make the tables, the brand and the account."""
    with desk(data, create=True, signs=True):
        from tests.project.hearing import acme_hears  # noqa: PLC0415  Django must be up

        acme_hears(network, pushed=pushed)


def home(data: Path, **more: str) -> dict[str, str]:
    """Return the environment of commands that use this desk."""
    bare = {name: value for name, value in os.environ.items() if name != "ANSWERBACK_DATABASE_URL"}
    path = f"{ROOT / 'src'}:{ROOT}"
    return {**bare, "PYTHONPATH": path, "ANSWERBACK_HOME": str(data), **more}


def make(data: Path, network: Path, *, pushed: str = "", env: Mapping[str, str]) -> None:
    network.mkdir()
    line = [sys.executable, "-m", "tests.project.live_desk", str(data), str(network), pushed]
    subprocess.run(line, cwd=ROOT, env=env, check=True)  # noqa: S603  our own program


def listen(env: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start the real command."""
    return subprocess.Popen(
        [sys.executable, "-m", "answerback", "listen"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
    )


def wait_for(what: Callable[[], bool], *, seconds: float = _PATIENCE_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "It did not come."
        time.sleep(0.1)


def ended(running: "subprocess.Popen[bytes]") -> float:
    """Ask a command to end, and return how many seconds it took."""
    began = time.monotonic()
    running.send_signal(signal.SIGTERM)
    assert running.wait(30) == 0
    return time.monotonic() - began


def ledger_of(env: Mapping[str, str]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "answerback", "ledger", "--json"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        check=True,
    )
    sources: list[dict[str, Any]] = json.loads(done.stdout)["sources"]
    return sources


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
