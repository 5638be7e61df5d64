"""A reply from the first letter to the hand-off file, as a browser does it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from tests.builders import NEXT_DAY, make_post
from tests.desk.steps import imported
from tests.people import signed_in

from answerback.channels.fake.network import FakeNetwork
from answerback.desk import models
from answerback.desk.operations.send import send_due
from answerback.web.moment import PRETENDED_AT


def _case() -> models.Case:
    imported(make_post("1"))
    return models.Case.objects.get()


def _post(client: Client, address: str, *, htmx: bool = True, **fields: object) -> int:
    headers = {"HX-Request": "true"} if htmx else {}
    told = {PRETENDED_AT: NEXT_DAY}
    return client.post(address, fields, headers=headers, **told).status_code  # type: ignore[arg-type]


def test_a_draft_is_kept_submitted_queued_and_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    case, client = _case(), signed_in()
    seen = models.Post.objects.get().pk

    assert _post(client, f"/cases/{case.pk}/draft", text="We are s", seen=seen) == 200
    text = "We are sorry. A new kettle is on its way."
    assert _post(client, f"/cases/{case.pk}/reply", text=text, version=1, seen=seen) == 200
    assert send_due(at=NEXT_DAY + timedelta(seconds=14)) is False
    assert send_due(at=NEXT_DAY + timedelta(seconds=16)) is True

    reply = models.Reply.objects.get()
    assert (reply.state, reply.text, reply.version) == ("sent", text, 2)
    (line,) = (tmp_path / "replies-out.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {
        "id": reply.external_id,
        "channel": "archive",
        "in_reply_to": "1",
        "to": "ada",
        "text": text,
    }
    case.refresh_from_db()
    assert (case.state, case.owner) == ("awaiting_author", "olga")
    assert (case.author_has_the_word, case.respond_by) == (True, None)
    ours = models.Post.objects.get(discard_reason="own_post")
    assert models.Post.objects.get(pk=seen).answer_id == ours.pk
    told = models.Event.objects.filter(case=case).order_by("pk").values_list("what", flat=True)
    assert list(told)[2:] == [
        "draft_begun",
        "case_moved",
        "case_assigned",
        "reply_queued",
        "reply_sent",
        "answer_seen",
        "case_moved",
    ]


def test_the_page_shows_the_draft_and_the_way_to_send_it() -> None:
    case, client = _case(), signed_in()
    _post(client, f"/cases/{case.pk}/draft", text="We are s", seen=1)

    page = client.get(f"/cases/{case.pk}/composer").content.decode()

    assert ">We are s</textarea>" in page
    assert f'action="/cases/{case.pk}/reply"' in page
    assert "MISSING" not in page


def test_in_a_rehearsal_words_reach_the_fake_network_and_nobody_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    monkeypatch.setattr(settings, "REHEARSAL", True)
    case, client = _case(), signed_in()
    seen = models.Post.objects.get().pk

    assert "Rehearsal" in client.get(f"/cases/{case.pk}/composer").content.decode()
    _post(client, f"/cases/{case.pk}/reply", text="We are sorry.", seen=seen)
    send_due(at=NEXT_DAY + timedelta(seconds=16))

    assert [one.text for one in FakeNetwork(tmp_path).said()] == ["We are sorry."]
    assert not (tmp_path / "replies-out.jsonl").exists()
    assert models.Reply.objects.get().external_id == "fake-1"
