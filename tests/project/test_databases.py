"""How ANSWERBACK_DATABASE_URL is read."""

import sys
from pathlib import Path

import pytest

from answerback.project import databases, env
from answerback.project.databases import DatabaseRefused
from answerback.project.postgres import Server
from answerback.project.start import desk

URL = "postgresql://ada:p%40ss@db.example:5433/desk"


def test_without_the_setting_the_tables_lie_in_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(env.DATABASE_URL, raising=False)

    told = databases.configured(tmp_path)

    assert told["ENGINE"].endswith("sqlite3")
    assert told["NAME"] == tmp_path / "answerback.sqlite3"
    assert (told["OPTIONS"]["transaction_mode"], told["OPTIONS"]["timeout"]) == ("IMMEDIATE", 20)


def test_a_url_names_the_database_its_server_and_its_user() -> None:
    told = databases.server(URL)

    named = [told[name] for name in ("NAME", "HOST", "PORT", "USER", "PASSWORD")]
    assert named == ["desk", "db.example", 5433, "ada", "p@ss"]


def test_a_connection_asks_for_commits_that_last_and_for_an_end_to_patience() -> None:
    options = databases.server(URL)["OPTIONS"]["options"]

    assert options == (
        "-c synchronous_commit=on -c statement_timeout=120s -c lock_timeout=20s "
        "-c idle_in_transaction_session_timeout=60s"
    )


def test_what_the_operator_says_of_a_connection_goes_after_ours_and_so_before_it() -> None:
    told = databases.server(f"{URL}?connect_timeout=3&options=-c%20lock_timeout%3D5s")

    assert told["OPTIONS"]["connect_timeout"] == 3
    assert told["OPTIONS"]["options"].endswith("=60s -c lock_timeout=5s")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "names no database"),
        ("db.example/desk", "is not understood"),
        ("postgresql://ada:secret@db.example:port/desk", "is not understood"),
        ("postgresql://ada:secret#1@db.example/desk", "is not understood"),
        ("postgresql://ada:secret@db.example", "it names no database"),
        ("postgresql://ada:secret@[db.example/desk", "is not understood"),
        ("mysql://ada:secret@db.example/desk", "names 'mysql'"),
        ("sqlite:///secret", "names 'sqlite'"),
    ],
)
def test_a_url_that_cannot_be_meant_is_refused_and_never_repeated(
    url: str, why: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(env.DATABASE_URL, url)

    with pytest.raises(env.SettingNotUnderstood, match=why) as refused:
        databases.configured(tmp_path)

    assert "postgresql://user:password@host:5432/answerback" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_driver_that_is_not_installed_is_named_with_what_to_type(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(env.DATABASE_URL, URL)
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as if it were not there

    with (
        pytest.raises(DatabaseRefused, match=r"pip install 'answerback\[postgres\]'"),
        desk(tmp_path, create=True),
    ):
        pass


def test_a_sentence_names_the_server_and_neither_user_nor_password() -> None:
    assert Server(URL).where == "PostgreSQL database 'desk' on db.example:5433"
    assert Server("postgresql://ada@/desk?host=/run").where.endswith("'desk' on /run")
    assert Server("postgresql:///desk").where.endswith("'desk' on this machine")
