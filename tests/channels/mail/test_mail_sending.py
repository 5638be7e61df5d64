"""Answers by mail, on real servers: said once, found again, and doubt told from certainty."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from tests.servers import mail as servers
from tests.servers.mail import Office

from answerback.channels.inbound import ChannelDown
from answerback.channels.live import NotAllowed
from answerback.channels.mail import smtp
from answerback.channels.mail.hear import Mail
from answerback.channels.mail.imap import Mailbox
from answerback.channels.mail.map import Box, mail_fetched
from answerback.channels.mail.map import Mail as Bytes
from answerback.channels.mail.send import MailSender, _to
from answerback.channels.outbound import Attachment, Message, NoAnswer, NotTaken
from answerback.domain.records.post import Post

NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)
KEY = "0b0c7f0e-8a55-5b0c-9d60-1f2c3d4e5f60"
ASKED = b"""From: Alice <alice@example.org>
To: care@acme.example
Subject: RE: Fwd: =?utf-8?q?R=C3=A9servation_perdue?=
Message-ID: <q2@example.org>
In-Reply-To: <q1@example.org>
References: <q0@example.org> <q1@example.org>
Date: Tue, 01 Dec 2026 08:00:00 +0000

Where is it?
"""


@pytest.fixture(params=["pymap", "dovecot"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    request.getfixturevalue("loopback")
    run = servers.pymap if request.param == "pymap" else servers.dovecot
    with run(tmp_path) as office:
        yield office


@pytest.fixture
def small_office(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    request.getfixturevalue("loopback")
    with servers.pymap(tmp_path) as office:
        yield office


def question(raw: bytes = ASKED) -> Post:
    where = Box(ours="care@acme.example", source="inbox")
    told = mail_fetched(Bytes(raw=raw, size=len(raw), internal=NINE), box=where, at=NINE)
    assert told.post is not None
    return told.post


def reply(text: str = "Sorry! It was found ✈ and sent.", *, to: str = "") -> Message:
    post = question()
    return Message(
        text=text,
        to=to or post.author.handle,
        channel="email",
        in_reply_to=post.external_id,
        key=KEY,
        made_at=NINE,
        answered=post,
    )


def last(office: Office) -> EmailMessage:
    mail = message_from_bytes(office.taken()[-1], policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_an_answer_stands_in_its_thread_and_among_the_sent_mail(office: Office) -> None:
    voice = MailSender(office.account())

    said = voice.send(reply())

    mail = last(office)
    assert said == f"{KEY}@acme.example"
    assert mail["Message-ID"] == f"<{said}>"
    assert mail["In-Reply-To"] == "<q2@example.org>"
    assert mail["References"].split() == [
        "<q0@example.org>",
        "<q1@example.org>",
        "<q2@example.org>",
    ]
    assert mail["Subject"] == "Re: Fwd: Réservation perdue"
    assert mail["From"] == "Acme <care@acme.example>"
    assert mail["To"] == "alice@example.org"
    assert mail.get_content().strip() == "Sorry! It was found ✈ and sent."
    assert voice.find(reply()) == said
    box = Mail(office.account())
    heard = box.poll("sent", None, at=datetime.now(UTC))  # noqa: TID251  the server's clock
    box.close()
    (ours,) = [one.post for one in heard.things if one.post and one.post.external_id == said]
    assert (ours.inbound, ours.in_reply_to) == (False, "q2@example.org")
    assert ours.conversation_id == "q0@example.org"
    voice.close()


def test_pictures_go_along_with_what_is_to_be_seen_on_them(small_office: Office) -> None:
    picture = Attachment(name="Käse.png", kind="image/png", data=b"\x89PNG\r\n.", alt="Ein Käse")
    voice = MailSender(small_office.account())

    voice.send(replace(reply(".\n..\nSee below"), attachments=(picture,)))

    mail = last(small_office)
    text, image = mail.iter_parts()
    assert text.get_content().split() == [".", "..", "See", "below"]
    assert (image.get_filename(), image.get_content()) == ("Käse.png", picture.data)
    assert image["Content-Description"] == "Ein Käse"
    voice.close()


@pytest.mark.parametrize(
    ("to", "kind"),
    [
        ("refused@example.org", NotTaken),
        ("unwanted@example.org", NotTaken),
        ("later@example.org", ChannelDown),
        ("busy@example.org", ChannelDown),
        ("no address", NotTaken),
        ("a@example.org\r\nBcc: b@example.org", NotTaken),
        ("unknown@invalid", NotTaken),
    ],
)
def test_what_was_refused_was_not_said_and_leaves_nothing_among_the_sent_mail(
    to: str, kind: type[Exception], small_office: Office
) -> None:
    voice = MailSender(small_office.account())

    with pytest.raises(kind):
        voice.send(reply(to=to))

    assert small_office.taken() == []
    assert voice.find(reply(to=to)) is None
    voice.close()


@pytest.mark.parametrize("to", ["silent@example.org", "dropped@example.org"])
def test_a_mail_server_that_falls_silent_leaves_doubt_that_only_a_person_can_end(
    to: str, small_office: Office
) -> None:
    voice = MailSender(small_office.account())

    with pytest.raises(NoAnswer, match="did not answer whether it took it"):
        voice.send(reply(to=to))

    with pytest.raises(NoAnswer, match="as a draft"):
        voice.find(reply(to=to))
    assert len(small_office.taken()) == (to == "silent@example.org")
    voice.close()


@pytest.mark.parametrize(
    ("killed_at", "known"),
    [
        ("keep", "not said"),
        ("_envelope", "not said"),
        ("_end", "nothing"),
        ("mark", "nothing"),
    ],
)
def test_whoever_comes_after_a_killed_worker_knows_or_knows_that_nobody_can(
    killed_at: str, known: str, small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = MailSender(small_office.account())

    def die(*_told: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(smtp if killed_at.startswith("_") else Mailbox, killed_at, die)
        with pytest.raises(KeyboardInterrupt):
            voice.send(reply())
    voice.close()
    after = MailSender(small_office.account())

    if known == "nothing":
        with pytest.raises(NoAnswer):
            after.find(reply())
    else:
        assert after.find(reply()) is None
        after.send(reply())
        assert len(small_office.taken()) == 1
        assert after.find(reply()) == f"{KEY}@acme.example"
    after.close()


def test_a_mail_server_that_is_not_there_took_nothing(small_office: Office) -> None:
    small_office.smtp.kill()
    voice = MailSender(small_office.account())

    with pytest.raises(ChannelDown, match="Nobody answers"):
        voice.send(reply())

    assert voice.find(reply()) is None
    voice.close()


def test_no_copy_among_the_sent_mail_means_that_nothing_was_said(small_office: Office) -> None:
    small_office.imap.kill()
    voice = MailSender(small_office.account())

    with pytest.raises(ChannelDown):
        voice.send(reply())

    assert small_office.taken() == []


@pytest.mark.parametrize(
    "settings",
    [{"display_name": "Acme\r\nBcc: x@y.example"}, {"display_name": 'Ac"me\nX: y'}],
)
def test_no_setting_and_no_mail_can_add_a_header(
    settings: dict[str, str], small_office: Office
) -> None:
    voice = MailSender(small_office.account(**settings))
    evil = question(ASKED.replace(b"<q1@example.org>\nRef", b"<q1@example.org>\nBcc: z@z\nRef"))
    details = {**evil.details, "title": ("Hi\r\nBcc: evil@example.org",)}
    message = replace(reply(), answered=replace(evil, details=details))

    voice.send(message)

    mail = last(small_office)
    assert mail["Bcc"] is None
    assert mail["X"] is None
    assert len(mail.items()) == 10
    voice.close()


def test_answers_go_to_another_address_only_within_the_house_of_whoever_wrote() -> None:
    def to(where: str) -> str:
        raw = ASKED.replace(b"To: care", b"Reply-To: " + where.encode() + b"\nTo: care")
        return str(question(raw).details["reply_to"][0])

    inside = question(ASKED.replace(b"To: c", b"Reply-To: tickets+7@example.org\nTo: c"))
    outside = question(ASKED.replace(b"To: c", b"Reply-To: thief@evil.example\nTo: c"))

    assert to("tickets+7@example.org") == "tickets+7@example.org"
    assert _to(replace(reply(), answered=inside)) == "tickets+7@example.org"
    assert _to(replace(reply(), answered=outside)) == "alice@example.org"


def test_a_password_goes_nowhere_in_the_clear_but_where_the_operator_said_so(
    small_office: Office,
) -> None:
    account = replace(small_office.account(), reach=frozenset())

    with pytest.raises(NotAllowed, match="in the clear"):
        Mail(account).check(at=NINE)
    with pytest.raises(NotAllowed, match="in the clear"):
        MailSender(account).send(reply())


def test_a_wrong_password_is_for_a_person_to_mend(small_office: Office) -> None:
    account = replace(small_office.account(), secrets={"password": "nope"})

    with pytest.raises(NotAllowed, match="refuses the login of 'care': .*[^.]\\. Check"):
        Mail(account).check(at=NINE)


def test_the_connection_test_tries_the_server_that_mail_is_sent_by(small_office: Office) -> None:
    box = Mail(small_office.account(smtp_port="1"))

    with pytest.raises(ChannelDown, match=r"none can be sent: .* ANSWERBACK_REACH=127\.0\.0\.1:1 "):
        box.check(at=NINE)
    box.close()


def test_the_connection_test_says_what_it_found(office: Office) -> None:
    box = Mail(office.account())

    found = box.check(at=NINE)

    assert found.handle == "care@acme.example"
    assert "Signed in as care@acme.example, to read and to send; 'INBOX'" in found.sentence
    assert "answers given elsewhere are read from 'Sent'" in found.sentence
    assert found.most_characters is None
    box.close()


def test_the_quiet_time_is_told() -> None:
    assert MailSender.found_after == timedelta(seconds=60)
