"""A restored, copied or moved database says nothing twice: it looks, and asks a person."""

import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from tests.builders import make_post
from tests.databases import ask, on_a_server_only, on_files_only, url_of
from tests.desk.replying import DUE, make_queued
from tests.desk.steps import imported
from tests.postgres import binaries

from answerback.channels.fake.network import FakeNetwork
from answerback.channels.fake.send import FakeSender
from answerback.desk import here, models
from answerback.desk.operations.send import send_due
from answerback.desk.operations.stand_guard import (
    NothingToResume,
    resume_sending,
    stand_guard,
)
from answerback.desk.queries.sending import standing
from answerback.project import env
from answerback.project.start import desk

HOUR = timedelta(hours=1)


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeNetwork:
    """Return a network that lies outside of every copy; files are kept beside databases."""
    monkeypatch.setattr(here, "KEPT", True)
    monkeypatch.setattr(here, "machine", lambda: "this machine")
    folder = tmp_path / "network"
    folder.mkdir()
    return FakeNetwork(folder)


@contextmanager
def _desk_in(folder: Path) -> Iterator[None]:
    with desk(folder, create=False):
        yield


def _queued(*names: str) -> None:
    for name in names:
        imported(make_post(name, author=f"a{name}"), fingerprint=name)
        case = models.Case.objects.get(leading__external_id=name)
        make_queued(case, by=f"agent{name}", text=f"We look into {name}.")


def _send_all(tmp_path: Path, *, hours: float = 0) -> None:
    sender = FakeSender(tmp_path / "network")
    at = DUE + hours * HOUR
    for _ in range(50):
        if not send_due(at=at, senders=lambda _through: sender):
            break
        at += timedelta(minutes=1)


def _said(network: FakeNetwork) -> Counter[str]:
    return Counter(one.text for one in network.said())


def _states() -> list[str]:
    return list(models.Reply.objects.order_by("pk").values_list("state", flat=True))


@on_files_only
@pytest.mark.parametrize("promise", ["idempotent", "searchable", "blind"])
@pytest.mark.parametrize("restored", ["in_place", "by_another_file"])
def test_an_older_copy_put_over_the_newer_one_says_nothing_twice(
    promise: str, restored: str, own_database: Path, network: FakeNetwork, tmp_path: Path
) -> None:
    network.promise(promise)
    file, backup = own_database / "answerback.sqlite3", tmp_path / "backup"
    with _desk_in(own_database):
        _queued("1", "2")
        stand_guard(at=DUE)
    shutil.copy(file, backup)
    with _desk_in(own_database):
        _send_all(tmp_path)
        assert _states() == ["sent", "sent"]
    if restored == "in_place":
        file.write_bytes(backup.read_bytes())
    else:
        shutil.copy(backup, tmp_path / "fresh")
        (tmp_path / "fresh").replace(file)

    with _desk_in(own_database):
        _queued("3")
        _send_all(tmp_path, hours=1)
        assert standing().sends is False
        found = {"idempotent": "sent", "searchable": "sent", "blind": "sending"}[promise]
        # What was on its way is found where one can look; what is new waits for a person.
        assert _states() == [found, found, "sending"]
        resume_sending(by="olga", at=DUE + 2 * HOUR)
        _send_all(tmp_path, hours=3)
        assert not {"queued", "sending"} & {*_states()}

    assert max(_said(network).values()) == 1
    assert _said(network)["We look into 1."] == 1


@on_files_only
def test_a_folder_that_is_copied_looks_and_says_nothing_while_the_first_goes_on(
    own_database: Path, network: FakeNetwork, tmp_path: Path
) -> None:
    with _desk_in(own_database):
        _queued("1", "2")
        stand_guard(at=DUE)
    copy = tmp_path / "copy"
    shutil.copytree(own_database, copy)

    with _desk_in(copy):
        _send_all(tmp_path)
        assert (standing().sends, standing().waiting, network.said()) == (False, 2, [])
        assert "not where it was" in standing().why
    with _desk_in(own_database):
        _send_all(tmp_path, hours=1)
        assert _states() == ["sent", "sent"]
    with _desk_in(copy):
        _send_all(tmp_path, hours=2)
        assert _states() == ["sent", "sent"]

    assert _said(network) == {"We look into 1.": 1, "We look into 2.": 1}


@on_files_only
@pytest.mark.usefixtures("network")
def test_a_folder_that_is_only_renamed_goes_on(own_database: Path, tmp_path: Path) -> None:
    with _desk_in(own_database):
        _queued("1")
        stand_guard(at=DUE)
    own_database.rename(tmp_path / "elsewhere")

    with _desk_in(tmp_path / "elsewhere"):
        _send_all(tmp_path)
        assert _states() == ["sent"]
    (tmp_path / "elsewhere").rename(own_database)


@on_files_only
def test_a_disk_that_is_cloned_to_another_machine_is_a_copy(
    own_database: Path, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _desk_in(own_database):
        _queued("1")
        stand_guard(at=DUE)
        monkeypatch.setattr(here, "machine", lambda: "another machine")

        assert stand_guard(at=DUE).sends is False
        resume_sending(by="olga", at=DUE)
        assert stand_guard(at=DUE + HOUR).sends is True
        monkeypatch.setattr(here, "machine", lambda: "this machine")
        assert stand_guard(at=DUE + HOUR).sends is True  # both were said to be one

    assert network.said() == []


@on_files_only
def test_what_is_written_after_a_copy_was_noticed_goes_out_when_it_is_the_only_one(
    own_database: Path, network: FakeNetwork, tmp_path: Path
) -> None:
    with _desk_in(own_database):
        stand_guard(at=DUE - HOUR)
    copy = tmp_path / "copy"
    shutil.copytree(own_database, copy)
    with _desk_in(copy):
        stand_guard(at=DUE - HOUR)
        _queued("1")
        _send_all(tmp_path)
        assert (_states(), network.said()) == (["queued"], [])

        resume_sending(by="olga", at=DUE + HOUR)
        _send_all(tmp_path, hours=2)

        assert _states() == ["sent"]
        told = models.AuditEntry.objects.filter(about="installation").order_by("number")
        whats = list(told.values_list("what", "by"))
        assert whats == [("sending_stopped", None), ("sending_resumed", "olga")]
        with pytest.raises(NothingToResume):
            resume_sending(by="olga", at=DUE + HOUR)


@on_files_only
@pytest.mark.usefixtures("network")
def test_a_new_database_in_an_old_folder_is_no_copy(own_database: Path, tmp_path: Path) -> None:
    with _desk_in(own_database):
        _queued("1")
        _send_all(tmp_path)
        models.Installation.objects.all().delete()
        models.Reply.objects.update(tries=0)

        assert stand_guard(at=DUE + HOUR).sends is True


@on_a_server_only
@pytest.mark.parametrize("promise", ["idempotent", "searchable", "blind"])
def test_a_dump_that_is_restored_elsewhere_says_nothing_twice(
    promise: str,
    own_database: Path,
    network: FakeNetwork,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: object,
) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]  # pytest-django's
    network.promise(promise)
    with _desk_in(own_database):
        _queued("1", "2")
        stand_guard(at=DUE)
        name = connection.settings_dict["NAME"]
    dumped = tmp_path / "dump.sql"
    programs = binaries()
    assert programs is not None
    told = [str(programs / "pg_dump"), "--no-owner", "-f", str(dumped), url_of(name)]
    subprocess.run(told, check=True)  # noqa: S603  the server's own program
    with _desk_in(own_database):
        _send_all(tmp_path)
    ask(f"CREATE DATABASE {name}_restored TEMPLATE template0")
    try:
        restore = [str(programs / "psql"), "-q", "-f", str(dumped), url_of(f"{name}_restored")]
        subprocess.run(restore, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  the same
        monkeypatch.setenv(env.DATABASE_URL, url_of(f"{name}_restored"))
        with _desk_in(own_database):
            _send_all(tmp_path, hours=1)
            assert standing().sends is False
            assert len(network.said()) == 2
            resume_sending(by="olga", at=DUE + 2 * HOUR)
            _send_all(tmp_path, hours=3)
            assert not {"queued", "sending"} & {*_states()}
    finally:
        ask(f"DROP DATABASE {name}_restored WITH (FORCE)")

    assert _said(network) == {"We look into 1.": 1, "We look into 2.": 1}


@on_a_server_only
@pytest.mark.usefixtures("network")
def test_several_machines_on_one_server_are_one_desk(
    own_database: Path,
    tmp_path: Path,
    settings: object,
) -> None:
    with _desk_in(own_database):
        _queued("1")
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            settings.DATA_DIR = tmp_path / name  # type: ignore[attr-defined]  # pytest-django's
            assert stand_guard(at=DUE).sends is True
        _send_all(tmp_path)
        assert _states() == ["sent"]
