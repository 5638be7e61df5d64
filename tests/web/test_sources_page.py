"""Sources and files on their page."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.builders import MONDAY_9, make_post
from tests.desk.steps import imported
from tests.people import make_brand, make_user, signed_in
from tests.web.looking import Page

from answerback.channels.inbound import Failure
from answerback.desk import models
from answerback.desk.operations.found_brand import found_brand
from answerback.domain.records.role import Role

ROWS = b"id,author,text,created_at\n1,ada,@acme it leaks,2026-03-02T09:00:00Z\n"


@pytest.fixture(autouse=True)
def _folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)


def acme() -> int:
    make_user("olga", role=None)
    return found_brand(text='name = "Acme"\nhandles = ["acme"]\n', by="olga", at=MONDAY_9)


def page_of(client: Client, address: str = "/manage/sources") -> Page:
    answer = client.get(address)
    return Page(status=answer.status_code, source=answer.content.decode())


def hand_in(client: Client, content: bytes = ROWS, **told: object) -> Page:
    file = SimpleUploadedFile("march.csv", content)
    answer = client.post("/manage/uploads", {"posts": file, "mapping": "", **told})
    if answer.status_code == 302:
        answer = client.get(answer["Location"])
    return Page(status=answer.status_code, source=answer.content.decode())


def test_a_file_is_handed_in_and_waits_for_its_turn() -> None:
    brand_id = acme()
    client = signed_in()

    page = hand_in(client, brand=brand_id)

    assert "march.csv" in page.words
    assert "waits for its turn" in page.words
    assert page.all("section", id="handed-in")[0]["hx-trigger"] == "every 2s"
    models.Upload.objects.update(state="sorting", done=1, total=4)
    part = page_of(client, "/manage/uploads/list")
    assert ("25 %" in part.words, part.all("progress")[0]["value"]) == (True, "25")
    models.Upload.objects.update(state="done")
    assert "hx-trigger" not in page_of(client, "/manage/uploads/list").all("section")[0]


@pytest.mark.parametrize(
    ("content", "mapping", "says"),
    [
        (b"", "", "is empty"),
        (b"x,y\n1,2\n", "", "march.csv"),
        (ROWS, "text=words", "words"),
        (ROWS, "text", "text"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_file_and_the_rest_stays(
    content: bytes, mapping: str, says: str
) -> None:
    brand_id = acme()

    page = hand_in(signed_in(), content=content, brand=brand_id, mapping=mapping)

    assert page.status == 409
    assert says in page.words
    assert page.all("div", id="posts_error")
    assert page.all("input", id="mapping")[0]["value"] == mapping
    assert ("--map" in page.words, "/uploads/" in page.words) == (False, False)
    assert not models.Upload.objects.exists()


def test_to_htmx_only_the_fault_is_sent_so_that_the_chosen_file_stays_chosen() -> None:
    brand_id = acme()

    answer = signed_in().post(
        "/manage/uploads",
        {"posts": SimpleUploadedFile("x.csv", b"x\n"), "brand": brand_id},
        headers={"HX-Request": "true"},
    )

    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#posts_error")
    assert answer.content.decode().startswith("<div")


def test_without_a_file_or_a_brand_one_is_asked_for() -> None:
    brand_id = acme()
    client = signed_in()

    no_file = client.post("/manage/uploads", {"brand": brand_id})
    no_brand = client.post("/manage/uploads", {})
    absurd = client.post("/manage/uploads", {"brand": "9" * 5_000})

    assert absurd.status_code == 409
    assert "Choose a file of posts" in no_file.content.decode()
    assert "Choose the brand" in no_brand.content.decode()


def test_a_source_shows_its_ledger_its_cursor_and_each_failed_row() -> None:
    failure = Failure(reason="not_json", sentence="Line 2 is no JSON <b>.")
    source = imported(make_post("1"), failure, make_post("3", text="no brand here")).source
    client = signed_in()

    listed = page_of(client)
    page = page_of(client, f"/manage/sources/{source.source_id}")

    assert "read to its end" in listed.words
    assert "3 fetched = 1 stored + 0 duplicate + 1 discarded + 1 failed." in page.words
    assert "Line 2 is no JSON <b>." in page.words
    assert "not_json" in page.words
    assert page.all("b") == []


def test_a_source_of_others_is_not_there() -> None:
    source = imported(make_post("1")).source
    make_brand("Other")
    stranger = make_user("eve", role=Role.OWNER, brand="Other")
    client = Client()
    client.force_login(stranger, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get(f"/manage/sources/{source.source_id}").status_code == 404
    assert "posts.jsonl" not in client.get("/manage/sources").content.decode()
    answer = client.post(
        "/manage/uploads", {"posts": SimpleUploadedFile("x.csv", ROWS), "brand": source.brand_id}
    )
    assert answer.status_code == 404
    assert not models.Upload.objects.exists()


@pytest.mark.parametrize("sources", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    sources: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(sources):
        imported(make_post(str(number)), fingerprint=f"file {number}")
    client = signed_in()
    client.get("/manage/sources")

    with django_assert_num_queries(QUESTIONS):
        client.get("/manage/sources")


#: Session, user, seats, notices; uploads; five of the ledger, cursors, what is being read.
QUESTIONS = 13
