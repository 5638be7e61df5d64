"""Deliveries: believed by their signature alone, kept before they are answered, kept once."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.test import Client
from tests.channels.webhook.forging import SECRET, bare, forgeries
from tests.people import make_brand

from answerback.channels.webhook.signature import sign
from answerback.desk import models
from answerback.desk.operations import receive_letter
from answerback.desk.operations.keep_secrets import keep_secrets
from answerback.web.moment import PRETENDED_AT
from answerback.web.rates import Brake
from answerback.web.views import letters

BODY = json.dumps({"id": "1", "text": "The kettle leaks", "author": "ada"}).encode()
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _brakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "_kept", Brake(most=letters.MOST_KEPT))
    monkeypatch.setattr(letters, "_wrong", Brake(most=10_000))


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> models.ChannelAccount:
    monkeypatch.setattr("django.conf.settings.DATA_DIR", tmp_path)  # where the keys lie
    row = models.ChannelAccount.objects.create(
        brand=make_brand(), channel="webhook", name="Shop", mailbox="box-1", added_at=NOW
    )
    keep_secrets(account_id=row.pk, secrets={"secret": SECRET})
    return row


def bring(
    body: bytes = BODY, *, mailbox: str = "box-1", at: datetime = NOW, signed: str | None = None
) -> Any:
    header = sign(body, secret=SECRET, at=at) if signed is None else signed
    told = {"Answerback-Signature": header, "X-Shop-Event": "review", "Cookie": "a=b"}
    now: Any = {PRETENDED_AT: NOW}
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    kind = "application/json"
    return browser.post(f"/in/{mailbox}/", body, content_type=kind, headers=told, **now)


def test_a_signed_delivery_is_kept_as_it_came(account: models.ChannelAccount) -> None:
    answer = bring()

    letter = models.Letter.objects.get()
    assert (answer.status_code, answer.json()) == (200, {"kept": True, "new": True})
    assert (bytes(letter.body), letter.account_id) == (BODY, account.pk)
    assert (letter.received_at, letter.read_at) == (NOW, None)
    assert letter.headers == {"content-type": "application/json", "x-shop-event": "review"}


@pytest.mark.usefixtures("account")
def test_the_same_delivery_is_kept_once_and_answered_kindly() -> None:
    bring()
    again = bring()

    assert (again.status_code, again.json()) == (200, {"kept": True, "new": False})
    assert models.Letter.objects.count() == 1


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("mailbox", "at", "signed"),
    [
        ("box-1", NOW, ""),
        ("box-1", NOW, "t=1,v1=" + "0" * 64),
        ("box-1", NOW - timedelta(minutes=6), None),
        ("box-1", NOW + timedelta(minutes=6), None),
        ("box-2", NOW, None),
        ("x" * 3_000, NOW, None),
        ("é", NOW, None),
    ],
)
def test_what_is_not_signed_is_not_kept(mailbox: str, at: datetime, signed: str | None) -> None:
    answer = bring(mailbox=mailbox, at=at, signed=signed)

    assert answer.status_code == 401
    assert {*answer.json()} == {"error"}
    assert SECRET not in answer.content.decode()
    assert models.Letter.objects.count() == 0


@pytest.mark.slow
@pytest.mark.usefixtures("account")
def test_of_two_hundred_forged_cut_and_re_encoded_deliveries_none_gets_in() -> None:
    browser, now = Client(), {PRETENDED_AT: NOW}
    told = [
        browser.post(
            "/in/box-1/",
            one.body,
            content_type="application/json",
            headers={**one.headers, "Answerback-Delivery": f"d-{number}"},
            **cast("Any", now),
        ).status_code
        for number, one in enumerate(forgeries())
    ]

    assert len(told) >= 200
    assert {*told} == {401}
    assert models.Letter.objects.count() == 0


@pytest.mark.usefixtures("account")
def test_what_is_caught_on_its_way_and_brought_again_is_kept_once() -> None:
    body = json.dumps({"id": "1", "text": "x", "author": "ada"}).encode()
    caught = {"X-Hub-Signature-256": bare(body)}
    browser, now = Client(), {PRETENDED_AT: NOW}

    for number in range(50):
        told = {**caught, "X-GitHub-Delivery": f"another-{number}"}
        browser.post("/in/box-1/", body, content_type="text/x", headers=told, **cast("Any", now))

    assert models.Letter.objects.count() == 1


@pytest.mark.usefixtures("account")
def test_a_stranger_does_not_learn_which_addresses_there_are() -> None:
    there, nowhere = bring(signed=""), bring(mailbox="box-2", signed="")

    assert there.content == nowhere.content
    assert (there.status_code, {**there.headers}) == (nowhere.status_code, {**nowhere.headers})
    assert [Client().get(f"/in/{box}/").status_code for box in ("box-1", "box-2")] == [405, 405]


@pytest.mark.usefixtures("account")
def test_an_address_that_is_not_there_takes_as_many_questions_and_as_much_work() -> None:
    def asked(mailbox: str) -> tuple[int, float]:
        with connection.execute_wrapper(count := _Counter()):
            began = time.thread_time()  # work, not waiting: others may be at this machine, too
            bring(mailbox=mailbox, signed="")
            return count.times, time.thread_time() - began

    asked("box-1"), asked("box-2")
    both = [(asked("box-1"), asked("box-2")) for _ in range(30)]

    there, nowhere = ([pair[place] for pair in both] for place in (0, 1))
    assert {times for times, _ in there} == {times for times, _ in nowhere}
    least = [min(seconds for _, seconds in one) for one in (there, nowhere)]
    assert max(least) < 2 * min(least)


class _Counter:
    times = 0

    def __call__(self, execute: Any, *told: Any) -> Any:
        self.times += 1
        return execute(*told)


@pytest.mark.usefixtures("account")
def test_a_delivery_that_is_too_large_is_not_read() -> None:
    body = b'{"id": "1", "text": "' + b"x" * (1 << 20) + b'"}'

    answer = bring(body)

    assert answer.status_code in {400, 413}
    assert models.Letter.objects.count() == 0


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("words", ["database is locked", "database or disk is full"])
def test_a_database_that_takes_nothing_is_no_yes(words: str) -> None:
    with patch.object(receive_letter, "insert_new_rows", side_effect=OperationalError(words)):
        answer = bring()

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert words not in answer.content.decode()
    assert models.Letter.objects.count() == 0


@pytest.mark.usefixtures("account")
def test_a_disk_that_is_nearly_full_takes_nothing() -> None:
    with patch.object(receive_letter, "no_room", return_value="full"):
        answer = bring()

    assert answer.status_code == 503
    assert models.Letter.objects.count() == 0


@pytest.mark.usefixtures("account")
def test_more_than_is_taken_in_a_minute_is_brought_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(letters, "_kept", Brake(most=2, clock=lambda: 0.0))

    answers = [bring(b'{"n": %d}' % n) for n in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) >= 1
    assert models.Letter.objects.count() == 2


@pytest.mark.usefixtures("account")
def test_whoever_guesses_is_slowed_down_and_uses_up_nobody_elses_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(letters, "_wrong", Brake(most=3, clock=lambda: 0.0))
    guesses = [bring(signed="").status_code for _ in range(5)]
    monkeypatch.setattr(letters, "neighbourhood", lambda _request: "elsewhere")

    assert guesses == [401, 401, 401, 429, 429]
    assert bring(signed="").status_code == 401  # it is not slowed down
    assert bring().status_code == 200


@pytest.mark.usefixtures("account")
def test_what_is_signed_is_kept_however_many_strangers_come_from_the_same_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Behind a proxy that nobody declared, all of them do."""
    monkeypatch.setattr(letters, "_wrong", Brake(most=3, clock=lambda: 0.0))
    guesses = [bring(signed="").status_code for _ in range(5)]

    assert guesses == [401, 401, 401, 429, 429]
    assert bring().status_code == 200
    assert bring(mailbox="box-2", signed="").status_code == 401  # another address: not yet


def test_a_guess_is_told_when_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "_wrong", Brake(most=1, clock=lambda: 0.0))
    monkeypatch.setattr("django.conf.settings.DATA_DIR", Path("/nowhere"))

    told = [bring(signed="", mailbox="none") for _ in range(2)]

    assert [one.status_code for one in told] == [401, 429]
    assert int(told[1]["Retry-After"]) >= 1


@pytest.mark.usefixtures("account")
def test_deliveries_are_answered_quickly() -> None:
    brought: list[float] = []
    for number in range(100):
        body = json.dumps({"id": str(number), "text": "x" * 2_000, "author": "ada"}).encode()
        began = time.perf_counter()
        assert bring(body).status_code == 200
        brought.append(time.perf_counter() - began)

    assert sorted(brought)[98] < 1.0  # the 99th of a hundred
    assert models.Letter.objects.count() == 100


def test_a_brake_lets_through_evenly() -> None:
    moment = 0.0
    brake = Brake(most=60, names=2, clock=lambda: moment)

    assert [brake.take("a") for _ in range(60)] == [0] * 60
    assert brake.take("a") == 2
    moment = 1.5
    assert (brake.take("a"), brake.take("a")) == (0, 1)
    assert [brake.take(name) for name in ("b", "c")] == [0, 0]
    assert brake.take("a") == 0  # only the last two names are remembered
