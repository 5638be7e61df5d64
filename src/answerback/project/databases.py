"""Where the tables lie: in a file of our own, or in PostgreSQL when a setting names it."""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import gettempdir
from typing import Any, Final, Protocol

from answerback.domain.records.refusal import Refusal
from answerback.project import env

#: The name of the embedded database's file in the data folder.
DATABASE: Final = "answerback.sqlite3"

#: Django's own name of it, which a URL stands for, and ours, which takes any text.
_POSTGRESQL: Final = "django.db.backends.postgresql"
_OURS: Final = "answerback.project.postgresql"

#: What holds for each connection, before what the operator's own URL says of it.
_SERVER_SIDE: Final = {
    "synchronous_commit": "on",  # a commit outlives a power cut, whatever the server says
    "statement_timeout": "120s",  # nothing of ours thinks this long; migrations lift it
    "lock_timeout": "20s",  # as long as the embedded database waits
    # A process that was paused in a transaction holds a brand, and everybody waits.
    "idle_in_transaction_session_timeout": "60s",
}
_CONNECT_SECONDS: Final = 10

#: Django's settings of one database.
Settings = dict[str, Any]


class DataFolderRefused(Refusal):
    """The data folder cannot be used."""


class NoDatabaseYet(Refusal):
    """Nothing was imported here so far."""


class DatabaseRefused(Refusal):
    """The database is there and cannot be used."""


class Store(Protocol):
    """A place that holds the tables: what starting must know of it."""

    @property
    def settings(self) -> Settings:
        """Django's settings of it."""
        ...

    @property
    def where(self) -> str:
        """The place, as a sentence names it: "database in /home/ada/desk"."""
        ...

    @property
    def elsewhere(self) -> str:
        """How an operator names another place."""
        ...

    @property
    def option(self) -> str:
        """What a command must be given to find the same place again, with a space before it."""
        ...

    def look(self, *, create: bool) -> None:
        """
        Make ready what must be there before the first connection, or see that it is there.

        :raises DataFolderRefused: when a folder or file cannot be made, or looked into.
        :raises NoDatabaseYet: when there is no database and none shall be made.
        :raises DatabaseRefused: when what connects to it is not installed.
        """
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Keep other processes from making the same tables; needs a started Django."""
        ...

    def sentence(self, wrong: Exception) -> str | None:
        """Return what a fault of the database means and asks for; None: a bug of ours."""
        ...


def configured(folder: Path) -> Settings:
    """
    Return Django's settings of the database that the environment names.

    `folder` is where the embedded one lies.

    :raises SettingNotUnderstood: when ANSWERBACK_DATABASE_URL cannot be read, or names another
        kind of database; the sentence never repeats the URL, which may hold a password.
    """
    url = env.database_url()
    return embedded(folder) if url is None else server(url)


def embedded(folder: Path) -> Settings:
    """Return the settings of the database in a data folder."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": folder / DATABASE,
        # IMMEDIATE, WAL and FULL: no "database is locked", and no committed post lost in a
        # power cut (docs/decisions/0005).
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # The log is folded in each 16 MB, not each 4, and the inner pages of indexes stay at
            # hand (8 MB a connection): under a burst a tenth more is taken in, and half the bytes
            # are written.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
            "PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-8000",
        },
        # Tests, too, run on a file: in memory there is no write-ahead log.
        "TEST": {"NAME": Path(gettempdir()) / f"answerback-test-{os.getpid()}.sqlite3"},
    }


def server(url: str) -> Settings:
    """
    Return the settings of a database on a PostgreSQL server (docs/decisions/0025).

    What the URL's own `?options=` says goes after ours, and so before them.

    :raises SettingNotUnderstood: as `configured` does.
    """
    import dj_database_url  # noqa: PLC0415  only who has a server pays for it

    try:
        # A connection lives as long as its request: a page served by threads that come and go
        # would keep one open for each that went.
        told: Mapping[str, Any] = dj_database_url.parse(url, conn_max_age=0)
    except ValueError as wrong:
        raise env.SettingNotUnderstood(_not_understood()) from wrong
    if told["ENGINE"] != _POSTGRESQL:
        scheme = url.partition(":")[0]
        raise env.SettingNotUnderstood(
            f"{env.DATABASE_URL} names '{scheme}'. The tables lie in PostgreSQL, or, without the "
            f"setting, in a file of Answerback's own. {_WRITE_IT_LIKE}"
        )
    if not told["NAME"]:
        raise env.SettingNotUnderstood(_not_understood("it names no database"))
    options = {"application_name": "answerback", "connect_timeout": _CONNECT_SECONDS}
    options |= told.get("OPTIONS", {})
    ours = " ".join(f"-c {name}={value}" for name, value in _SERVER_SIDE.items())
    options["options"] = f"{ours} {options.get('options', '')}".rstrip()
    return {**told, "ENGINE": _OURS, "OPTIONS": options}


_WRITE_IT_LIKE: Final = "Write it like postgresql://user:password@host:5432/answerback."


def _not_understood(why: str = "") -> str:
    told = f": {why}" if why else ""
    return (
        f"{env.DATABASE_URL} is not understood{told}. {_WRITE_IT_LIKE} Signs in a password that "
        "are no letter or digit are written as %-codes: @ as %40, # as %23, / as %2F."
    )


def use(wanted: Settings) -> None:
    """
    Let Django speak to this database from now on; it must be started.

    A second start in one process (the demo, tests) may use another one.
    """
    from django.db import connections  # noqa: PLC0415  needs Django

    whole = connections.configure_settings({"default": wanted})["default"]
    now = connections.settings["default"]
    if _place(now) == _place(whole):
        return
    for one in connections.all(initialized_only=True):
        one.close()
        if now["ENGINE"] != whole["ENGINE"]:
            del connections["default"]
    now.clear()
    now.update(whole)


def _place(settings: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("ENGINE", "NAME", "HOST", "PORT", "USER")
    return (*(str(settings[name]) for name in names), str(settings["OPTIONS"].get("host", "")))
