"""Telegram is asked for updates, or brings them: the one or the other, as Telegram has it."""

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, ClassVar, Final, Self

from answerback.channels.field_checks import too_short
from answerback.channels.http import AnsweredNo, BrokenOff, Client, clock_ahead
from answerback.channels.inbound import ChannelDown, Cursor, Failure, Fetched
from answerback.channels.live import (
    Account,
    Caps,
    Checked,
    Delivery,
    Field,
    Hearing,
    Hole,
    HoleKind,
    Kept,
    Letter,
    NotAllowed,
    NotSigned,
    Page,
    Stream,
)
from answerback.channels.strict_json import read_object
from answerback.channels.telegram.map import CHANNEL, MESSAGES, thing_of
from answerback.channels.telling import name_of
from answerback.channels.unreadable import Unreadable

API = "https://api.telegram.org"
SECRET_HEADER: Final = "x-telegram-bot-api-secret-token"  # noqa: S105  the name of a header
_EVERY: Final = timedelta(seconds=5)
_AT_ONCE: Final = 100
#: Telegram keeps what was not asked for so long.
_KEPT: Final = timedelta(hours=24)
#: It may begin anywhere after a week without an update; a day of it is ours.
_COUNTS: Final = timedelta(days=6)
_SHORTEST_SECRET: Final = 16
_CONFLICT: Final = 409
_TOKEN: Final = re.compile(r"\d+:[\w-]+", re.ASCII)
_NO_SUCH_BOT: Final = frozenset({403, 404})


def _no_token(told: str) -> str:
    return "" if _TOKEN.fullmatch(told) else "A token of a bot is a number, a colon, and letters."


class Telegram(Hearing):
    """A bot: private messages to it, and groups and channels that it is in."""

    name: ClassVar[str] = CHANNEL
    title: ClassVar[str] = "Telegram"
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            name="token",
            label="Token of the bot",
            help="@BotFather gives it.",
            secret=True,
            wrong=_no_token,
        ),
        Field(
            name="webhook_secret",
            label="Secret of the webhook",
            help="Only where Telegram brings updates to us: the secret_token that you gave to "
            "setWebhook. Empty: we ask for them.",
            secret=True,
            required=False,
            wrong=too_short(_SHORTEST_SECRET, advice="Make one: `openssl rand -hex 32`."),
        ),
    )
    caps: ClassVar[Caps] = Caps(
        letters=True,
        edits=True,
        unproven="It is written from Telegram's documents and proven on payloads of our own: "
        "Telegram cannot be run elsewhere.",
    )

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._client = Client(API, reach=account.reach)

    def close(self) -> None:
        self._client.close()

    @property
    def _bot(self) -> str:
        return self.account.secrets.get("token", "").partition(":")[0]

    def check(self, *, at: datetime) -> Checked:
        told, headers = self._asked("getMe", at=at)
        name = told.get("username") if isinstance(told, dict) else None
        if not isinstance(name, str):
            raise BrokenOff("Telegram did not say which bot this is.")
        return Checked(
            handle=name,
            native_id=self._bot,
            sentence=f"Signed in to Telegram as @{name}.",
            most_characters=4096,
            clock_ahead=clock_ahead(headers, at=at),
        )

    def streams(self) -> tuple[Stream, ...]:
        if self.account.secrets.get("webhook_secret"):
            return (Stream(name="letters", title="messages"),)
        return (Stream(name="updates", title="messages", every=_EVERY),)

    def poll(self, stream: str, since: Cursor | None, *, at: datetime) -> Page:
        """
        Fetch updates behind the last one that is on our disk.

        Telegram forgets those before the offset, so it moves only with what is taken in.
        """
        if stream != "updates":
            return super().poll(stream, since, at=at)
        place = Place.of(since, bot=self._bot)
        params: dict[str, Any] = {"limit": _AT_ONCE, "timeout": 0, "allowed_updates": [*MESSAGES]}
        if place.counts(at=at):
            params["offset"] = place.number + 1
        told, _ = self._asked("getUpdates", at=at, **params)
        if not isinstance(told, list):
            raise BrokenOff("Telegram answered with something else than a list of updates.")
        return Page(
            things=tuple(thing_of(one, at=at, bot=self._bot) for one in told),
            cursor=place.after(told, at=at),
            more=len(told) == _AT_ONCE,
            holes=place.forgotten(at=at),
        )

    def admit(self, delivery: Delivery, *, at: datetime) -> str:
        """Believe who knows the secret; an update is kept once by its own number."""
        secret = self.account.secrets.get("webhook_secret", "")
        told = delivery.headers.get(SECRET_HEADER, "")
        fits = hmac.compare_digest(told.encode("utf-8", "replace"), secret.encode())
        if not fits or len(secret) < _SHORTEST_SECRET:
            raise NotSigned("The secret token does not fit. Give setWebhook the account's own.")
        try:
            return f"update:{name_of(read_object(delivery.body.decode()), 'update_id')}"
        except (Unreadable, UnicodeDecodeError):
            return f"body:{sha256(delivery.body).hexdigest()}"

    def read_letter(self, letter: Letter, *, at: datetime) -> tuple[Fetched, ...]:
        text = letter.body.decode("utf-8", "backslashreplace")
        return (self._update(text, named=f"letter:{letter.letter_id}", at=at),)

    def read_again(self, kept: Kept, *, at: datetime) -> tuple[Fetched, ...]:
        return (self._update(kept.raw, named=kept.named, at=at),)

    def _update(self, text: str, *, named: str, at: datetime) -> Fetched:
        try:
            return thing_of(read_object(text), at=at, bot=self._bot)
        except Unreadable as wrong:
            failure = Failure(reason=wrong.reason, sentence=wrong.sentence)
            return Fetched(cursor=Cursor(named), raw=text, failure=failure)

    def _asked(self, method: str, *, at: datetime, **told: Any) -> tuple[Any, Any]:
        """Ask; the token stands in the address, so no sentence may repeat one."""
        path = f"/bot{self.account.secrets.get('token', '')}/{method}"
        try:
            answer = self._client.post(path, at=at, json_body=told)
        except AnsweredNo as wrong:
            if wrong.status in _NO_SUCH_BOT:
                raise NotAllowed(
                    "Telegram knows no bot with this token. Ask @BotFather for it again."
                ) from wrong
            if wrong.status == _CONFLICT:
                raise ChannelDown(
                    "Telegram brings this bot's updates to a webhook, or another program asks for "
                    "them. Call deleteWebhook, or set the webhook's secret."
                ) from wrong
            raise
        body = answer.json()
        if not isinstance(body, dict) or body.get("ok") is not True:
            raise BrokenOff("Telegram answered, and did not say that all is well.")
        return body.get("result"), answer.headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The last update that is taken in, when it came, and when Telegram was last asked."""

    bot: str  #: whose updates are counted
    number: int = 0
    came_at: datetime | None = None
    asked_at: datetime | None = None

    @classmethod
    def of(cls, cursor: Cursor | None, *, bot: str) -> Self:
        """Return the place that a cursor holds; nothing where it holds none, or another bot's."""
        number, came_at, asked_at, whose = [*(cursor or "").split(" "), "", "", ""][:4]
        if whose not in {"", bot}:  # told as an offset, it would make Telegram forget this one's
            return cls(bot=bot)
        try:
            return cls(
                bot=bot,
                number=int(number),
                came_at=datetime.fromisoformat(came_at),
                asked_at=datetime.fromisoformat(asked_at),
            )
        except ValueError:
            return cls(bot=bot)

    def counts(self, *, at: datetime) -> bool:
        """Say whether Telegram still counts on: after a week of silence it begins anywhere."""
        return self.came_at is not None and at - self.came_at < _COUNTS

    def after(self, updates: Sequence[object], *, at: datetime) -> Cursor | None:
        """Return the place behind updates that came; None: none ever came."""
        numbers = [one.get("update_id") for one in updates if isinstance(one, Mapping)]
        whole = [number for number in numbers if type(number) is int]
        number = max(whole, default=self.number)
        came_at = at if whole else self.came_at
        if came_at is None:
            return None
        return Cursor(f"{number} {came_at.isoformat()} {at.isoformat()} {self.bot}".rstrip())

    def forgotten(self, *, at: datetime) -> tuple[Hole, ...]:
        """Return the hole of a pause in which Telegram forgot what nobody asked for."""
        if self.asked_at is None or at - self.asked_at <= _KEPT:
            return ()
        return (
            Hole(
                kind=HoleKind.WE_WERE_DOWN,
                sentence="Nobody asked Telegram for more than 24 hours; it keeps nothing longer.",
                since=self.asked_at,
                until=at - _KEPT,
            ),
        )
