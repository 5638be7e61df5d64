"""The form: people write on a page of ours, and each message is a letter."""

from dataclasses import replace
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlsplit

from answerback.channels.field_checks import no_web_address
from answerback.channels.form.map import CHANNEL, thing_of
from answerback.channels.inbound import ChannelDown, Fetched
from answerback.channels.live import Caps, Checked, Field, Hearing, Kept, Letter, Stream


class WebForm(Hearing):
    """A page in the brand's name where people write to it."""

    name: ClassVar[str] = CHANNEL
    title: ClassVar[str] = "Web form"
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            name="intro",
            label="Words above the form",
            help="Such as: We answer on weekdays from nine to five.",
            required=False,
        ),
        Field(
            name="privacy_url",
            label="Address of your privacy notice",
            help="Shown under the form: https://acme.example/privacy.",
            required=False,
            wrong=no_web_address("https://acme.example/privacy"),
        ),
    )
    caps: ClassVar[Caps] = Caps(speaks=True, letters=True)

    def check(self, *, at: datetime) -> Checked:
        privacy_url = self.account.settings.get("privacy_url", "")
        if privacy_url and urlsplit(privacy_url).scheme not in {"http", "https"}:
            raise ChannelDown(
                f"'{privacy_url[:80]}' is no address, so no privacy notice is shown. Write it "
                "whole: https://acme.example/privacy."
            )
        return Checked(
            handle="",  # nobody names it: what is written there is written to us
            sentence="The page is there: open its address. Answers go by mail, through a mail "
            "account of the brand, to those who left an address.",
        )

    def streams(self) -> tuple[Stream, ...]:
        """Return the one source that messages are counted in; it is never polled."""
        return (Stream(name="letters", title="messages"),)

    def read_letter(self, letter: Letter, *, at: datetime) -> tuple[Fetched, ...]:
        account = self.account
        return (thing_of(letter, account_id=account.account_id, source=account.name),)

    def read_again(self, kept: Kept, *, at: datetime) -> tuple[Fetched, ...]:
        if kept.letter is None:
            return super().read_again(kept, at=at)
        letter = replace(kept.letter, body=kept.raw.encode())
        return self.read_letter(letter, at=at)
