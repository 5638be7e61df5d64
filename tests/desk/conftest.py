"""Tests of the desk run on a database file of their own, where the write-ahead log matters."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection


@pytest.fixture(autouse=True)
def _tables(db: None) -> None:
    """Give every test here the tables, and take back what it wrote."""


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:  # noqa: ARG001  it comes first
    """
    Let several threads see what each has committed, and take all of it back.

    SQLite empties a table by DELETE, which the triggers of what is only added to refuse; so they
    rest meanwhile.
    """
    yield
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        call_command("flush", verbosity=0, interactive=False)
        for _, sql in triggers:
            cursor.execute(sql)
