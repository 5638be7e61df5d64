"""`answerback channel sign-in`: by a code on another machine, and in a browser on this one."""

import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from tests.builders import MONDAY_9
from tests.desk.channels import make_acme
from tests.servers.mail import Office, dovecot
from tests.servers.sign_in import (
    CLIENT,
    TENANT,
    SignIn,
    google_says,
    microsoft_says,
    sign_in_service,
)

from answerback.channels.mail import providers
from answerback.cli import answerback, channel_sign_in
from answerback.desk.operations.add_channel import AccountTold, add_channel
from answerback.desk.queries.accounts import opened
from answerback.domain.records.refusal import Refusal
from answerback.project import start

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(
    loopback: None,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[SignIn]:
    @contextmanager
    def desk(_data: Path | None, **_told: Any) -> Iterator[None]:
        yield

    with sign_in_service() as service:
        monkeypatch.setattr(start, "desk", desk)
        monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
        monkeypatch.setattr(settings, "REACH", frozenset({service.site.address}))
        monkeypatch.setattr(providers, "MICROSOFT_LOGIN", service.site.url)
        monkeypatch.setattr(providers, "GOOGLE_TOKENS", service.token_url)
        monkeypatch.setattr(providers, "GOOGLE_LOGIN", f"{service.site.url}/authorize")
        yield service


def mailbox(way: str, *, office: Office | None = None, **told: str) -> int:
    """Return the number of an account to which nobody has signed in yet."""
    there = dict(office.account().settings) if office else {}
    told = {
        "address": "care@acme.example",
        "user": "care",
        "imap_host": "imap.acme.example",
        "smtp_host": "smtp.acme.example",
        **there,
        "sign_in": way,
        "client_id": CLIENT,
        **({"tenant": TENANT} if way.startswith("microsoft") else {}),
        **told,
    }
    secret = {"client_secret": "s3cret~s3cret"} if way in {"google", "microsoft-app"} else {}
    account = AccountTold(channel="email", name="Care", settings=told, secrets=secret)
    return add_channel(brand_id=make_acme(), told=account, by="olga", at=MONDAY_9)


def sign_in(account_id: int) -> Result:
    return CliRunner().invoke(answerback, ["channel", "sign-in", str(account_id)])


def test_by_a_code_a_person_signs_in_anywhere_and_the_mailbox_opens(
    service: SignIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.pending = 2
    (tmp_path / "office").mkdir()
    there = f"{service.site.url}/introspect"
    with dovecot(tmp_path / "office", introspects=there) as office:
        if office.submission is None:
            pytest.skip("needs Dovecot's SMTP server: apt-get install dovecot-submissiond")
        reach = office.account().reach | {service.site.address}
        monkeypatch.setattr(settings, "REACH", reach)
        account_id = mailbox("microsoft", office=office)

        said = sign_in(account_id)

    assert said.exit_code == 0, said.output
    assert f"Open {service.site.url}/link in any browser" in said.output
    assert "    YZMYLD4K\n" in said.output
    assert "It works: Signed in as care@acme.example, to read and to send" in said.output
    assert opened(account_id).secrets == {"refresh_token": service.refresh}
    assert service.refresh not in said.output
    assert "dev-code" not in said.output
    assert [form["grant_type"].rpartition(":")[2] for form in service.asked] == [
        *(["device_code"] * 3),
        "refresh_token",
    ]


@pytest.mark.parametrize(
    ("no", "sentence"),
    [
        (microsoft_says(70000, "authorization_declined", "User declined."), "said no"),
        (google_says("access_denied"), "said no"),
        (microsoft_says(70020, "expired_token", "The code has expired."), "typed the code in time"),
        (microsoft_says(7000218, "invalid_client", "Secret needed."), "Allow public client flows"),
    ],
)
def test_a_sign_in_that_comes_to_nothing_says_why_and_keeps_nothing(
    service: SignIn, no: Any, sentence: str
) -> None:
    service.fails = lambda _form: no
    account_id = mailbox("microsoft")

    said = sign_in(account_id)

    assert isinstance(said.exception, Refusal), said.output
    assert sentence in str(said.exception)
    assert opened(account_id).secrets == {}


def test_a_service_that_wants_to_be_asked_more_seldom_is_and_one_that_breaks_off_is_asked_again(
    service: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    answers = [google_says("slow_down"), google_says("server_error", status=500)]
    service.fails = lambda _form: answers.pop(0) if answers else None
    account_id = mailbox("microsoft")

    sign_in(account_id)

    assert waits[:3] == [1.0, 6.0, 12.0]
    assert opened(account_id).secrets == {"refresh_token": service.refresh}


def test_a_sign_in_that_brings_no_refresh_token_is_none(service: SignIn) -> None:
    service.fails = lambda _form: service.granted(refreshes=False)
    account_id = mailbox("microsoft")

    said = sign_in(account_id)

    assert "gave no refresh token" in str(said.exception)
    assert opened(account_id).secrets == {}


def test_in_a_browser_a_person_signs_in_and_is_sent_back(
    service: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = mailbox("google")
    shown: list[str] = []
    pages: list[str] = []

    def browse(address: str) -> None:
        with urllib.request.urlopen(address, timeout=10) as page:  # noqa: S310  our own service
            pages.append(page.read().decode())

    def say(text: str) -> None:
        shown.append(text)
        if "code_challenge=" in text:
            threading.Thread(target=browse, args=[text.strip()]).start()

    monkeypatch.setattr(channel_sign_in, "say_safely", say)

    said = sign_in(account_id)

    assert "Signed in. What the sign-in brought is sealed." in said.output
    assert "access_type=offline&prompt=consent" in shown[1]
    assert "code_challenge_method=S256" in shown[1]
    assert opened(account_id).secrets["refresh_token"] == service.refresh
    form = service.asked[0]
    assert (form["grant_type"], form["client_secret"]) == ("authorization_code", "s3cret~s3cret")
    assert form["redirect_uri"].startswith("http://127.0.0.1:")
    assert "go back to the terminal" in pages[0]


def test_who_signs_in_to_no_mailbox_by_token_is_told_why(service: SignIn) -> None:
    account_id = mailbox("microsoft-app")

    said = sign_in(account_id)

    assert "Nobody signs in to this account: an app" in str(said.exception)
    assert service.asked == []


def test_a_sign_in_to_a_server_without_any_page_says_what_to_set(service: SignIn) -> None:
    account_id = mailbox("oauth", token_url=service.token_url)

    said = sign_in(account_id)

    assert "neither a device address nor an authorisation address" in str(said.exception)
