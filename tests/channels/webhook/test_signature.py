"""Only what was signed by who knows the secret, just now, is let in."""

import base64
import gzip
import hmac
import json
import random
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from answerback.channels.live import Account, Delivery, NotSigned
from answerback.channels.webhook.hear import Webhook
from answerback.channels.webhook.signature import sign, verified

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECRET = "s3cret-of-a-test-" * 3
BODY = b'{"id": "1", "text": "The kettle leaks \xc3\xa9", "author": "ada"}'
OURS = "answerback-signature"
BARE = "x-hub-signature-256"


def bare(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


def delivery(body: bytes = BODY, **headers: str) -> Delivery:
    return Delivery(
        body=body, headers={name.replace("_", "-"): told for name, told in headers.items()}
    )


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


def forgeries() -> list[Delivery]:
    """Make 200 deliveries that nobody who may write has sent like this."""
    chance = random.Random(7)  # noqa: S311  the same each time, and no secret
    good = sign(BODY, secret=SECRET, at=NOON, identifier="d-1")
    digest = good.rpartition("v1=")[2]
    found = [
        delivery(),
        *(delivery(answerback_signature=told) for told in broken_headers(good, digest)),
        *(delivery(x_hub_signature_256=told) for told in broken_headers(bare(BODY), digest)),
    ]
    for body in broken_bodies(chance):
        found += [
            delivery(body, answerback_signature=good),
            delivery(body, x_hub_signature_256=bare(BODY)),
        ]
    while len(found) < 200:
        place = chance.randrange(len(digest))
        wrong = digest[:place] + chance.choice("0123456789abcdef") + digest[place + 1 :]
        if wrong != digest:
            found.append(delivery(answerback_signature=good.replace(digest, wrong)))
    return found


def broken_headers(good: str, digest: str) -> list[str]:
    raw = bytes.fromhex(digest)
    others = [
        sign(BODY, secret=secret, at=NOON) for secret in ("x" * 32, SECRET[:-1], SECRET + " ")
    ]
    found = [
        "",
        "t=,v1=",
        "null",
        good.upper(),
        good.replace("sha256=", "sha1="),
        good.replace("=", ":"),
        f"v1={digest}",
        f"t=0,v1={digest}",
        f"t=-1,v1={digest}",
        f"t=1e9,v1={digest}",
        good.replace("d-1", "d-2"),
        good.replace("id=d-1,", ""),
        good[:-1],
        good[:-32],
        good + "0",
        good.replace("v1=", "v0="),
        good.replace("v1=", "v2="),
        good.replace("t=", "t=1"),
        f"t={int(NOON.timestamp())},v1={base64.b64encode(raw).decode()}",
        f"t={int(NOON.timestamp())},v1={sha256(BODY).hexdigest()}",
        f"t={int(NOON.timestamp())},v1={sha256(SECRET.encode() + BODY).hexdigest()}",
        f"t={int(NOON.timestamp())},v1={hmac.new(SECRET.encode(), BODY, sha256).hexdigest()}",
        "sha256=" + base64.b64encode(raw).decode(),
        "sha256=" + sha256(BODY).hexdigest(),
        "sha256=" + hmac.new(b"", BODY, sha256).hexdigest(),
        "sha256=é",
        "\x00",
        *others,
    ]
    return [told for told in found if told != good]


def broken_bodies(chance: random.Random) -> list[bytes]:
    told = json.loads(BODY)
    found = [
        b"",
        BODY + b" ",
        BODY + b"\n",
        b" " + BODY,
        BODY[:-1],
        BODY[: len(BODY) // 2],
        json.dumps(told).encode(),  # re-encoded: the same JSON in other bytes
        json.dumps(told, ensure_ascii=False, indent=1).encode(),
        json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(),
        json.dumps(dict(reversed(told.items())), ensure_ascii=False).encode(),
        BODY.decode().encode("utf-16"),
        BODY.decode().encode("latin-1"),
        gzip.compress(BODY),
        base64.b64encode(BODY),
        b"\xef\xbb\xbf" + BODY,
        BODY.replace(b"ada", b"eve"),
        BODY * 2,
    ]
    for _ in range(20):
        place = chance.randrange(len(BODY))
        found.append(BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :])
    return found


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
