"""What every test may lean on.  Sockets are off: no test speaks to a network."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from pytest_socket import disable_socket, enable_socket, socket_allow_hosts
from tests.databases import NOTHING, SERVER, ask, environment_of, template_in

from answerback.desk import here
from answerback.project import databases
from answerback.project.start import desk

ROOT = Path(__file__).parent.parent

# The suite draws the same examples each time, so that red means a change broke something.
# `HYPOTHESIS_PROFILE=explore make test` draws new ones: do that to look for faults.
# A loaded machine makes inputs slowly: that says nothing of the code.
settings.register_profile(
    "same", derandomize=True, suppress_health_check=[HealthCheck.too_slow], deadline=None
)
settings.register_profile("explore", settings.get_profile("default"))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


#: Whoever asks for one of these uses the database; `make test-postgres` runs them once more.
_OF_THE_DATABASE = {
    "db",
    "transactional_db",
    "live_server",
    "own_database",
    "empty_database",
    "say",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the database, so that they can be run on the other one, too."""
    for item in items:
        fixtures = {*getattr(item, "fixturenames", ())}
        if fixtures & _OF_THE_DATABASE or item.get_closest_marker("django_db"):
            item.add_marker("database")


def pytest_runtest_setup() -> None:
    """Refuse every connection but those inside this machine's own files."""
    disable_socket(allow_unix_socket=True)


@pytest.fixture
def loopback() -> Iterator[None]:
    """Let a test speak to servers of its own on this machine, and to nobody else."""
    enable_socket()
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)
    yield
    disable_socket(allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _no_file_beside_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep no count of what was sent beside a database that is rolled back after each test."""
    monkeypatch.setattr(here, "KEPT", False)


@pytest.fixture
def shared_data() -> Path:
    """Return the folder of real public data, or skip the test where it is not."""
    folder = Path(os.environ.get("ANSWERBACK_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "README.md").exists():
        pytest.skip("needs the real public data: set ANSWERBACK_DATA to its folder")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _alone_at_the_end(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let nobody be in the tests' database when it is dropped: pages leave connections behind."""
    if SERVER is None:
        yield
        return
    request.getfixturevalue("django_db_setup")
    yield
    connection.close()
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    ask(others, values=[connection.settings_dict["NAME"]])


@pytest.fixture(scope="session")
def ready_tables(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[str]:
    """Return a database with all tables and nothing in them, to be copied: making them is slow."""
    folder = tmp_path_factory.mktemp("ready")
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as environment,
        _tests_own_database_back(),
        environment_of(folder) as told,
    ):
        for name, value in told.items():
            environment.setenv(name, value)
        with desk(folder, create=True):
            pass
        yield template_in(told)


@pytest.fixture
def own_database(ready_tables: str, tmp_path: Path, django_db_blocker: Any) -> Iterator[Path]:
    """
    Let commands in this test and in its children use a database of the test's own.

    Its tables are there, and empty.  Returns the data folder.
    """
    with django_db_blocker.unblock(), _at_home(tmp_path / "data", template=ready_tables) as folder:
        yield folder


@pytest.fixture
def empty_database(tmp_path: Path, django_db_blocker: Any) -> Iterator[Path]:
    """Do as `own_database` without any tables; on files there is not even the folder."""
    with django_db_blocker.unblock(), _at_home(tmp_path / "data", template=NOTHING) as folder:
        yield folder


@contextmanager
def _at_home(folder: Path, *, template: str) -> Iterator[Path]:
    with (
        pytest.MonkeyPatch.context() as environment,
        _tests_own_database_back(),
        environment_of(folder, template=template) as told,
    ):
        for name, value in told.items():
            environment.setenv(name, value)
        yield folder
        connection.close()


@contextmanager
def _tests_own_database_back() -> Iterator[None]:
    """Give Django's connection back as it was, wherever commands have pointed it."""
    before = {**connection.settings_dict}
    try:
        yield
    finally:
        databases.use(before)
