"""Deliveries that nobody who may write has sent like this."""

import base64
import gzip
import hmac
import json
import random
from datetime import UTC, datetime
from hashlib import sha256

from answerback.channels.live import Delivery
from answerback.channels.webhook.signature import sign

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECRET = "s3cret-of-a-test-" * 3
BODY = b'{"id": "1", "text": "The kettle leaks \xc3\xa9", "author": "ada"}'


def bare(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


def delivery(body: bytes = BODY, **headers: str) -> Delivery:
    return Delivery(
        body=body, headers={name.replace("_", "-"): told for name, told in headers.items()}
    )


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
