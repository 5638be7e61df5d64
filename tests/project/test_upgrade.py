"""From the last migration before the desk to the newest: nothing that was there is lost."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from tests.builders import MONDAY_9
from tests.databases import on_files_only

from answerback.desk import models
from answerback.project import databases
from answerback.project.start import desk

BEFORE = ("desk", "0009_what_stands_in_a_text")
_POSTS = 5


@on_files_only
@pytest.mark.slow  # every migration, twice over
@pytest.mark.usefixtures("own_database")  # puts the tests' own one back
def test_a_desk_from_before_keeps_its_cases_posts_and_events(tmp_path: Path) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    databases.use(databases.embedded(folder))
    executor = MigrationExecutor(connection)
    executor.migrate([BEFORE])
    _fill(executor.loader.project_state([BEFORE]).apps)
    connection.close()

    with desk(folder, create=True, own_file=True):
        cases = models.Case.objects.order_by("pk")
        kept = list(cases.values_list("author_key", "state", "queue", "leading__text"))
        posts = models.Post.objects.count()
        told = list(models.Event.objects.order_by("pk").values_list("what", "case__author_key"))
        newer = cases.values_list("language", "assigned_why", "breached_at")
        assert list(newer) == [("", [], None)] * _POSTS

    assert kept == [(f"a{n}", "new", "care", f"it leaks {n}") for n in range(_POSTS)]
    assert posts == _POSTS
    assert told == [("case_opened", f"a{n}") for n in range(_POSTS)]


def _fill(old: Any) -> None:
    """Write rows as the tables were then."""
    brand = old.get_model("desk", "Brand").objects.create(name="Acme", handles=["acme"])
    source = old.get_model("desk", "Source").objects.create(
        brand=brand, channel="archive", name="f", fingerprint="f", opened_at=MONDAY_9
    )
    for number in range(_POSTS):
        author, thread = f"a{number}", f"t{number}"
        post = old.get_model("desk", "Post").objects.create(
            channel="archive",
            source="f",
            external_id=str(number),
            author_handle=author,
            author_key=author,
            text=f"it leaks {number}",
            heard_at=MONDAY_9,
            brand=brand,
            origin=source,
            content_hash=str(number),
            conversation=thread,
            sorted_at=MONDAY_9,
        )
        case = old.get_model("desk", "Case").objects.create(
            brand=brand,
            channel="archive",
            author_key=author,
            conversation=thread,
            state="new",
            queue="care",
            kind="complaint",
            priority=0.5,
            turn=MONDAY_9,
            written_at=MONDAY_9,
            leading=post,
            opened_at=MONDAY_9,
        )
        old.get_model("desk", "Event").objects.create(
            what="case_opened", at=MONDAY_9, case=case, post=post, brand=brand
        )
