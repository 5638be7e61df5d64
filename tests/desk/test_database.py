"""The promises that the database's settings make, and the pages that tell of them."""

from pathlib import Path

import pytest
from django.db import connection
from tests.databases import on_files_only

from answerback.domain.records.event import EventName
from answerback.project import env
from answerback.weights import encoder

_GUARDS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}
REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def asked(pragma: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        (answer,) = cursor.fetchone()
    return answer


@on_files_only
def test_the_log_is_written_ahead_and_synced_in_full() -> None:
    assert (asked("journal_mode"), asked("synchronous")) == ("wal", 2)


@on_files_only
def test_a_transaction_takes_the_write_lock_at_once() -> None:
    options = connection.settings_dict["OPTIONS"]

    assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", 20)


def test_triggers_guard_what_is_only_ever_added_to() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_GUARDS[connection.vendor])
        names = {name for (name,) in cursor.fetchall()}

    tables = (
        *("auditentry", "audititem", "auditlabel", "auditsample", "brandtext", "event"),
        *("filter_version", "operating_point"),
    )
    acts = {"sqlite": ("not_changed", "not_removed"), "postgresql": ("kept",)}[connection.vendor]
    guards = {name for name in names if name.endswith(acts)}
    assert guards == {f"{table}_{act}" for table in tables for act in acts}


def test_an_empty_home_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(env.HOME, " ")

    with pytest.raises(env.SettingNotUnderstood, match="ANSWERBACK_HOME='' names no folder"):
        env.data_dir()


def test_every_setting_has_a_heading() -> None:
    page = (REFERENCE / "settings.md").read_text(encoding="utf-8")

    headings = {line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")}

    assert headings == {
        *(env.HOME, env.DATABASE_URL, env.SECRET_KEY, env.URL, env.PROXY, env.REHEARSAL),
        *(env.REACH, env.ACCOUNT_KEYS, encoder.THREADS),
    }


def test_every_event_is_told_of() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in sorted(REFERENCE.glob("*.md")))

    assert [name for name in EventName if f"`{name}`" not in pages] == []
