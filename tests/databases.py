"""
Databases that tests make for themselves, on the server where the suite runs on one.

`tests/postgres.py` starts such a server and names it in ANSWERBACK_DATABASE_URL.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from answerback.project import env

#: The server that this run of the suite uses; None: databases are files.
SERVER = env.database_url()

on_files_only = pytest.mark.skipif(
    SERVER is not None, reason="is about the embedded database's files; this run is on PostgreSQL"
)
on_a_server_only = pytest.mark.skipif(
    SERVER is None, reason="needs PostgreSQL: python -m tests.postgres python -m pytest"
)

_numbers = count(1)


def url_of(name: str) -> str:
    """Return the URL of another database on the suite's server."""
    return urlsplit(SERVER or "")._replace(path=f"/{name}").geturl()


@contextmanager
def made_on_server(*, template: str = "template0") -> Iterator[str]:
    """Make a database, empty or a copy of another, yield its name, and drop it."""
    name = f"answerback_{os.getpid()}_{next(_numbers)}"
    ask(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    try:
        yield name
    finally:
        ask(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def environment_of(folder: Path, *, template: str = "template0") -> Iterator[dict[str, str]]:
    """
    Yield what commands must find in their environment to use a database of their own.

    That is a file in the folder; where the suite runs on a server, a database there, empty or a
    copy of another, which is dropped afterwards.
    """
    if SERVER is None:
        yield {env.HOME: str(folder)}
        return
    with made_on_server(template=template) as name:
        yield {env.HOME: str(folder), env.DATABASE_URL: url_of(name)}


def ask(sql: str, *, database: str = "postgres") -> list[Any]:
    """Say something to the suite's server, past Django, and return the rows it answers."""
    import psycopg  # noqa: PLC0415  only a run on a server needs it

    with psycopg.connect(url_of(database), autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []
