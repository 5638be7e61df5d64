"""`answerback failed`, as whoever runs the server types it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.conf import settings as django_settings
from tests.builders import MONDAY_9
from tests.project.hearing import acme_hears, ids_kept, polled, said

from answerback.cli import answerback
from answerback.desk import models
from answerback.desk.operations.ask_again import NothingToRead
from answerback.project import start

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _this_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the commands use the test's own database, which is open already."""

    @contextmanager
    def desk(_data: Path | None, **_told: Any) -> Iterator[None]:
        yield

    monkeypatch.setattr(start, "desk", desk)
    monkeypatch.setattr(django_settings, "DATA_DIR", tmp_path)
    network = acme_hears(tmp_path)
    network.tell({"odd": 1}, {"odd": 2}, at=MONDAY_9)
    polled()


def _type(*words: str) -> Result:
    return CliRunner().invoke(answerback, ["failed", *words])


def _mend(row: models.FailedRow) -> None:
    row.raw = json.dumps(said(1) | {"at": MONDAY_9.isoformat()})
    row.save()


def test_the_list_tells_each_row_with_its_number() -> None:
    first, second = models.FailedRow.objects.order_by("pk")

    answer = _type("list", "--reason", "not_understood")
    told = json.loads(_type("list", "--json", "--after", str(first.pk)).output)

    assert answer.exit_code == 0
    assert (
        f"{first.pk}\t{first.source_id}\trehearsal: mentions\tnot_understood\tcan be"
        in answer.output
    )
    assert [one["row"] for one in told["rows"]] == [second.pk]
    assert told["more_after"] is None


def test_what_can_be_read_is_stored_and_what_cannot_makes_it_exit_1() -> None:
    _mend(models.FailedRow.objects.earliest("pk"))

    answer = _type("again", "--all")

    assert answer.exit_code == 1
    assert answer.output == (
        "2 rows were read again: 1 stored, 0 we had, 0 discarded; 1 still cannot be read.\n"
    )
    assert ids_kept() == ["p1"]
    assert "in vain, " in _type("list").output


def test_when_all_can_be_read_it_exits_0() -> None:
    row = models.FailedRow.objects.earliest("pk")
    _mend(row)

    answer = _type("again", "--row", str(row.pk), "--json")

    assert (answer.exit_code, json.loads(answer.output)["stored"]) == (0, 1)


@pytest.mark.parametrize("words", [(), ("--all", "--row", "1"), ("--row", "one")])
def test_typed_wrongly_it_says_how(words: tuple[str, ...]) -> None:
    answer = _type("again", *words)

    assert answer.exit_code == 2
    assert "--all" in answer.output or "integer" in answer.output


def test_a_row_that_is_not_there_is_refused_in_a_sentence() -> None:
    answer = _type("again", "--row", "999999")

    assert isinstance(answer.exception, NothingToRead)
    assert "No such row failed" in str(answer.exception)
