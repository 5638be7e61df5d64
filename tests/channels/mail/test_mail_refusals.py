"""Each way in which a sign-in fails has a sentence that says what to do next."""

import base64
import json
from collections.abc import Iterator
from types import MappingProxyType

import pytest
from tests.channels.site import Said
from tests.servers.sign_in import (
    CLIENT,
    SECRET,
    TENANT,
    SignIn,
    google_says,
    in_json,
    microsoft_says,
    sign_in_service,
)

from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account, NotAllowed
from answerback.channels.mail import providers
from answerback.channels.mail.providers import Provider, provider_of
from answerback.channels.mail.refusals import why_not_let_in
from answerback.channels.mail.tokens import token_of

AGAIN = "answerback channel sign-in 7"


@pytest.fixture
def service(loopback: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[SignIn]:  # noqa: ARG001
    with sign_in_service() as service:
        monkeypatch.setattr(providers, "MICROSOFT_LOGIN", service.site.url)
        monkeypatch.setattr(providers, "GOOGLE_TOKENS", service.token_url)
        service.granted(refreshes=True)
        yield service


def account_of(service: SignIn, way: str, **secrets: str) -> Account:
    settings = {"sign_in": way, "client_id": CLIENT, "tenant": TENANT, "user": "care@acme.example"}
    return Account(
        account_id=7,
        channel="email",
        name="Care",
        settings=MappingProxyType({**settings, "token_url": service.token_url}),
        secrets=MappingProxyType({"refresh_token": service.refresh, **secrets}),
        reach=frozenset({service.site.address}),
    )


def provider_for(account: Account) -> Provider:
    found = provider_of(account)
    assert found is not None
    return found


def refusal(service: SignIn, way: str, said: Said) -> ChannelDown:
    service.fails = lambda _form: said
    account = account_of(service, way, client_secret=SECRET)
    with pytest.raises(ChannelDown) as no:
        token_of(account, provider_for(account))
    return no.value


@pytest.mark.parametrize(
    ("way", "number", "error", "sentences"),
    [
        ("microsoft", 90002, "invalid_request", ("knows no directory", TENANT, "overview")),
        ("microsoft", 700016, "unauthorized_client", ("there is no app", CLIENT, "copy both")),
        ("microsoft-app", 7000215, "invalid_client", ("secret is wrong", "value, not its ID")),
        ("microsoft-app", 7000222, "invalid_client", ("secret has expired", "Make a new one")),
        ("microsoft", 7000218, "invalid_client", ("Allow public client flows",)),
        ("microsoft", 65001, "invalid_grant", ("never given consent", "SMTP.Send", AGAIN)),
        ("microsoft-app", 65001, "invalid_grant", ("never given consent", "SMTP.SendAsApp")),
        ("microsoft", 700082, "invalid_grant", ("has ended", "not used for 90 days", AGAIN)),
        ("microsoft", 50173, "invalid_grant", ("password was changed", AGAIN)),
        ("microsoft", 50076, "interaction_required", ("second step", AGAIN)),
        ("microsoft", 53003, "access_denied", ("Conditional Access", "lets the app through")),
        ("microsoft", 999999, "invalid_grant", ("has ended", AGAIN)),
        ("microsoft", 999999, "brand_new_word", ("gives no token", "brand_new_word")),
    ],
)
def test_what_microsoft_says_no_to_is_told_with_what_to_do(
    service: SignIn, way: str, number: int, error: str, sentences: tuple[str, ...]
) -> None:
    no = refusal(service, way, microsoft_says(number, error, "In their own words."))

    assert isinstance(no, NotAllowed)
    for one in sentences:
        assert one in str(no)
    assert f"Microsoft says: {error}: AADSTS{number}: In their own words." in str(no)
    assert "Trace ID" not in str(no)
    assert len(str(no)) < 500
    assert SECRET not in str(no)
    assert service.refresh not in str(no)


@pytest.mark.parametrize(
    ("error", "words", "sentences"),
    [
        (
            "invalid_grant",
            "Token has been expired or revoked.",
            ("has ended", AGAIN, "'Testing'", "7 days"),
        ),
        ("invalid_client", "The OAuth client was not found.", ("does not know the app",)),
        ("invalid_client", "Unauthorized", ("or its secret is wrong",)),
        ("deleted_client", "The OAuth client was deleted.", ("was deleted",)),
        ("admin_policy_enforced", "", ("administrator of your Google Workspace",)),
        ("invalid_scope", "Some requested scopes were invalid.", ("permission",)),
    ],
)
def test_what_google_says_no_to_is_told_with_what_to_do(
    service: SignIn, error: str, words: str, sentences: tuple[str, ...]
) -> None:
    no = refusal(service, "google", google_says(error, words, status=401))

    assert isinstance(no, NotAllowed)
    for one in sentences:
        assert one in str(no)
    assert len(str(no)) < 500


@pytest.mark.parametrize(
    "said",
    [
        google_says("temporarily_unavailable", status=400),
        google_says("server_error", status=500),
        google_says("rate_limit_exceeded", status=429),
        Said(status=503, body=b"<html>Service Unavailable"),
        Said(status=404, body=b"not here"),
        Said(status=302, headers={"location": "https://elsewhere.example/"}),
        Said(body=b"<html>Hello"),
        Said(body=b"[]"),
        in_json({"access_token": 7}),
        in_json({"access_token": ""}),
        in_json({"access_token": "a\r\nX: y"}),
        in_json({"access_token": "x" * 20_000}),
        in_json({"access_token": "good", "token_type": "mac"}),
        Said(body=b"x" * (300 << 10)),
    ],
)
def test_what_passes_or_is_no_answer_stops_no_account(service: SignIn, said: Said) -> None:
    no = refusal(service, "oauth", said)

    assert not isinstance(no, NotAllowed)
    assert not getattr(no, "may_have_heard", False)
    assert "sign-in service" in str(no)


@pytest.mark.parametrize("told", [None, "3600", 3600.5, "soon", -5, True, 10**30, [1]])
def test_a_life_of_a_token_that_is_written_oddly_breaks_nothing(
    service: SignIn, told: object
) -> None:
    service.fails = lambda _form: in_json({"access_token": "good", "expires_in": told})
    account = account_of(service, "oauth")

    assert token_of(account, provider_for(account)).word == "good"


def test_who_never_signed_in_is_told_how(service: SignIn) -> None:
    account = account_of(service, "microsoft", refresh_token="")

    with pytest.raises(NotAllowed, match="Nobody has signed in at Microsoft yet.*sign-in 7"):
        token_of(account, provider_for(account))

    assert service.asked == []


def jwt(**claims: object) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{body}.c2ln"


@pytest.mark.parametrize(
    ("way", "token", "words", "sentences"),
    [
        (
            "microsoft-app",
            jwt(roles=["POP.AccessAsApp"]),
            "AUTHENTICATE failed.",
            ("lacks a permission, or nobody consented", "IMAP.AccessAsApp", "admin consent"),
        ),
        (
            "microsoft-app",
            jwt(roles=["IMAP.AccessAsApp", "SMTP.SendAsApp"]),
            "AUTHENTICATE failed.",
            ("does not let it into the mailbox 'care@acme.example'", "Add-MailboxPermission"),
        ),
        ("microsoft-app", "opaque", "AUTHENTICATE failed.", ("New-ServicePrincipal",)),
        (
            "microsoft",
            jwt(scp="IMAP.AccessAsUser.All"),
            "535 5.7.3 Authentication unsuccessful",
            ("lacks a permission", "SMTP.Send"),
        ),
        (
            "microsoft",
            jwt(scp="IMAP.AccessAsUser.All SMTP.Send", upn="ada@acme.example"),
            "AUTHENTICATE failed.",
            ("'ada@acme.example' signed in", "full access"),
        ),
        (
            "microsoft",
            jwt(scp="IMAP.AccessAsUser.All SMTP.Send", upn="Care@Acme.example"),
            "AUTHENTICATE failed.",
            ("although the sign-in is good", "switches IMAP"),
        ),
        (
            "microsoft",
            "a.!!!.c",
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled.",
            ("sending by SMTP switched off", "Authenticated SMTP"),
        ),
        (
            "google",
            "ya29.x",
            "[ALERT] Your account is not enabled for IMAP use. (Failure)",
            ("IMAP is switched off", "Switch it on"),
        ),
        ("google", "ya29.x", "Invalid credentials (Failure)", ("whoever signed in", AGAIN)),
        ("oauth", "x", "Authentication failed", ("Check that User is who signed in",)),
    ],
)
def test_why_a_mail_server_does_not_take_a_good_token_is_told_with_what_to_do(
    service: SignIn, way: str, token: str, words: str, sentences: tuple[str, ...]
) -> None:
    account = account_of(service, way)
    told = why_not_let_in(
        account,
        provider_for(account),
        token=token,
        host="mail.example",
        words=words,
        status="400",
    )

    for one in sentences:
        assert one in told
    assert f"mail.example says: {words[:100]}" in told
    assert len(told) < 500
    assert token == "x" or token not in told  # noqa: S105  the one that stands in any text
