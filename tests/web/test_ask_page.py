"""Anybody may write to a brand on a page of ours; it is kept before anybody says thanks."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from tests.people import make_brand
from tests.web.looking import NOON, Page

from answerback.channels.form.hear import WebForm
from answerback.channels.live import Account, Letter
from answerback.desk import models
from answerback.desk.operations import receive_letter
from answerback.domain.records.post import Visibility
from answerback.web.forms.ask import fresh_mark
from answerback.web.moment import PRETENDED_AT
from answerback.web.rates import Brake
from answerback.web.views import ask

WORDS = "The kettle leaks.\nIt is <b>two</b> days old & hot."


@pytest.fixture(autouse=True)
def _page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("django.conf.settings.DATA_DIR", tmp_path)
    monkeypatch.setattr(ask, "_from_one", Brake(most=1_000))
    models.ChannelAccount.objects.create(
        brand=make_brand(),
        channel="form",
        name="Contact",
        mailbox="box-1",
        added_at=NOON,
        settings={"intro": "We answer <quickly>.", "privacy_url": "https://acme.example/privacy"},
    )


def look(*, language: str = "en", mailbox: str = "box-1") -> Page:
    answer = Client().get(f"/ask/{mailbox}/", headers={"Accept-Language": language}, **_now(NOON))
    return Page(status=answer.status_code, source=answer.content.decode())


def _now(at: Any) -> Any:
    return {PRETENDED_AT: at}


def send(*, opened: timedelta = timedelta(minutes=1), mark: str | None = None, **told: str) -> Any:
    """Fill the form in and send it, a minute after it was opened."""
    hidden = fresh_mark(at=NOON - opened) if mark is None else mark
    typed = {"message": WORDS, "opened": hidden, **told}
    return Client(enforce_csrf_checks=True).post("/ask/box-1/", typed, **_now(NOON))


def test_the_page_needs_no_script_sets_no_cookie_and_asks_nobody_else() -> None:
    answer = Client().get("/ask/box-1/")
    page = Page(status=answer.status_code, source=answer.content.decode())

    assert (page.status, answer.cookies) == (200, {})
    assert page.all("script") == []
    assert "Acme" in page.words
    assert "We answer <quickly>." in page.words
    assert [link["href"] for link in page.all("a")] == ["https://acme.example/privacy"]
    assert all((link["href"] or "").startswith(("/static/", "data:,")) for link in page.all("link"))
    named = {
        field["id"] for tag in ("input", "textarea") for field in page.all(tag) if "id" in field
    }
    assert named == {label["for"] for label in page.all("label")}


def test_the_page_speaks_german_to_who_reads_german() -> None:
    page = look(language="de-AT,de;q=0.9")

    assert page.all("html", lang="de")
    assert "Schreiben Sie uns" in page.words


def test_a_message_is_kept_and_thanked_for_by_a_reference() -> None:
    answer = send(name="Ada L.", email="Ada@Example.org")

    letter = models.Letter.objects.get()
    told = json.loads(bytes(letter.body))
    assert answer.status_code == 302
    assert answer["Location"] == f"/ask/box-1/thanks/{told['reference']}"
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", told["reference"])
    assert (told["message"], told["name"], told["email"]) == (WORDS, "Ada L.", "Ada@Example.org")
    assert told["reference"] in Client().get(answer["Location"]).content.decode()


def test_a_message_becomes_a_private_post() -> None:
    send(name="Ada L.", email="Ada@Example.org")
    send()
    form = WebForm(Account(account_id=7, channel="form", name="Contact"))

    first, second = (
        form.read_letter(
            Letter(letter_id=row.pk, body=bytes(row.body), headers={}, received_at=NOON), at=NOON
        )[0].post
        for row in models.Letter.objects.order_by("pk")
    )

    assert first is not None
    assert second is not None
    assert (first.text, first.visibility, first.inbound) == (WORDS, Visibility.DIRECT, True)
    assert (first.author.handle, first.author.name) == ("ada@example.org", "Ada L.")
    assert first.external_id.startswith("7/")
    assert first.created_at == NOON
    assert second.author.handle == "visitor-" + second.external_id.removeprefix("7/")


def test_a_page_that_is_sent_twice_is_kept_once() -> None:
    mark = fresh_mark(at=NOON - timedelta(minutes=1))

    first, second = (send(mark=mark) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"] == "/ask/box-1/thanks"
    assert models.Letter.objects.count() == 1
    assert "We have your message" in Client().get(second["Location"]).content.decode()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"message": ""}, "This field is required"),
        ({"message": "x" * 5_001}, "at most 5000 characters"),
        ({"email": "ada"}, "valid email address"),
        ({"website": "https://spam.example"}, "This field is for nobody"),
        ({"mark": "none"}, "lay open for too long"),
        ({"opened": timedelta(hours=13)}, "lay open for too long"),
        ({"opened": timedelta(hours=-1)}, "lay open for too long"),
        ({"opened": timedelta(seconds=1)}, "quicker than anybody types"),
    ],
)
def test_a_refusal_is_plain_and_keeps_what_was_typed(told: Any, sentence: str) -> None:
    answer = send(**{"name": "Ada <L.>", **told})

    page = Page(status=answer.status_code, source=answer.content.decode())
    assert page.status == 422
    assert sentence in page.words
    assert page.all("div", role="alert")
    assert page.all("input", name="name")[0]["value"] == "Ada <L.>"
    assert told.get("message", WORDS) in page.source.replace("&lt;", "<").replace(
        "&gt;", ">"
    ).replace("&amp;", "&")
    assert models.Letter.objects.count() == 0


def test_what_was_refused_can_be_sent_again_from_the_page_that_says_so() -> None:
    refused = send(mark="none")
    [mark] = re.findall(r'name="opened" value="([^"]+)"', refused.content.decode())

    again = Client().post(
        "/ask/box-1/", {"message": WORDS, "opened": mark}, **_now(NOON + timedelta(minutes=1))
    )

    assert again.status_code == 302


def test_who_writes_too_often_waits_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "_from_one", Brake(most=2, clock=lambda: 0.0))

    answers = [send() for _ in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert int(answers[2]["Retry-After"]) >= 1
    assert "The kettle leaks." in answers[2].content.decode()
    assert models.Letter.objects.count() == 2


def test_a_full_disk_says_so_and_keeps_the_words_on_the_page() -> None:
    with patch.object(receive_letter, "insert_new_rows", side_effect=OperationalError("full")):
        answer = send()

    assert answer.status_code == 503
    assert "The kettle leaks." in answer.content.decode()
    assert "Thank you" not in answer.content.decode()


def test_a_paused_form_takes_nothing_and_says_so() -> None:
    models.ChannelAccount.objects.update(on=False)

    assert (look().status, send().status_code) == (503, 503)
    assert models.Letter.objects.count() == 0


@pytest.mark.parametrize(
    "address", ["/ask/none/", "/ask/none/thanks", "/ask/none/thanks/2222-2222"]
)
def test_what_is_no_form_is_not_there(address: str) -> None:
    models.ChannelAccount.objects.create(
        brand=make_brand(), channel="webhook", name="Shop", mailbox="none", added_at=NOON
    )

    answer = Client().get(address)

    assert answer.status_code == 404
    assert b"inbox" not in answer.content
