"""A real server, started once for all tests that speak to it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pytest_socket import enable_socket
from tests.servers.bluesky import PASSWORD, Person, Server, modules

from answerback.channels.bluesky.hear import Bluesky
from answerback.channels.bluesky.send import BlueskySender
from answerback.channels.live import Account

Open = Callable[..., Bluesky]
Speak = Callable[..., BlueskySender]


def now() -> datetime:
    """Return this moment: a real server has a clock of its own, and it is not ours to set."""
    return datetime.now(UTC)  # noqa: TID251


@pytest.fixture(scope="session")
def installed() -> Path:
    """Return where the servers are installed, or skip."""
    folder = modules()
    if folder is None:
        pytest.skip(
            "needs a real Bluesky server: `python -m tests.servers.bluesky FOLDER` installs it "
            "from npm; set ANSWERBACK_BLUESKY to the folder"
        )
    return folder


@pytest.fixture(scope="session")
def _running(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    enable_socket()  # each test closes it again before it runs
    server = Server(folder=installed, data=tmp_path_factory.mktemp("pds"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def server(_running: Server, loopback: None) -> Server:  # noqa: ARG001  opened, not used
    """Return the running server; tests tell themselves apart by the people they make."""
    return _running


@pytest.fixture
def acme(server: Server) -> Person:
    return server.person(f"acme{uuid4().hex[:8]}")


@pytest.fixture
def ada(server: Server) -> Person:
    return server.person(f"ada{uuid4().hex[:8]}")


def account_of(
    person: Person,
    *,
    secrets: Mapping[str, str] | None = None,
    keep: Any = None,
    port: int | None = None,
    **settings: str,
) -> Account:
    """Return an account whose firehose is its own server's; `port`: of what stands before it."""
    server = person.server.url if port is None else f"http://127.0.0.1:{port}"
    told = {"server": server, "handle": person.handle, "jetstream": "none"}
    return Account(
        account_id=1,
        channel="bluesky",
        name="Bluesky",
        settings={**told, "firehose": "server", **settings},
        secrets=secrets if secrets is not None else {"password": PASSWORD},
        reach=person.server.reach | {f"127.0.0.1:{port}"},
        keep=keep,
    )


@pytest.fixture
def voices() -> Iterator[Speak]:
    """Return what opens an account's voice; all are closed in the end."""
    senders: list[BlueskySender] = []

    def open_one(person: Person, **told: Any) -> BlueskySender:
        senders.append(BlueskySender(account_of(person, **told)))
        return senders[-1]

    yield open_one
    for sender in senders:
        sender.close()


@pytest.fixture
def opened() -> Iterator[Open]:
    """Return what opens an account's network; all are closed in the end."""
    networks: list[Bluesky] = []

    def open_one(person: Person, **told: Any) -> Bluesky:
        networks.append(Bluesky(account_of(person, **told)))
        return networks[-1]

    yield open_one
    for network in networks:
        network.close()
