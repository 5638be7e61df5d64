"""`answerback people` and `answerback audit-log`, as whoever runs the server types them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.people import PASSWORD, make_brand, make_user

from answerback.cli import answerback
from answerback.desk import models
from answerback.desk.operations.sign_in_tries import MOST_A_HANDLE, Try, begin_try
from answerback.desk.operations.write_audit import Deed, write_audit
from answerback.desk.queries.audit_log import head
from answerback.domain.records.refusal import Refusal
from answerback.project import start
from answerback.project.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _this_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands use the test's own database, which is open already."""

    @contextmanager
    def desk(_data: Path | None, **_told: Any) -> Iterator[None]:
        yield

    monkeypatch.setattr(start, "desk", desk)


def _type(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(answerback, list(words), input=typed)


def test_somebody_is_added_with_a_password_from_the_terminal_alone() -> None:
    make_brand("Acme")

    said = _type(
        *("people", "add", "Ada", "--role", "agent", "--brand", "Acme"),
        typed=f"{PASSWORD}\n{PASSWORD}\n",
    )

    assert said.exit_code == 0, said.output
    assert PASSWORD not in said.output
    ada = models.User.objects.get(handle="ada")
    assert ada.check_password(PASSWORD)
    assert [(seat.brand.name, seat.role) for seat in ada.memberships.all()] == [("Acme", "agent")]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("people", "add", "ada", "--role", "agent", "--brand", "Acne"), "no brand 'Acne'"),
        (("people", "password", "nobody"), "Nobody is called @nobody"),
        (("people", "unlock", "nobody"), "Nobody is called @nobody"),
        (("audit-log", "verify", "--head", "7"), "no head"),
    ],
)
def test_what_cannot_be_is_refused(words: tuple[str, ...], sentence: str) -> None:
    make_brand("Acme")

    said = _type(*words)

    assert isinstance(said.exception, Refusal)
    assert sentence in str(said.exception)


def test_a_weak_password_is_refused() -> None:
    make_user("ada")

    said = _type("people", "password", "ada", typed="short\nshort\n")

    assert isinstance(said.exception, Refusal)


def test_another_password_is_set() -> None:
    make_user("ada")

    said = _type("people", "password", "ada", typed=f"{PASSWORD}\n{PASSWORD}\n")

    assert said.exit_code == 0, said.output
    assert models.User.objects.get(handle="ada").check_password(PASSWORD)
    assert models.AuditEntry.objects.get().what == "password_set_on_the_server"


def test_a_locked_handle_is_unlocked() -> None:
    make_user("ada")
    for n in range(MOST_A_HANDLE):
        told = Try(handle="ada", device=None, address=f"192.0.2.{n}")
        begin_try(told=told, at=now())

    said = _type("people", "unlock", "ada")

    assert "10 wrong passwords forgotten" in said.output


def test_everybody_is_listed_with_their_roles() -> None:
    make_user("ada")
    make_user("eve", role=None)

    said = _type("people", "list")

    assert "ada\tAda\topen\tagent of Acme\tno\tnever" in said.output
    assert "eve\tEve\topen\tnone\tno\tnever" in said.output


def test_a_whole_log_is_told_with_its_head_and_a_cut_one_exits_1() -> None:
    write_audit(deeds=[Deed(what="signed_in", by="ada")], at=now())
    kept = head()
    assert kept is not None

    whole = _type("audit-log", "verify")
    last = _type("audit-log", "head")
    cut = _type("audit-log", "verify", "--head", f"2:{kept.seal}")

    assert (whole.exit_code, whole.output) == (
        0,
        f"1 entries, each as it was written.\nhead\t{kept}\n",
    )
    assert last.output == f"{kept}\n"
    assert cut.exit_code == 1
    assert "the end was cut off" in cut.output


def test_an_empty_log_has_no_head() -> None:
    assert isinstance(_type("audit-log", "head").exception, Refusal)
