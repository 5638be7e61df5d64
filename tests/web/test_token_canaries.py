"""
Secrets of a mailbox that signs in by tokens are found nowhere, and neither are the tokens.

The sign-in service and the mail server repeat whatever they are sent; looked through is what
`test_canaries.py` looks through.
"""

import io
import json
import re
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from tests.builders import MONDAY_9, NEXT_DAY
from tests.channels.site import Asked, Said, Site, site
from tests.desk.channels import make_acme
from tests.people import signed_in
from tests.servers.sign_in import form_of
from tests.web.test_canaries import commands, spellings, tables, talkative

from answerback.channels.discreet import discreet
from answerback.channels.inbound import ChannelDown
from answerback.channels.mail.smtp import signed_in as smtp_signed_in
from answerback.desk import models
from answerback.desk.operations.add_channel import AccountTold, add_channel
from answerback.desk.operations.check_channel import check_channel
from answerback.desk.operations.open_account import open_account
from answerback.desk.queries.accounts import opened
from answerback.domain.records.refusal import Refusal
from answerback.project import start
from answerback.project.polling import poll_source

__all__ = ["talkative"]

pytestmark = pytest.mark.usefixtures("loopback")

SECRET = "CANARY/secret+of=the&app"  # noqa: S105  of a test
REFRESH = "CANARY/refresh+one=two"
NEXT = "CANARY/refresh+three=four"
ACCESS = "CANARY/access.token+five=six"
FORMS = {form for one in (SECRET, REFRESH, NEXT, ACCESS) for form in spellings(one)}
#: What the service does: gives a token that the mail server refuses, or a no of some kind.
FAULTS = ("refused", "400", "401", "429", "500", "no json", "odd token", "gone")


def found_in(*texts: str) -> list[str]:
    whole = "\n".join(texts).casefold()
    return sorted(form for form in FORMS if form.casefold() in whole)


class Echo:
    """A mail server that takes no token and repeats it: IMAP, or SMTP."""

    def __init__(self, *, smtp: bool) -> None:
        self.smtp = smtp
        self.door = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.door.getsockname()[1]}"
        self.heard: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self.door.accept()
                with line, suppress(OSError, ValueError):
                    self._talk(line.makefile("rwb"))

    def _talk(self, line: Any) -> None:
        greeting = "220 hello" if self.smtp else "* OK hello"
        self._say(line, greeting)
        while told := line.readline().decode().strip():
            self.heard.append(told)
            tag, _, rest = told.partition(" ")
            if self.smtp and tag == "EHLO":
                self._say(line, "250-me\r\n250 AUTH XOAUTH2 OAUTHBEARER")
            elif self.smtp and tag == "AUTH":
                self._say(line, "334 ")
            elif self.smtp:
                self._say(line, f"535 5.7.8 you said {told}")
            elif rest == "CAPABILITY":
                self._say(line, f"* CAPABILITY IMAP4rev1 AUTH=OAUTHBEARER\r\n{tag} OK done")
            elif rest.startswith("AUTHENTICATE"):
                self._say(line, "+ ")
                self.heard.append(line.readline().decode().strip())
                self._say(line, f"{tag} NO you said {self.heard[-1]}")
            else:
                self._say(line, f"{tag} BAD {told}")

    def _say(self, line: Any, words: str) -> None:
        line.write(f"{words}\r\n".encode())
        line.flush()


def said(fault: str, asked: Asked) -> Said:
    """Repeat what was asked, in an answer of some kind."""
    echo = {"form": form_of(asked), "headers": dict(asked.headers), "body": str(asked.body)}
    if fault == "refused":
        told = {"access_token": ACCESS, "refresh_token": NEXT, "expires_in": 3600}
        return Said(body=json.dumps(told | echo).encode())
    if fault == "odd token":
        return Said(
            body=json.dumps({"access_token": f"{ACCESS}\n", "refresh_token": NEXT}).encode()
        )
    if fault == "no json":
        return Said(body=str(echo).encode())
    told = {"error": "invalid_grant", "error_description": f"{form_of(asked)} {echo}"}
    return Said(body=json.dumps(told).encode(), status=int(fault))


@pytest.fixture
def server() -> Iterator[Site]:
    with site() as there:
        yield there


@pytest.fixture
def imap() -> Iterator[Echo]:
    echo = Echo(smtp=False)
    yield echo
    echo.door.close()


@pytest.fixture
def smtp() -> Iterator[Echo]:
    echo = Echo(smtp=True)
    yield echo
    echo.door.close()


@pytest.fixture
def account_id(
    server: Site, imap: Echo, smtp: Echo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> int:
    @contextmanager
    def desk(_data: Path | None, **_told: Any) -> Iterator[None]:
        yield

    monkeypatch.setattr(start, "desk", desk)
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    reach = frozenset({server.address, imap.address, smtp.address})
    monkeypatch.setattr(settings, "REACH", reach)
    told = {
        "sign_in": "oauth",
        "address": "care@acme.example",
        "user": "care",
        "imap_host": "127.0.0.1",
        "imap_port": imap.address.partition(":")[2],
        "imap_security": "none",
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp.address.partition(":")[2],
        "smtp_security": "none",
        "client_id": "app",
        "token_url": f"{server.url}/token",
    }
    account = AccountTold(
        channel="email",
        name="Care",
        settings=told,
        secrets={"client_secret": SECRET, "refresh_token": REFRESH},
    )
    return add_channel(brand_id=make_acme(), told=account, by="olga", at=MONDAY_9)


def pages(account_id: int, *, client: Client) -> Iterator[str]:
    there = f"/manage/channels/{account_id}"
    for address in (
        *("/manage/channels", "/manage/channels/new?channel=email&sign_in=google"),
        *(there, f"{there}?sign_in=microsoft", "/manage/audit", "/overview"),
    ):
        yield client.get(address).content.decode()
    for act, told in (
        ("", {"name": "Care", "set-user": "", "set-sign_in": "oauth"}),
        ("/secrets", {"set-client_secret": SECRET, "set-refresh_token": f"{REFRESH}\0"}),
        ("/tests", {}),
    ):
        yield client.post(f"{there}{act}", told, follow=True).content.decode()


def test_the_search_finds_what_is_planted() -> None:
    assert found_in(f"x{NEXT}y")
    assert found_in(ACCESS.encode().hex())


@pytest.mark.parametrize("fault", FAULTS)
def test_no_secret_and_no_token_of_a_mailbox_is_found_anywhere(
    fault: str,
    account_id: int,
    server: Site,
    imap: Echo,
    talkative: io.StringIO,
    capfd: pytest.CaptureFixture[str],
) -> None:
    if fault != "gone":
        server.pages["/token"] = lambda asked: said(fault, asked)
    client = signed_in()
    client.raise_request_exception = False
    told: list[str] = []

    tested = check_channel(account_id=account_id, by="olga", at=NEXT_DAY)
    for source in models.Source.objects.all():
        poll_source(source.pk, clock=lambda: NEXT_DAY)
    with pytest.raises(ChannelDown) as no, discreet(account := open_account(account_id)):
        smtp_signed_in(account)
    told += ["".join(traceback.format_exception(no.value)), str(tested)]
    said_so = "".join(commands(account_id))
    begun = client.get(f"/manage/channels/{account_id}").content.decode()
    told += [said_so, begun, *pages(account_id, client=client)]

    assert server.asked
    assert bool(imap.heard) is (fault == "refused")
    printed = capfd.readouterr()
    assert found_in(*told) == []
    assert found_in(talkative.getvalue()) == []
    assert found_in(printed.out, printed.err) == []
    assert found_in(tables()) == []
    if fault == "refused":
        assert opened(account_id).secrets["refresh_token"] == NEXT  # it was kept all the same


def test_a_secret_of_the_sign_in_is_refused_on_a_command_line(account_id: int) -> None:
    from click.testing import CliRunner  # noqa: PLC0415  for this one

    from answerback.cli import answerback  # noqa: PLC0415  for this one

    words = ["channel", "set", str(account_id), f"refresh_token={REFRESH}"]
    no = CliRunner().invoke(answerback, words).exception

    assert isinstance(no, Refusal)
    assert re.search("is a secret, and a command line is read by others", str(no))
    assert found_in(str(no)) == []
