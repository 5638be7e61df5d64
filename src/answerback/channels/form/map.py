"""What somebody wrote into the form becomes a post; kept as a letter of ours in between."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from answerback.channels.inbound import Cursor, Failure, Fetched
from answerback.channels.live import Letter
from answerback.channels.strict_json import read_object
from answerback.channels.telling import fetched, text_of, word
from answerback.channels.unreadable import Unreadable
from answerback.domain.records.details import Details
from answerback.domain.records.post import Author, Post, Visibility

CHANNEL: Final = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wrote, as the page took it."""

    reference: str  #: what they were told to name it by
    message: str
    name: str = ""
    email: str = ""
    language: str = ""  #: of the page

    def letter(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False).encode("utf-8", "replace")


def thing_of(letter: Letter, *, account_id: int, source: str) -> Fetched:
    """Return the post of a letter; its moment is when it was kept, which is our own clock."""
    raw = letter.body.decode("utf-8", "backslashreplace")
    named = f"letter:{letter.letter_id}"
    try:
        told = read_object(raw)
    except Unreadable as wrong:
        failure = Failure(reason=wrong.reason, sentence=wrong.sentence)
        return Fetched(cursor=Cursor(named), raw=raw, failure=failure)

    def read(payload: Mapping[str, Any]) -> Post:
        return _post(payload, account_id=account_id, source=source, at=letter.received_at)

    return fetched(told, named=named, raw=raw, read=read)


def _post(told: Mapping[str, Any], *, account_id: int, source: str, at: datetime) -> Post:
    reference = word(told, "reference", most=40)
    email = text_of(told.get("email")).strip().casefold()
    name = text_of(told.get("name")).strip()
    language = text_of(told.get("language"))
    return Post(
        channel=CHANNEL,
        source=source,
        external_id=f"{account_id}/{reference}",
        # Two who left no address are two people, whatever they call themselves.
        author=Author(handle=email or f"visitor-{reference}", name=name, native_id=email or None),
        text=text_of(told["message"]),
        created_at=at,
        heard_at=at,
        inbound=True,
        visibility=Visibility.DIRECT,
        details=Details({"lang": (language[:2],) if language else (), "tag": (reference,)}),
    )
