"""Our answers are brought to an address that the account names, signed as its letters are."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from answerback.channels.field_checks import is_yes
from answerback.channels.http import Answer, AnsweredNo, BrokenOff, Client, refuse
from answerback.channels.live import Account
from answerback.channels.outbound import CannotSend, Guarantee, Message, NoAnswer, NotTaken
from answerback.channels.strict_json import read_any
from answerback.channels.telling import word
from answerback.channels.unreadable import Unreadable
from answerback.channels.webhook.payload import CHANNEL
from answerback.channels.webhook.signature import HEADER, sign

_LONGEST_ANSWER: Final = 64 << 10


class WebhookVoice:
    """The voice of one account: a receiver that somebody wrote for it."""

    name: Final = CHANNEL
    found_after: Final = timedelta(0)
    key_lives: Final = None

    def __init__(self, account: Account) -> None:
        """
        Take the account.

        :raises CannotSend: when it names no address for replies.
        """
        self._url = account.settings.get("reply_url", "")
        if not self._url:
            raise CannotSend(
                f"The account '{account.name}' names no address for replies, so nothing can be "
                "sent on it. Set one, or answer elsewhere."
            )
        self._account = account

    @property
    def send_guarantee(self) -> Guarantee:
        """Return what the receiver is said to promise."""
        knows = is_yes(self._account.settings.get("reply_keys", ""))
        return Guarantee.IDEMPOTENT if knows else Guarantee.BLIND

    def send(self, message: Message) -> str:
        """Say it; see `outbound.Sender`."""
        at = datetime.fromtimestamp(time.time(), UTC)
        body = json.dumps(self._told(message), ensure_ascii=False).encode()
        secret = self._account.secrets.get("secret", "")
        headers = {
            "content-type": "application/json",
            "idempotency-key": message.key,
            HEADER: sign(body, secret=secret, at=at, identifier=message.key),
        }
        with Client(reach=self._account.reach) as client:
            try:
                answer = client.request(
                    "POST", self._url, content=body, headers=headers, most_bytes=_LONGEST_ANSWER
                )
                refuse(answer, at=at)
            except BrokenOff as wrong:
                raise NoAnswer(f"{wrong} Nobody can tell whether the answer was taken.") from wrong
            except AnsweredNo as wrong:
                raise NotTaken(f"The receiver did not take the answer. {wrong}") from wrong
        return self._prefix + _named(answer, instead=message.key)

    def find(self, message: Message) -> str | None:
        """Return None: a receiver is told, and shows nothing."""
        return None

    @property
    def _prefix(self) -> str:
        return f"{self._account.account_id}/"

    def _told(self, message: Message) -> dict[str, Any]:
        answered = message.in_reply_to and message.in_reply_to.removeprefix(self._prefix)
        return {
            "key": message.key,
            "text": message.text,
            "to": message.to,
            "in_reply_to": answered,
            "at": message.made_at and message.made_at.isoformat(),
        }


def _named(answer: Answer, *, instead: str) -> str:
    """Return the receiver's id of what was said; where it gives none, our own key."""
    try:
        told = read_any(answer.text)
        return word(told, "id", most=400) if isinstance(told, dict) and "id" in told else instead
    except Unreadable:
        return instead
