"""Who wrote into the form is answered by mail, or it is said why not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from answerback.channels.form import send
from answerback.channels.form.hear import WebForm
from answerback.channels.form.send import FormVoice
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account
from answerback.channels.outbound import CannotSend, Guarantee, Message, NotTaken, voice_of
from answerback.domain.records.details import Details
from answerback.domain.records.post import Author, Post

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FORM = Account(account_id=7, channel="form", name="Contact")
MAIL = Account(account_id=8, channel="email", name="Support")


class Mail:
    """The voice of a mail account, as far as the form leans on it."""

    name = "email"
    send_guarantee = Guarantee.SEARCHABLE
    found_after = timedelta(seconds=60)
    key_lives = None

    def __init__(self) -> None:
        self.told: list[Message] = []
        self.closed = False

    def send(self, message: Message) -> str:
        self.told.append(message)
        return "k-1@acme.example"

    def find(self, message: Message) -> str | None:
        raise ChannelDown(f"{message.to}: no line.")

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Mail:
    voice = Mail()
    voices: dict[Any, Mail] = {"email": voice}
    monkeypatch.setattr(send, "voice_of", lambda account: voices[account.channel])
    return voice


def message(to: str = "ada@example.org", *, language: str = "en") -> Message:
    asked = Post(
        channel="form",
        source="Contact",
        external_id="7/K7QX-M2PD",
        author=Author(handle=to),
        text="The kettle leaks",
        heard_at=NOON,
        conversation_id="c",
        details=Details({"lang": (language,), "tag": ("K7QX-M2PD",)}),
    )
    return Message(
        text="Sorry!", to=to, channel="form", in_reply_to="7/K7QX-M2PD", key="k-1", answered=asked
    )


def test_an_answer_is_the_first_mail_of_a_thread_and_names_the_message(mail: Mail) -> None:
    voice = FormVoice(FORM, MAIL)

    said_as = [voice.send(message()), voice.send(message(language="de"))]
    voice.close()

    first, second = mail.told
    assert said_as == ["k-1@acme.example"] * 2
    assert (first.to, first.in_reply_to, first.text) == ("ada@example.org", None, "Sorry!")
    assert first.answered is not None
    assert second.answered is not None
    assert dict(first.answered.details) == {"title": ("Your message K7QX-M2PD",)}
    assert dict(second.answered.details) == {"title": ("Ihre Nachricht K7QX-M2PD",)}
    assert first.answered.conversation_id is None
    assert mail.closed


def test_it_promises_what_mail_promises(mail: Mail) -> None:
    voice = FormVoice(FORM, MAIL)

    assert (voice.send_guarantee, voice.found_after) == (mail.send_guarantee, mail.found_after)
    with pytest.raises(ChannelDown):
        voice.find(message())


def test_who_left_no_address_cannot_be_answered(mail: Mail) -> None:
    with pytest.raises(NotTaken, match="left no e-mail address"):
        FormVoice(FORM, MAIL).send(message("visitor-K7QX-M2PD"))

    assert mail.told == []


def test_a_form_without_a_mail_account_cannot_send() -> None:
    with pytest.raises(CannotSend, match="no mail account that is on"):
        voice_of(FORM)


def test_an_address_that_is_none_is_told_of_before_anybody_misses_the_notice() -> None:
    told = {"privacy_url": "acme.example/privacy"}

    with pytest.raises(ChannelDown, match="no privacy notice is shown"):
        WebForm(replace(FORM, settings=told)).check(at=NOON)
    assert WebForm(FORM).check(at=NOON).handle == ""  # nobody names a form
