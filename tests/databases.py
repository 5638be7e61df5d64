"""
Databases that tests make for themselves, on the server where the suite runs on one.

`tests/postgres.py` starts such a server and names it in ANSWERBACK_DATABASE_URL.
"""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
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

#: What a database is copied from when it shall have no tables.
NOTHING = "" if SERVER is None else "template0"

_numbers = count(1)


@contextmanager
def environment_of(folder: Path, *, template: str = NOTHING) -> Iterator[dict[str, str]]:
    """
    Yield what commands must find in their environment to use a database of their own.

    That is a file in the folder; where the suite runs on a server, a database there, which is
    dropped afterwards.  Either is a copy of the template.
    """
    if SERVER is None:
        if template:
            shutil.copytree(template, folder)
        yield {env.HOME: str(folder)}
        return
    name = f"answerback_{os.getpid()}_{next(_numbers)}"
    ask(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    try:
        yield {env.HOME: str(folder), env.DATABASE_URL: url_of(name)}
    finally:
        ask(f"DROP DATABASE {name} WITH (FORCE)")


def template_in(environment: Mapping[str, str]) -> str:
    """Return what `environment_of` makes a copy of the database in this environment from."""
    if SERVER is None:
        return environment[env.HOME]
    return urlsplit(environment[env.DATABASE_URL]).path.removeprefix("/")


def url_of(name: str) -> str:
    """Return the URL of another database on the suite's server."""
    return urlsplit(SERVER or "")._replace(path=f"/{name}").geturl()


def ask(sql: str, *, database: str = "postgres", values: Sequence[Any] = ()) -> list[Any]:
    """Say something to the suite's server, past Django, and return the rows it answers."""
    import psycopg  # noqa: PLC0415  only a run on a server needs it

    with psycopg.connect(url_of(database), autocommit=True) as connection:
        cursor = connection.execute(sql.encode(), values or None)
        return cursor.fetchall() if cursor.description else []
