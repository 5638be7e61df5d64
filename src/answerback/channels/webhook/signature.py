"""Who sent a delivery: HMAC-SHA256 over the bytes as they came."""

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from answerback.channels.live import Delivery, NotSigned

HEADER: Final = "Answerback-Signature"
#: GitHub's, Meta's and many others': the signature alone, without a time.
BARE_HEADER: Final = "X-Hub-Signature-256"
#: How far the sender's clock and ours may be apart, the way of the delivery included.
WINDOW: Final = timedelta(minutes=5)
#: A shorter secret can be guessed, so nothing that is signed with it is believed.
SHORTEST_SECRET: Final = 16
_MOST_SIGNATURES: Final = 4
_NUMBER: Final = re.compile(r"\d{1,12}", re.ASCII)
_IDENTIFIER: Final = re.compile(r"[\w.:-]{1,100}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What stands in our own header: `t=1767225600,id=d-1,v1=…`."""

    time: int  #: seconds since 1970
    identifier: str  #: of the delivery, the same for each try; "" when the sender has none
    digests: tuple[str, ...]


def sign(body: bytes, *, secret: str, at: datetime, identifier: str = "") -> str:
    """Return the value of our header for a body; `identifier` names the delivery, if told."""
    time = int(at.timestamp())
    named = f"id={identifier}," if identifier else ""
    return f"t={time},{named}v1={_digest(body, secret=secret, time=time, identifier=identifier)}"


def verified(delivery: Delivery, *, secrets: Sequence[str], at: datetime) -> str:
    """
    Return the name under which a delivery is kept once.

    With our own header it is the sender's id, else the signature; with the bare one it is a
    hash of the body, for no other header is signed and anybody could change it.

    Error: both ways compare in constant time.  A delivery is refused before it is read.

    :raises NotSigned: when no signature fits, or the time it was signed at is too far off.
    """
    usable = [secret for secret in secrets if len(secret) >= SHORTEST_SECRET]
    signed = _signed(delivery.headers)
    if signed is None:
        return _bare(delivery, secrets=usable)
    expected = [
        _digest(delivery.body, secret=secret, time=signed.time, identifier=signed.identifier)
        for secret in usable
    ]
    _check(signed.digests, expected)
    if abs(at.timestamp() - signed.time) > WINDOW.total_seconds():
        raise NotSigned(
            f"The delivery was signed more than {WINDOW.seconds // 60} minutes from now. Set the "
            "sender's clock, and sign each try anew."
        )
    return f"id:{signed.identifier}" if signed.identifier else f"v1:{expected[0]}"


def _bare(delivery: Delivery, *, secrets: Sequence[str]) -> str:
    told = delivery.headers.get(BARE_HEADER.lower(), "").removeprefix("sha256=")
    expected = [hmac.new(one.encode(), delivery.body, sha256).hexdigest() for one in secrets]
    _check((told,), expected)
    return f"body:{sha256(delivery.body).hexdigest()}"


def _check(told: Sequence[str], expected: Sequence[str]) -> None:
    fits = False
    for one in told:
        for other in expected:
            fits |= hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())
    if not fits:
        raise NotSigned("The signature does not fit. Sign the bytes of the body with the secret.")


def _signed(headers: Mapping[str, str]) -> Signed | None:
    """Return what our own header says; None: there is none, or none that can be meant."""
    time, identifier, digests = "", "", []
    for part in headers.get(HEADER.lower(), "")[:2_000].split(","):
        name, _, value = part.strip().partition("=")
        if name == "t":
            time = value
        elif name == "id":
            identifier = value
        elif name == "v1" and _DIGEST.fullmatch(value):
            digests.append(value)
    if not _NUMBER.fullmatch(time) or (identifier and not _IDENTIFIER.fullmatch(identifier)):
        return None
    return Signed(time=int(time), identifier=identifier, digests=tuple(digests[:_MOST_SIGNATURES]))


def _digest(body: bytes, *, secret: str, time: int, identifier: str) -> str:
    signed = f"{time}.{identifier}.".encode() + body
    return hmac.new(secret.encode(), signed, sha256).hexdigest()
