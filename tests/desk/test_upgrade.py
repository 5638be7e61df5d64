"""Who comes from the version before finds everything as it was, and a desk to work it with."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from tests.databases import environment_of
from tests.desk.earlier import (
    ANSWERED,
    CLOSED,
    OPEN,
    Earlier,
    Rows,
    columns_of,
    earlier_tables,
    rows_of,
)
from tests.people import PASSWORD

from answerback.desk import models
from answerback.desk.queries.access import Member, member_of
from answerback.desk.queries.audit_log import check_audit
from answerback.desk.queries.search import search
from answerback.project import databases
from answerback.project.start import desk
from answerback.web.briefly import forget_all

_OWNER = {"handle": "eva", "name": "Eva", "password": PASSWORD}


pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Rows]:
    """Bring an earlier desk up to date as every command does; return what stood in it."""
    own = {**connection.settings_dict}
    folder = tmp_path_factory.mktemp("earlier")
    with (
        django_db_blocker.unblock(),
        environment_of(folder) as told,
        pytest.MonkeyPatch.context() as environment,
    ):
        for name, value in told.items():
            environment.setenv(name, value)
        databases.use(databases.configured(folder))
        try:
            rows = _filled()
            with desk(folder, create=True):
                yield rows
        finally:
            databases.use(own)


def _filled() -> Rows:
    earlier = earlier_tables()
    Earlier(earlier).fill()
    rows = rows_of(earlier, columns_of(earlier))
    assert [name for name, told in rows.items() if not told] == []
    connection.close()
    return rows


@pytest.fixture(autouse=True)
def _tables(before: Rows) -> Iterator[None]:  # noqa: ARG001  it comes first
    """Give every test the upgraded desk, in place of today's empty one, and take back its acts."""
    forget_all()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _now(rows: Rows) -> Rows:
    return rows_of(apps, {name: list(told[0]) for name, told in rows.items()})


def _eva() -> tuple[Client, Member]:
    """Set the desk up as the wizard's first page does."""
    browser = Client()
    assert browser.post("/welcome", _OWNER).status_code == 302
    return browser, member_of(models.User.objects.get(handle="eva"))


def test_an_upgrade_keeps_every_row_and_every_value(before: Rows) -> None:
    assert _now(before) == before


def test_cases_of_before_know_the_language_and_mood_of_their_leading_post(before: Rows) -> None:
    told = models.Case.objects.values_list("author_key", "language", "sentiment")

    assert len(before["Case"]) == 3
    assert set(told) == {
        (OPEN, "en", "negative"),
        (ANSWERED, "fr", "negative"),
        (CLOSED, "en", "negative"),
    }


def test_posts_of_before_are_found_by_their_words_and_so_are_new_ones() -> None:
    _, eva = _eva()

    found = [line.author for line in search("kettle", member=eva).lines]
    models.Post.objects.filter(author_key="nora").update(text="a teapot")

    assert found == ["Nora", "Otto"]
    assert [line.author for line in search("teapot", member=eva).lines] == ["Nora"]


@pytest.mark.parametrize(
    "name",
    ["Event", "FilterVersion", "OperatingPoint", "AuditSample", "AuditItem", "AuditLabel"],
)
def test_what_was_never_changed_before_is_not_changed_after(name: str) -> None:
    table = f"desk_{name.lower()}"

    for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):  # noqa: S608  our names
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


def test_the_first_person_owns_the_brands_of_before_and_sees_their_cases_on_every_page() -> None:
    browser, _ = _eva()
    case = models.Case.objects.get(author_key=OPEN)

    pages = {
        address: browser.get(address)
        for address in ("/inbox", f"/cases/{case.pk}", "/overview", "/manage", "/inbox?q=colis")
    }

    assert {address: page.status_code for address, page in pages.items()} == dict.fromkeys(
        pages, 200
    )
    assert b"my kettle leaks" in pages["/inbox"].content
    assert b"danke" not in pages["/inbox"].content
    assert check_audit().fault is None


def test_migrating_once_more_does_nothing(before: Rows) -> None:
    executor = MigrationExecutor(connection)

    call_command("migrate", verbosity=0, interactive=False)

    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert _now(before) == before
