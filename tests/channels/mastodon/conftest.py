"""A real server of the Mastodon API, started once for all tests that speak to it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_socket import enable_socket
from tests.servers.snac2 import Snac, program

from answerback.channels.live import Account
from answerback.channels.mastodon.api import forget
from answerback.channels.mastodon.hear import Mastodon
from answerback.channels.mastodon.send import MastodonVoice


def now() -> datetime:
    """Return this moment: a real server has a clock of its own, and it is not ours to set."""
    return datetime.now(UTC)  # noqa: TID251


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on a real server, with a login of their own."""

    server: Snac
    name: str
    token: str = field(repr=False)

    def account(self, **settings: str) -> Account:
        """Return their account as ours."""
        return Account(
            account_id=1,
            channel="mastodon",
            name=self.name,
            settings={"server": self.server.url, **settings},
            secrets={"token": self.token},
            reach=frozenset({self.server.host}),
        )

    @property
    def voice(self) -> MastodonVoice:
        return MastodonVoice(self.account())

    def says(self, text: str, **told: str) -> str:
        """Say something in the official app, and return its id there."""
        said: str = self.server.ask("POST", "statuses", token=self.token, status=text, **told)["id"]
        return said


Open = Callable[..., Mastodon]


@pytest.fixture(autouse=True)
def _nobody_known() -> None:
    """Let no test know a server from another one."""
    forget()


@pytest.fixture(scope="session")
def installed() -> Path:
    """Return the program of a real server, or skip."""
    found = program()
    if found is None:
        pytest.skip(
            "needs a real server of the Mastodon API: `python -m tests.servers.snac2 FOLDER` "
            "fetches it from Debian's archive; set ANSWERBACK_SNAC2 to the folder"
        )
    return found


@pytest.fixture(scope="session")
def _running(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snac]:
    enable_socket()  # each test closes it again before it runs
    server = Snac(program=installed, folder=tmp_path_factory.mktemp("snac2"))
    try:
        server.prepare("acme", "ada")
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def server(_running: Snac, loopback: None) -> Snac:  # noqa: ARG001  opened, not used
    """Return the running server."""
    return _running


@pytest.fixture
def acme(server: Snac) -> Person:
    """Return the brand."""
    return Person(server=server, name="acme", token=server.token("acme"))


@pytest.fixture
def ada(server: Snac) -> Person:
    """Return a customer."""
    return Person(server=server, name="ada", token=server.token("ada"))


@pytest.fixture
def hearing(acme: Person) -> Iterator[Open]:
    """Open the brand's account for hearing, with settings; closed at the end."""
    opened: list[Mastodon] = []

    def open_it(**settings: str) -> Mastodon:
        opened.append(Mastodon(acme.account(**settings)))
        return opened[-1]

    yield open_it
    for one in opened:
        with closing(one):
            pass
