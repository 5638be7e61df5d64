"""Signing in by tokens, to Dovecot's IMAP and SMTP servers."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.channels.mail.tokens import House, house
from tests.servers.sign_in import SECRET, TENANT

from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account, Checked, NotAllowed, Page
from answerback.channels.mail.hear import Mail
from answerback.channels.mail.providers import provider_of
from answerback.channels.mail.send import MailSender
from answerback.channels.mail.tokens import token_of
from answerback.channels.outbound import Message

NOW = datetime.now(UTC)  # noqa: TID251  the servers know no moment but this one


@pytest.fixture
def there(loopback: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:  # noqa: ARG001
    with house(tmp_path, patch=monkeypatch) as there:
        yield there


def answer(text: str) -> Message:
    return Message(
        channel="email",
        in_reply_to="q@x.example",
        text=text,
        to="alice@example.org",
        key="5f3c",
        made_at=NOW,
    )


def polled(account: Account) -> Page:
    with closing(Mail(account)) as box:
        return box.poll("inbox", None, at=NOW)


def checked(account: Account) -> Checked:
    with closing(Mail(account)) as box:
        return box.check(at=NOW)


@pytest.mark.parametrize(
    ("way", "mechanism"),
    [
        ("microsoft", "XOAUTH2"),
        ("microsoft-app", "XOAUTH2"),
        ("google", "XOAUTH2"),
        ("oauth", "OAUTHBEARER"),
    ],
)
def test_mail_is_heard_and_sent_by_a_token_on_a_real_server(
    there: House, way: str, mechanism: str
) -> None:
    there.service.secret = SECRET
    there.service.claims = {"roles": ["IMAP.AccessAsApp"], "filling": "x" * 2_000}  # as they are
    account = there.account(way, secret=SECRET)
    box, voice = Mail(account), MailSender(account)
    start = box.poll("inbox", None, at=NOW).cursor
    there.office.write("Where is my parcel?", Message_ID="<p@x.example>")

    test = box.check(at=NOW)
    page = box.poll("inbox", start, at=NOW)
    said = voice.send(answer("It is on its way."))
    found = voice.find(answer("It is on its way."))

    assert "Signed in as care@acme.example, to read and to send" in test.sentence
    assert [one.post.external_id for one in page.things if one.post] == ["p@x.example"]
    assert said == found == "5f3c@acme.example"
    assert b"It is on its way." in there.office.taken()[-1]
    for server in ("imap-login", "submission-login"):
        assert f"{server}: Info: Login: user=<care>, method={mechanism}" in there.log()
    form = there.service.asked[0]
    assert form["client_secret"] == SECRET
    grant = "client_credentials" if way == "microsoft-app" else "refresh_token"
    assert form["grant_type"] == grant
    box.close()
    voice.close()


def test_a_token_is_fetched_once_and_kept_for_all_that_is_done_until_it_ends(there: House) -> None:
    account = there.account("microsoft")

    for _ in range(3):
        polled(account)

    assert len(there.service.asked) == 1


def test_a_token_that_is_about_to_end_is_fetched_anew_before_anybody_refuses_it(
    there: House,
) -> None:
    there.service.seconds = 2
    account = there.account("microsoft")
    provider = provider_of(account)
    assert provider is not None

    first = token_of(account, provider)
    time.sleep(1.1)  # of two seconds, one is kept in reserve
    second = token_of(account, provider)

    assert first.word != second.word
    assert (first.fresh, second.fresh) == (True, True)


def test_a_token_that_is_refused_is_fetched_anew_once_for_reading_and_for_sending(
    there: House,
) -> None:
    account = there.account("oauth")
    polled(account)
    there.service.revoke_all()

    polled(account)
    there.service.revoke_all()
    with closing(MailSender(account)) as voice:
        voice.send(answer("Hello."))

    assert len(there.service.asked) == 3


def test_a_fresh_token_that_is_refused_is_not_asked_for_again(there: House) -> None:
    there.service.user = "alice"  # the token opens another mailbox than ours
    account = there.account("oauth")

    with pytest.raises(NotAllowed, match="does not take the token for 'care'. Check that User"):
        polled(account)

    assert len(there.service.asked) == 1


def test_a_test_of_the_connection_asks_the_sign_in_service_too(there: House) -> None:
    account = there.account("google")
    polled(account)
    there.service.ended = True

    polled(account)  # what is there still opens the mailbox
    with pytest.raises(NotAllowed, match="The sign-in at Google has ended"):
        checked(account)


def test_of_several_threads_that_want_a_token_one_asks(there: House) -> None:
    account = there.account("oauth")
    provider = provider_of(account)
    assert provider is not None
    words: list[str] = []

    def want() -> None:
        words.append(token_of(account, provider).word)

    threads = [threading.Thread(target=want) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert len(set(words)) == 1
    assert len(there.service.asked) == 1


def test_a_server_that_takes_passwords_alone_is_told_no_token(there: House, tmp_path: Path) -> None:
    from tests.servers.mail import dovecot  # noqa: PLC0415  a second office

    account = there.account("microsoft")
    (tmp_path / "other").mkdir()
    with dovecot(tmp_path / "other") as other:
        told = {**account.settings, "imap_port": str(other.imap.port)}
        reach = account.reach | {f"127.0.0.1:{other.imap.port}"}
        with pytest.raises(NotAllowed, match=r"takes no tokens \(XOAUTH2, OAUTHBEARER\)"):
            polled(replace(account, settings=told, reach=reach))


def test_a_sign_in_service_that_is_gone_for_now_leaves_nothing_in_doubt(there: House) -> None:
    account = there.account("oauth", token_url="http://127.0.0.1:9/token")
    account = replace(account, reach=account.reach | {"127.0.0.1:9"})
    voice = MailSender(account)

    with pytest.raises(ChannelDown, match="The sign-in service does not answer") as no:
        voice.send(answer("Hello."))

    assert not isinstance(no.value, NotAllowed)
    assert not getattr(no.value, "may_have_heard", False)
    assert there.office.taken() == []


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"sign_in": "microsoft", "tenant": "not a tenant"}, "is no directory .tenant. ID"),
        ({"sign_in": "microsoft", "tenant": "../common"}, "is no directory .tenant. ID"),
        ({"sign_in": "microsoft", "tenant": TENANT, "client_id": ""}, "client. ID is missing"),
        ({"sign_in": "oauth", "token_url": "http://login.acme.example/"}, "is no token address"),
        ({"sign_in": "oauth", "token_url": "ftp://x.example"}, "is no token address"),
        ({"sign_in": "oauth", "token_url": "https://[oops"}, "is no token address"),
        ({"sign_in": "oauth", "device_url": "http://x.example"}, "is no device address"),
        ({"sign_in": "kerberos"}, "'kerberos' is no way to sign in"),
    ],
)
def test_what_cannot_be_asked_for_a_token_is_said_so(
    there: House, settings: dict[str, str], sentence: str
) -> None:
    account = there.account("oauth", **settings)

    with pytest.raises(NotAllowed, match=sentence):
        polled(account)

    assert there.service.asked == []
