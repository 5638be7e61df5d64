"""The commands on a real server, and each thing that can stand between it and us."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from django.db import connection
from django.db.backends.base import base
from django.db.backends.postgresql.features import DatabaseFeatures
from tests.builders import NEXT_DAY
from tests.cli.saying import Say
from tests.databases import ask, on_a_server_only, url_of

from answerback.desk import models
from answerback.desk.operations.close_case import close_case
from answerback.domain.records.case import CloseReason
from answerback.project import env
from answerback.project.start import desk

pytestmark = on_a_server_only

AT = "2026-03-02T12:00+00:00"


@pytest.fixture
def acme(tmp_path: Path) -> tuple[str, ...]:
    """Return the arguments that import one complaint for Acme."""
    post = {"id": "1", "author": "ada", "text": "@acme my kettle leaks, please help!"}
    (tmp_path / "posts.jsonl").write_text(json.dumps(post), encoding="utf-8")
    (tmp_path / "acme.toml").write_text('name = "Acme"\nhandles = ["acme"]\n', encoding="utf-8")
    brand = ("--brand", str(tmp_path / "acme.toml"), "--at", AT)
    return ("import", str(tmp_path / "posts.jsonl"), *brand)


def name() -> str:
    """Return the name of this test's own database."""
    return urlsplit(os.environ[env.DATABASE_URL]).path.removeprefix("/")


def named(**parts: str) -> str:
    """Return the URL of this test's own database with some parts of it others."""
    url = urlsplit(os.environ[env.DATABASE_URL])
    user = parts.get("user", url.username)
    path = f"/{parts.get('database', name())}"
    query = parts.get("query", url.query)
    return url._replace(netloc=f"{user}@{parts.get('host', '')}", path=path, query=query).geturl()


@contextmanager
def holding(sql: str) -> Iterator[None]:
    with psycopg.connect(os.environ[env.DATABASE_URL]) as other:
        other.execute(sql.encode())
        yield


def also(option: str) -> str:
    """Return this test's own URL with one more thing asked of each connection."""
    url = urlsplit(os.environ[env.DATABASE_URL])
    return url._replace(query=f"{url.query}&options={quote(f'-c {option}')}").geturl()


@pytest.mark.usefixtures("empty_database")
def test_the_first_import_makes_the_tables_and_says_what_to_type(
    say: Say, acme: tuple[str, ...]
) -> None:
    before, said = say("inbox"), say(*acme)

    assert (before.code, before.out) == (2, "")
    assert before.err == (
        f"answerback: The PostgreSQL database '{name()}' on {named().partition('host=')[2]} is "
        "empty. Type: answerback import POSTS.jsonl --brand BRAND.toml\n"
    )
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-1] == "Next: answerback inbox"
    assert "kettle leaks" in say("inbox", "--at", AT).out


def test_nothing_is_written_into_the_data_folder(
    say: Say, acme: tuple[str, ...], own_database: Path
) -> None:
    say(*acme)

    assert not own_database.exists()


@pytest.mark.usefixtures("own_database")
def test_a_commit_lasts_whatever_the_server_says_and_patience_ends(tmp_path: Path) -> None:
    with desk(tmp_path, create=False), connection.cursor() as cursor:
        asked = {}
        for what in ("synchronous_commit", "lock_timeout", "application_name"):
            cursor.execute(f"SHOW {what}")
            (asked[what],) = cursor.fetchone()

    assert asked == {
        "synchronous_commit": "on",
        "lock_timeout": "20s",
        "application_name": "answerback",
    }
    assert ask("SHOW synchronous_commit") == [("off",)]  # of the server that tests use


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"database": "nowhere"}, "There is none of this name. Make it: createdb"),
        ({"user": "nobody_here"}, "does not know the user"),
        ({"query": "host=/nowhere"}, "No server answers there."),
        ({"query": "", "host": "127.0.0.1:1"}, "No server answers there."),
    ],
)
def test_what_stands_at_the_door_is_one_sentence(
    say: Say, parts: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(env.DATABASE_URL, named(**parts))

    said = say("ledger")

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("answerback: The PostgreSQL database '")
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_a_wrong_password_is_one_sentence_that_does_not_repeat_it(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not ask("SELECT 1 FROM pg_hba_file_rules WHERE user_name = ARRAY['stranger']"):
        pytest.skip("this server trusts everybody; the one of tests.postgres does not")
    ask("DROP ROLE IF EXISTS stranger")
    ask("CREATE ROLE stranger LOGIN PASSWORD 'right'")
    monkeypatch.setenv(env.DATABASE_URL, named(user="stranger:wr%20ng"))

    said = say("ledger")

    assert (said.code, "refuses the user or the password" in said.err) == (2, True)
    assert "wr ng" not in said.err


@pytest.mark.usefixtures("empty_database")
def test_a_database_of_another_encoding_is_refused_before_tables_are_made(
    say: Say, acme: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = f"{name()}_ascii"
    ask(f"CREATE DATABASE {other} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    try:
        monkeypatch.setenv(env.DATABASE_URL, url_of(other))
        said = say(*acme)
        tables = ask("SELECT 1 FROM pg_tables WHERE schemaname = 'public'", database=other)
    finally:
        ask(f"DROP DATABASE {other} WITH (FORCE)")

    assert (said.code, "keeps text as SQL_ASCII" in said.err, tables) == (2, True, [])


@pytest.mark.usefixtures("empty_database")
def test_a_user_who_may_make_no_tables_is_told_what_to_do(
    say: Say, acme: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("DROP ROLE IF EXISTS guest")
    ask("CREATE ROLE guest LOGIN")
    monkeypatch.setenv(env.DATABASE_URL, named(user="guest"))

    said = say(*acme)

    assert (said.code, "ALTER DATABASE name OWNER TO user" in said.err) == (2, True)


def test_a_server_that_is_too_old_is_told_so(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DatabaseFeatures, "minimum_database_version", (99,))
    monkeypatch.setattr(base, "RAN_DB_VERSION_CHECK", set())  # Django looks once in a process

    said = say("ledger")

    assert (said.code, "PostgreSQL 99 or later is required" in said.err) == (2, True)
    assert said.err.endswith("Update the server.\n")


def test_a_database_that_takes_no_changes_is_one_sentence(say: Say, acme: tuple[str, ...]) -> None:
    ask(f"ALTER DATABASE {name()} SET default_transaction_read_only = on")

    said = say(*acme)

    assert (said.code, "It takes no changes" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ("RAISE EXCEPTION 'no room' USING ERRCODE = '53100'", "The server's disk is full."),
        ("PERFORM pg_terminate_backend(pg_backend_pid())", "The server was ended or restarted."),
        ("RAISE EXCEPTION 'a circle' USING ERRCODE = '40P01'", "this one gave way"),
    ],
)
def test_what_happens_in_the_middle_is_one_sentence_and_nothing_is_lost(
    say: Say, acme: tuple[str, ...], act: str, sentence: str
) -> None:
    trigger = f"CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {act}; END $$"
    ask(trigger, database=name())
    ask("CREATE TRIGGER act BEFORE INSERT ON desk_post EXECUTE FUNCTION act()", database=name())

    said = say(*acme)
    ask("DROP TRIGGER act ON desk_post", database=name())
    again = say(*acme, "--json").json

    assert (said.code, said.err.count("\n")) == (2, 1)
    assert sentence in said.err
    assert (again["stored"], again["balances"]) == (1, True)


@pytest.mark.usefixtures("own_database")
def test_a_nul_that_somebody_types_is_kept_as_a_sign_of_its_own(tmp_path: Path) -> None:
    with desk(tmp_path, create=False):
        models.Brand.objects.create(name="kett\x00le", handles=["nul \ufffd"])
        found = models.Brand.objects.filter(name="kett\x00le").values_list("name", flat=True)

        assert list(found) == ["kett\ufffdle"]


def test_a_brand_that_somebody_holds_too_long_is_one_sentence(
    say: Say, acme: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    say(*acme)
    monkeypatch.setenv(env.DATABASE_URL, also("lock_timeout=200ms"))

    with holding("SELECT id FROM desk_brand FOR NO KEY UPDATE"):
        said = say(*acme)

    assert (said.code, "Another program has held it" in said.err) == (2, True)


def test_a_case_is_closed_by_a_person_while_its_brand_is_held(
    say: Say, acme: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    say(*acme)
    (case,) = say("inbox", "--at", AT, "--json").json["lines"]
    monkeypatch.setenv(env.DATABASE_URL, also("lock_timeout=500ms"))

    with holding("SELECT id FROM desk_brand FOR NO KEY UPDATE"), desk(tmp_path, create=False):
        close_case(case_id=case["case"], reason=CloseReason.NO_ANSWER_NEEDED, by="ada", at=NEXT_DAY)

    assert say("inbox", "--at", AT, "--json").json["lines"] == []
