"""Start Django on the operator's database, and turn what can happen to it into a sentence."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from answerback.project import databases, env
from answerback.project.databases import DatabaseRefused, NoDatabaseYet, Store
from answerback.project.embedded import Embedded, data_folder
from answerback.project.postgres import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A database that can be used now."""

    folder: Path  #: the data folder, for what lies beside the tables; it may not be there yet
    option: str  #: what the next command must be given to find the same tables: " --data DIR"


@contextmanager
def desk(
    data: Path | None, *, create: bool, own_file: bool = False, signs: bool = False
) -> Iterator[Opened]:
    """
    Start Django on the operator's database: the one of ANSWERBACK_DATABASE_URL, or a folder's.

    `data` is the data folder (None: the operator's own).  With `create`, the embedded database
    is made, and the tables are made or brought up to date; without, there must be some already
    that fit this version.  With `own_file` the folder's own database is used whatever is set.
    With `signs`, for what shows pages or seals acts, the folder's secret key is made.

    :raises DataFolderRefused: when the folder cannot be made or written.
    :raises NoDatabaseYet: when there is no database and none shall be made.
    :raises DatabaseRefused: when it is no database, is from a newer version, is locked by
        somebody else, cannot be reached, or the disk is full; also while the block runs.
    :raises SettingNotUnderstood: when ANSWERBACK_DATABASE_URL cannot be meant.
    :raises KeyNotReadable: when the key cannot be made or read.
    """
    folder = data_folder(data)
    store = _store(folder, own_file=own_file)
    wanted = store.settings
    store.look(create=create)
    if signs:
        env.make_key(folder)
    _start_django(folder)
    from django.db import connection  # noqa: PLC0415  needs Django

    databases.use(wanted)
    try:
        with _in_a_sentence(store):
            _bring_up_to_date(store, create=create)
            yield Opened(folder=folder, option=store.option)
    finally:
        connection.close()


def _store(folder: Path, *, own_file: bool) -> Store:
    url = None if own_file else env.database_url()
    return Embedded(folder) if url is None else Server(url)


def _start_django(folder: Path) -> None:
    os.environ[env.HOME] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerback.project.settings")
    import django  # noqa: PLC0415  after the environment is set, which settings read
    from django.apps import apps  # noqa: PLC0415

    if not apps.ready:
        django.setup()


#: A migration: its app, and its name.
_Migration = tuple[str, str]


def _bring_up_to_date(store: Store, *, create: bool) -> None:
    ours = _migrations()
    applied = _applied()
    newer = sorted(name for app, name in applied - ours if app == "desk")
    if newer:
        raise DatabaseRefused(
            f"The {store.where} was written by a newer Answerback (it knows "
            f"'{newer[-1]}'). Update Answerback, or {store.elsewhere}."
        )
    if ours <= applied:
        return
    if not create and not applied:
        raise NoDatabaseYet(
            f"The {store.where} is empty. Type: "
            f"answerback import POSTS.jsonl --brand BRAND.toml{store.option}"
        )
    with store.alone():
        from django.core.management import call_command  # noqa: PLC0415  only when needed

        call_command("migrate", verbosity=0, interactive=False)


def _migrations() -> frozenset[_Migration]:
    """Return what the tables should have had: ours, and those of the libraries that have some."""
    from django.apps import apps  # noqa: PLC0415  needs Django

    folders = {app.label: Path(app.path) / "migrations" for app in apps.get_app_configs()}
    return frozenset(
        (label, file.stem) for label, folder in folders.items() for file in folder.glob("[0-9]*.py")
    )


def _applied() -> frozenset[_Migration]:
    from django.db import connection  # noqa: PLC0415  needs Django

    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return frozenset()
        cursor.execute("SELECT app, name FROM django_migrations")
        return frozenset(cursor.fetchall())


@contextmanager
def _in_a_sentence(store: Store) -> Iterator[None]:
    from django.db import DatabaseError, InterfaceError  # noqa: PLC0415  needs Django

    try:
        yield
    except (DatabaseError, InterfaceError, sqlite3.Error) as wrong:
        sentence = store.sentence(wrong)
        if sentence is None:
            raise
        raise DatabaseRefused(sentence) from wrong
