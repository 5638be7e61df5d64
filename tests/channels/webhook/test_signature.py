"""Only what was signed by who knows the secret, just now, is let in."""

from datetime import datetime, timedelta

import pytest
from tests.channels.webhook.forging import BODY, NOON, SECRET, bare, delivery, forgeries

from answerback.channels.live import Account, Delivery, NotSigned
from answerback.channels.webhook.hear import Webhook
from answerback.channels.webhook.signature import sign, verified


def name_of(told: Delivery, *, at: datetime = NOON, secrets: tuple[str, ...] = (SECRET,)) -> str:
    return verified(told, secrets=secrets, at=at)


def test_both_kinds_of_signature_let_a_delivery_in() -> None:
    ours = delivery(answerback_signature=sign(BODY, secret=SECRET, at=NOON))
    named = delivery(answerback_signature=sign(BODY, secret=SECRET, at=NOON, identifier="d-1"))

    assert name_of(ours).startswith("v1:")
    assert name_of(named) == "id:d-1"
    assert name_of(delivery(x_hub_signature_256=bare(BODY))).startswith("body:")


def test_the_same_delivery_has_the_same_name_however_often_it_is_brought() -> None:
    told = delivery(answerback_signature=sign(BODY, secret=SECRET, at=NOON))
    again = delivery(x_hub_signature_256=bare(BODY), x_github_delivery="another")
    tried = delivery(
        answerback_signature=sign(
            BODY, secret=SECRET, at=NOON + timedelta(minutes=9), identifier="d"
        )
    )
    first = delivery(answerback_signature=sign(BODY, secret=SECRET, at=NOON, identifier="d"))

    assert name_of(told) == name_of(told, at=NOON + timedelta(minutes=4))
    assert name_of(again) == name_of(delivery(x_hub_signature_256=bare(BODY)))
    assert name_of(tried, at=NOON + timedelta(minutes=9)) == name_of(first)


def test_an_old_secret_is_still_believed_and_a_short_one_never() -> None:
    told = delivery(answerback_signature=sign(BODY, secret="old" * 9, at=NOON))

    assert name_of(told, secrets=(SECRET, "old" * 9))
    with pytest.raises(NotSigned):
        name_of(delivery(x_hub_signature_256=bare(BODY, "short")), secrets=("short", ""))
    with pytest.raises(NotSigned):
        name_of(delivery(x_hub_signature_256=bare(BODY, "")), secrets=("",))


@pytest.mark.parametrize("minutes", [-5.1, 5.1, -60, 60 * 24 * 365])
def test_what_was_signed_long_ago_or_in_the_future_is_refused(minutes: float) -> None:
    told = sign(BODY, secret=SECRET, at=NOON + timedelta(minutes=minutes))

    with pytest.raises(NotSigned, match="more than 5 minutes from now"):
        name_of(delivery(answerback_signature=told))


def test_of_two_hundred_forged_cut_and_re_encoded_deliveries_none_gets_in() -> None:
    let_in = []
    for told in forgeries():
        try:
            let_in.append((name_of(told), told))
        except NotSigned:
            continue

    assert len(forgeries()) >= 200
    assert let_in == []


def test_an_account_without_a_secret_lets_nobody_in() -> None:
    account = Account(account_id=1, channel="webhook", name="Shop")

    with pytest.raises(NotSigned):
        Webhook(account).admit(delivery(x_hub_signature_256=bare(BODY, "")), at=NOON)
