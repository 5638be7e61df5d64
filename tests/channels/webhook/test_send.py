"""Our answers are brought to a receiver, signed, and what became of them is said honestly."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.channels.site import Asked, Said, Site, site

from answerback.channels.guard import AddressRefused
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account, Delivery, Limited, NotAllowed
from answerback.channels.outbound import (
    CannotSend,
    Guarantee,
    Message,
    NoAnswer,
    NotTaken,
    voice_of,
)
from answerback.channels.webhook.send import WebhookVoice
from answerback.channels.webhook.signature import verified

SECRET = "x" * 32
MESSAGE = Message(
    text="We send a new one, désolé!",
    to="ada",
    channel="webhook",
    in_reply_to="7/r-1",
    key="k-1",
    made_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
)


@pytest.fixture
def receiver(loopback: None) -> Iterator[Site]:  # noqa: ARG001  lets it speak
    with site() as there:
        yield there


def account(receiver: Site, **settings: str) -> Account:
    return Account(
        account_id=7,
        channel="webhook",
        name="Shop",
        settings={"reply_url": f"{receiver.url}/in", **settings},
        secrets={"secret": SECRET},
        reach=frozenset({receiver.address}),
    )


def test_an_answer_is_brought_signed_with_its_key(receiver: Site) -> None:
    receiver.pages["/in"] = Said(status=201, body=b'{"id": "a-9"}')

    said_as = voice_of(account(receiver)).send(MESSAGE)

    [asked] = receiver.asked
    assert said_as == "7/a-9"
    assert json.loads(asked.body) == {
        "key": "k-1",
        "text": "We send a new one, désolé!",
        "to": "ada",
        "in_reply_to": "r-1",
        "at": "2026-03-02T12:00:00+00:00",
    }
    assert asked.headers["idempotency-key"] == "k-1"
    brought = Delivery(body=asked.body, headers=asked.headers)
    assert (
        verified(brought, secrets=[SECRET], at=datetime.fromtimestamp(time.time(), UTC)) == "id:k-1"
    )


@pytest.mark.parametrize("body", [b"", b"ok", b"[]", b'{"said": true}'])
def test_a_receiver_that_gives_no_id_is_given_ours(receiver: Site, body: bytes) -> None:
    receiver.pages["/in"] = Said(body=body)

    assert WebhookVoice(account(receiver)).send(MESSAGE) == "7/k-1"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, NotTaken),
        (404, NotTaken),
        (301, NotTaken),
        (401, NotAllowed),
        (429, Limited),
        (500, NoAnswer),
        (502, NoAnswer),
        (504, NoAnswer),
    ],
)
def test_a_no_a_wait_and_a_silence_are_told_apart(
    receiver: Site, status: int, outcome: type[Exception]
) -> None:
    receiver.pages["/in"] = Said(status=status, headers={"Location": "http://10.0.0.1/"})

    with pytest.raises(outcome):
        WebhookVoice(account(receiver)).send(MESSAGE)

    assert len(receiver.asked) == 1


def test_a_receiver_that_drops_the_line_may_have_heard(receiver: Site) -> None:
    def drop(_asked: Asked) -> Said:
        raise ConnectionResetError

    receiver.pages["/in"] = drop

    with pytest.raises(NoAnswer, match="Nobody can tell"):
        WebhookVoice(account(receiver)).send(MESSAGE)


def test_a_receiver_that_is_not_there_has_heard_nothing(receiver: Site) -> None:
    nobody = Site(address="127.0.0.1:9")

    with pytest.raises(ChannelDown):
        WebhookVoice(account(nobody)).send(MESSAGE)

    assert receiver.asked == []


def test_an_inside_address_is_never_told_an_answer(receiver: Site) -> None:
    inside = Account(
        account_id=7,
        channel="webhook",
        name="Shop",
        settings={"reply_url": f"{receiver.url}/in"},
        secrets={"secret": SECRET},
    )

    with pytest.raises(AddressRefused):
        WebhookVoice(inside).send(MESSAGE)

    assert receiver.asked == []


def test_what_the_receiver_promises_is_what_the_account_says(receiver: Site) -> None:
    promised, silent = account(receiver, reply_keys="yes"), account(receiver)

    assert WebhookVoice(promised).send_guarantee is Guarantee.IDEMPOTENT
    assert WebhookVoice(silent).send_guarantee is Guarantee.BLIND


def test_an_account_without_an_address_for_replies_cannot_send() -> None:
    with pytest.raises(CannotSend, match="names no address for replies"):
        WebhookVoice(Account(account_id=1, channel="webhook", name="Shop"))
