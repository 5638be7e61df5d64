"""`answerback sending`, as whoever runs the server types it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.builders import MONDAY_9
from tests.people import make_user

from answerback.cli import answerback
from answerback.desk import models
from answerback.desk.operations.stand_guard import stand_guard
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import Role
from answerback.project import start

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _this_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands use the test's own database, which is open already."""

    @contextmanager
    def desk(_data: Path | None, **_told: Any) -> Iterator[None]:
        yield

    monkeypatch.setattr(start, "desk", desk)
    stand_guard(at=MONDAY_9)


def _type(*words: str) -> Result:
    return CliRunner().invoke(answerback, ["sending", *words])


def _copied() -> None:
    models.Installation.objects.update(place="elsewhere")


def test_where_replies_go_out_it_says_so() -> None:
    answer = _type("status")

    assert (answer.exit_code, answer.output) == (0, "Replies go out from here. Tries counted: 0.\n")


def test_a_copy_says_why_it_is_silent_and_what_to_type() -> None:
    _copied()

    answer = _type("status")

    assert answer.exit_code == 1
    assert "it was restored, copied or moved" in answer.output
    assert "answerback sending resume --by HANDLE" in answer.output
    assert _type("status", "--json").exit_code == 1


def test_an_owner_says_that_it_is_the_only_copy_and_it_is_written_down() -> None:
    make_user("olga", role=Role.OWNER)
    _copied()
    _type("status")

    answer = _type("resume", "--by", "@Olga")

    assert answer.exit_code == 0
    assert _type("status").exit_code == 0
    last = models.AuditEntry.objects.latest("number")
    assert (last.what, last.by) == ("sending_resumed", "olga")
    assert isinstance(_type("resume", "--by", "olga").exception, Refusal)


@pytest.mark.parametrize("who", ["nobody", "bob"])
def test_whoever_owns_no_brand_cannot_say_so(who: str) -> None:
    make_user("bob", role=Role.LEAD)
    _copied()
    _type("status")

    answer = _type("resume", "--by", who)

    assert "owns no brand here" in str(answer.exception)
    assert models.Installation.objects.get().sends is False
