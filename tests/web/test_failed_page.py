"""What could not be read, and the buttons that have it read again."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from tests.builders import MONDAY_9, NEXT_DAY
from tests.desk.steps import imported
from tests.people import make_brand, make_user, signed_in
from tests.project.hearing import acme_hears, ids_kept, polled, said
from tests.web.looking import Page, look

from answerback.channels.inbound import Failure
from answerback.desk import models
from answerback.domain.records.role import Role
from answerback.project.reading_again import ReadAgainOne

AGAIN = "/overview/failed/again"


@pytest.fixture(autouse=True)
def _folder(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # noqa: ARG001  the tables
    monkeypatch.setattr(django_settings, "DATA_DIR", tmp_path)


def failed(tmp_path: Path, *, rows: int = 2) -> list[int]:
    """Let things fail that would be read today, and return their numbers."""
    network = acme_hears(tmp_path)
    network.tell(*({"odd": number} for number in range(rows)), at=MONDAY_9)
    polled()
    numbers = list(models.FailedRow.objects.order_by("pk").values_list("pk", flat=True))
    for place, number in enumerate(numbers):
        raw = str(said(place) | {"at": MONDAY_9.isoformat()}).replace("'", '"')
        models.FailedRow.objects.filter(pk=number).update(raw=raw)
    return numbers


def test_a_button_has_one_row_read_again_and_the_page_says_that_it_is(tmp_path: Path) -> None:
    first, second = failed(tmp_path)
    olga = signed_in("olga")

    answer = olga.post(AGAIN, {"row": str(first), "here": "source=1&reason=not_understood"})

    assert (answer.status_code, answer["Location"]) == (
        302,
        "/overview/failed?source=1&reason=not_understood",
    )
    waiting = models.FailedRow.objects.filter(again_at__isnull=False)
    assert list(waiting.values_list("pk", "again_by")) == [(first, "olga")]
    page = look("/overview/failed", at=NEXT_DAY)
    assert "is being read" in page.words
    assert "1 are being read" in page.words
    buttons = [one["value"] for one in page.all("button", name="row")]
    assert buttons == [str(second)]

    assert ReadAgainOne().do_one(at=NEXT_DAY)

    assert ids_kept() == ["p0"]
    assert "is being read" not in look("/overview/failed", at=NEXT_DAY).words


def test_a_button_has_all_rows_of_a_source_and_reason_read_again(tmp_path: Path) -> None:
    failed(tmp_path, rows=3)
    source = models.Source.objects.get().pk
    olga = signed_in("olga")

    olga.post(AGAIN, {"source": str(source), "reason": "not_understood"})
    while ReadAgainOne().do_one(at=NEXT_DAY):
        pass

    assert ids_kept() == ["p0", "p1", "p2"]
    assert "Nothing was lost" in look("/overview/failed", at=NEXT_DAY).words


def test_who_does_not_manage_the_brand_sees_no_button_and_may_not_press_one(
    tmp_path: Path,
) -> None:
    (row,) = failed(tmp_path, rows=1)
    ann = signed_in("ann", role=Role.AGENT)
    page = Page(status=200, source=ann.get("/overview/failed").content.decode())

    assert page.all("button", name="row") == []
    assert page.all("button", name="source") == []
    assert ann.post(AGAIN, {"row": str(row)}).status_code == 403


def test_rows_of_another_brand_are_not_there(tmp_path: Path) -> None:
    (row,) = failed(tmp_path, rows=1)
    make_brand("Umbra")
    make_user("una", brand="Umbra", role=Role.OWNER)
    una = Client()
    una.force_login(
        models.User.objects.get(handle="una"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )

    assert una.post(AGAIN, {"row": str(row)}).status_code == 409
    assert models.FailedRow.objects.get().again_at is None


@pytest.mark.parametrize("told", [{}, {"row": "x"}, {"row": "9" * 40}, {"source": "-1"}])
def test_whoever_names_no_rows_is_told_to(told: dict[str, str]) -> None:
    assert signed_in("olga", role=Role.OWNER).post(AGAIN, told).status_code == 400


def test_the_rows_of_a_file_are_read_again_with_the_file() -> None:
    imported(Failure(reason="not_json", sentence="It is no JSON."))
    row = models.FailedRow.objects.get()

    page = look("/overview/failed", at=NEXT_DAY)
    answer = signed_in("olga", role=Role.OWNER).post(AGAIN, {"row": str(row.pk)})

    assert page.all("button", name="row") == []
    assert "with its file" in page.words
    assert answer.status_code == 409
    assert "Hand the file in again" in answer.content.decode()


@pytest.mark.parametrize("reason", ["no such", "%00", "%ff"])
def test_a_reason_that_is_none_shows_no_rows(reason: str) -> None:
    imported(Failure(reason="not_json", sentence="It is no JSON."))

    page = look(f"/overview/failed?reason={reason}", at=NEXT_DAY)

    assert (page.status, "It is no JSON." in page.words) == (200, False)
    assert "Nothing was lost" not in page.words  # something of another reason was
