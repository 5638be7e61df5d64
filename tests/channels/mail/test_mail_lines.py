"""Lines to mail servers: safe or none, and a dead one is noticed."""

import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.channels.mail.test_mail_sending import last, reply
from tests.servers import mail as servers
from tests.servers.door import Door, certificate, door, serving
from tests.servers.mail import Office

from answerback.channels import guard
from answerback.channels.deadline import within
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account, CannotHear, NotAllowed
from answerback.channels.mail import hear, line
from answerback.channels.mail.hear import Mail
from answerback.channels.mail.imap import Mailbox
from answerback.channels.mail.send import MailSender


@pytest.fixture
def office(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    request.getfixturevalue("loopback")
    with servers.pymap(tmp_path) as office:
        yield office


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the servers know no moment but this one


def behind(office: Office, imap: Door, smtp: Door, **settings: str) -> Account:
    """Return an account whose servers stand behind doors."""
    told = office.account(
        imap_host="localhost",
        imap_port=str(imap.port),
        imap_security="tls",
        smtp_host="localhost",
        smtp_port=str(smtp.port),
        smtp_security="tls",
        **settings,
    )
    reach = {f"{host}:{one.port}" for one in (imap, smtp) for host in ("localhost", "127.0.0.1")}
    return replace(told, reach=frozenset(reach))


def test_mail_is_heard_and_sent_over_tls(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path, name="localhost", at=now())
    trusted = ssl.create_default_context(cafile=str(file))
    monkeypatch.setattr(guard, "trusted", lambda: trusted)
    with (
        door(office.imap.port, context=serving(file)) as imap,
        door(office.smtp.port, context=serving(file)) as smtp,
    ):
        account = behind(office, imap, smtp)
        box, voice = Mail(account), MailSender(account)

        said = voice.send(reply())
        found = box.check(at=now())

        assert last(office)["Message-ID"] == f"<{said}>"
        assert found.handle == "care@acme.example"
        voice.close()
        box.close()


@pytest.mark.parametrize("name", ["localhost", "mail.elsewhere.example"])
def test_a_certificate_that_nobody_vouches_for_is_for_a_person_to_mend(
    name: str, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path, name=name, at=now())
    if name != "localhost":  # vouched for, and another's
        trusted = ssl.create_default_context(cafile=str(file))
        monkeypatch.setattr(guard, "trusted", lambda: trusted)
    with door(office.imap.port, context=serving(file)) as imap:
        account = behind(office, imap, imap, sent_folder="Sent")

        with pytest.raises(NotAllowed, match="not one to trust"):
            Mail(account).check(at=now())
        with pytest.raises(NotAllowed, match="not one to trust"):
            MailSender(account).send(reply())


def test_nothing_falls_back_to_an_open_line(office: Office) -> None:
    with door(office.imap.port) as imap, door(office.smtp.port) as smtp:
        account = behind(office, imap, smtp)
        told = {**account.settings, "imap_security": "starttls", "smtp_security": "starttls"}

        with pytest.raises(ChannelDown, match="TLS|STARTTLS|broke"):
            Mail(replace(account, settings=told)).check(at=now())

    assert office.taken() == []


def test_a_line_that_is_half_open_is_noticed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hear, "_RENEW_SECONDS", 0.5)
    with door(office.imap.port) as imap:
        account = behind(office, imap, imap, sent_folder="Sent")
        account = replace(account, settings={**account.settings, "imap_security": "none"})
        box = Mail(account)
        pages = box.listen("inbox", None, stopping=lambda: False, clock=now)
        next(pages)
        monkeypatch.setattr(line, "SECONDS", 0.5)
        imap.frozen.set()
        begun = time.monotonic()

        with pytest.raises(ChannelDown, match="broke"):
            for _ in pages:
                pass

        assert time.monotonic() - begun < 10
        box.close()


def test_a_call_ends_when_its_time_is_over(office: Office) -> None:
    with door(office.imap.port) as imap:
        account = behind(office, imap, imap, sent_folder="Sent")
        account = replace(account, settings={**account.settings, "imap_security": "none"})
        imap.frozen.set()
        begun = time.monotonic()

        with within(2.0), pytest.raises(ChannelDown):
            MailSender(account).send(reply())

        assert time.monotonic() - begun < 6


def test_a_server_that_does_not_push_is_polled(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Mailbox, "pushes", False)
    box = Mail(office.account())

    with pytest.raises(CannotHear):
        next(box.listen("inbox", None, stopping=lambda: False, clock=now))

    box.close()


@pytest.mark.parametrize("port", ["0", "65536", "x", "-1"])
def test_a_port_that_is_none_is_said(port: str, office: Office) -> None:
    with pytest.raises(NotAllowed, match="is no port"):
        Mail(office.account(imap_port=port)).check(at=now())


@pytest.mark.usefixtures("loopback")
def test_a_server_inside_the_house_is_not_reached() -> None:
    account = Account(
        account_id=1,
        channel="email",
        name="Care",
        settings={
            "address": "care@acme.example",
            "imap_host": "127.0.0.1",
            "smtp_host": "127.0.0.1",
            "user": "care",
        },
        secrets={"password": "pw"},
    )

    with pytest.raises(guard.AddressRefused, match="no address of the open internet"):
        Mail(account).check(at=now())
    with pytest.raises(guard.AddressRefused, match="no address of the open internet"):
        MailSender(account).send(reply())
