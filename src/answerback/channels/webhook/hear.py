"""Deliveries are heard: signed by who knows the secret, kept before they are answered."""

from datetime import datetime
from typing import ClassVar, Final
from urllib.parse import urlsplit

from answerback.channels.field_checks import YES_NO, no_web_address, too_short
from answerback.channels.inbound import ChannelDown, Fetched
from answerback.channels.live import Caps, Checked, Delivery, Field, Hearing, Kept, Letter, Stream
from answerback.channels.webhook.payload import CHANNEL, Place, things_of
from answerback.channels.webhook.signature import SHORTEST_SECRET, verified

_TOO_SHORT: Final = too_short(SHORTEST_SECRET, advice="Make one: `openssl rand -hex 32`.")


class Webhook(Hearing):
    """An address that anything may bring posts to, signed."""

    name: ClassVar[str] = CHANNEL
    title: ClassVar[str] = "Incoming webhook"
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            name="secret",
            label="Secret",
            help="What the sender signs with: at least 16 random characters; better the 64 that "
            "`openssl rand -hex 32` prints.",
            secret=True,
            wrong=_TOO_SHORT,
        ),
        Field(
            name="old_secret",
            label="The secret before",
            help="Still believed, while the sender is given the new one.",
            secret=True,
            required=False,
        ),
        Field(
            name="about",
            label="All of it is about",
            help="The brand's name, such as Acme, where all that is brought is about it: reviews "
            "of its shop. Empty: the words decide.",
            required=False,
        ),
        Field(
            name="reply_url",
            label="Address for replies",
            help="Where our answers are sent, signed with the same secret: "
            "https://shop.example/answers. Empty: nobody answers on it.",
            required=False,
            wrong=no_web_address("https://shop.example/answers"),
        ),
        Field(
            name="reply_keys",
            label="The receiver knows keys",
            help="It says an answer once, however often we bring it under one "
            "Idempotency-Key. Else a person looks when an answer's fate is not known.",
            required=False,
            choices=YES_NO,
        ),
    )
    caps: ClassVar[Caps] = Caps(speaks=True, letters=True, edits=True, deletions=True)

    def check(self, *, at: datetime) -> Checked:
        if len(self.account.secrets.get("secret", "")) < SHORTEST_SECRET:
            raise ChannelDown(
                f"The secret is shorter than {SHORTEST_SECRET} characters, so nothing signed with "
                "it is believed. Set a longer one: `openssl rand -hex 32`."
            )
        reply_url = self.account.settings.get("reply_url", "")
        if reply_url and urlsplit(reply_url).scheme not in {"http", "https"}:
            raise ChannelDown(f"'{reply_url[:80]}' is no address. Write https://shop.example/in.")
        answers = (
            f"answers go to {urlsplit(reply_url).hostname}" if reply_url else "it has no voice"
        )
        return Checked(
            handle="",  # nobody names it
            sentence=f"It waits for signed deliveries; {answers}. Send one and look here again.",
        )

    def streams(self) -> tuple[Stream, ...]:
        """Return the one source that deliveries are counted in; it is never polled."""
        return (Stream(name="letters", title="deliveries"),)

    def admit(self, delivery: Delivery, *, at: datetime) -> str:
        secrets = [self.account.secrets.get(name, "") for name in ("secret", "old_secret")]
        return verified(delivery, secrets=secrets, at=at)

    def read_letter(self, letter: Letter, *, at: datetime) -> tuple[Fetched, ...]:
        return self._things(letter.body, named=f"letter:{letter.letter_id}", at=at)

    def read_again(self, kept: Kept, *, at: datetime) -> tuple[Fetched, ...]:
        """Read what one delivery held, or one thing of it."""
        return self._things(kept.raw.encode(), named=kept.named, at=at)

    def _things(self, body: bytes, *, named: str, at: datetime) -> tuple[Fetched, ...]:
        place = Place(
            prefix=f"{self.account.account_id}/",
            source=self.account.name,
            about=self.account.settings.get("about", ""),
        )
        return things_of(body, named=named, place=place, at=at)
