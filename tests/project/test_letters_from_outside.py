"""From the address to the inbox: what is brought, and what somebody asks, becomes a case."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.builders import MONDAY_9
from tests.people import make_user

from answerback.channels.webhook.signature import sign
from answerback.desk import models
from answerback.desk.operations.add_channel import AccountTold, add_channel
from answerback.desk.operations.found_brand import found_brand
from answerback.project.letters import read_letters
from answerback.web.forms.ask import fresh_mark
from answerback.web.moment import PRETENDED_AT

SECRET = "s" * 32
LATER = MONDAY_9 + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _home(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # noqa: ARG001  the tables
    monkeypatch.setattr("django.conf.settings.DATA_DIR", tmp_path)


def account(
    channel: str, settings: dict[str, str], secrets: dict[str, str]
) -> models.ChannelAccount:
    make_user("olga", role=None)
    brand_id = found_brand(text='name = "Acme"\nhandles = ["acme"]\n', by="olga", at=MONDAY_9)
    told = AccountTold(channel=channel, name="Shop", settings=settings, secrets=secrets)
    number = add_channel(brand_id=brand_id, told=told, by="olga", at=MONDAY_9)
    return models.ChannelAccount.objects.get(pk=number)


def at(moment: Any) -> Any:
    return {PRETENDED_AT: moment}


def kept() -> list[tuple[str, str | None]]:
    return list(models.Post.objects.order_by("pk").values_list("text", "discard_reason"))


def test_what_is_asked_on_the_form_is_heard_whatever_its_words_are() -> None:
    form = account("form", {}, {})
    typed = {"message": "My order never came.", "opened": fresh_mark(at=MONDAY_9)}

    Client().post(f"/ask/{form.mailbox}/", typed, **at(LATER))
    read_letters(form.pk, clock=lambda: LATER)

    assert kept() == [("My order never came.", None)]
    assert models.Post.objects.get().visibility == "direct"
    assert models.Letter.objects.get().read_at == LATER


def test_what_is_brought_is_heard_edited_and_deleted() -> None:
    shop = account("webhook", {"about": "Acme"}, {"secret": SECRET})

    def bring(told: Any) -> None:
        body = json.dumps(told).encode()
        headers = {"Answerback-Signature": sign(body, secret=SECRET, at=LATER)}
        answer = Client().post(
            f"/in/{shop.mailbox}/",
            body,
            content_type="application/json",
            headers=headers,
            **at(LATER),
        )
        assert answer.status_code == 200
        read_letters(shop.pk, clock=lambda: LATER)

    review = {"id": "r-1", "author": "ada", "at": MONDAY_9.isoformat()}
    bring({**review, "text": "One star. It leaks.", "revision": "1"})
    bring({**review, "text": "Two stars. It leaks less.", "revision": "2"})
    both = kept()
    bring({"deleted": "r-1"})

    assert both == [("One star. It leaks.", None), ("Two stars. It leaks less.", None)]
    assert [text for text, _ in kept()] == ["", ""]
    assert models.Tombstone.objects.get().external_id == f"{shop.pk}/r-1"
