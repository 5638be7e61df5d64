"""A secret that its provider changes with each use stays the only one, however many use it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from tests.builders import MONDAY_9, NEXT_DAY
from tests.desk.channels import make_acme
from tests.servers.sign_in import CLIENT, SignIn, sign_in_service

from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account
from answerback.channels.mail.providers import provider_of
from answerback.channels.mail.tokens import forget_token, token_of
from answerback.desk import models
from answerback.desk.operations import open_account as opening
from answerback.desk.operations.add_channel import AccountTold, add_channel
from answerback.desk.operations.change_channel import remove_channel, set_secrets
from answerback.desk.operations.open_account import open_account
from answerback.desk.queries.accounts import opened


@pytest.fixture
def service(loopback: None) -> Iterator[SignIn]:  # noqa: ARG001
    with sign_in_service() as service:
        service.rotates = True
        service.granted(refreshes=True)
        yield service


@pytest.fixture
def account_id(service: SignIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> int:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    monkeypatch.setattr(settings, "REACH", frozenset({service.site.address}))
    told = {
        "sign_in": "oauth",
        "address": "care@acme.example",
        "user": "care",
        "imap_host": "imap.acme.example",
        "smtp_host": "smtp.acme.example",
        "client_id": CLIENT,
        "token_url": service.token_url,
    }
    account = AccountTold(
        channel="email", name="Care", settings=told, secrets={"refresh_token": service.refresh}
    )
    return add_channel(brand_id=make_acme(), told=account, by="olga", at=MONDAY_9)


def renewed(account: Account) -> None:
    provider = provider_of(account)
    assert provider is not None
    forget_token(account, provider)
    token_of(account, provider)


def test_the_next_refresh_token_is_sealed_in_the_place_of_the_old_one(
    service: SignIn, account_id: int
) -> None:
    first = service.refresh

    renewed(open_account(account_id))

    assert service.refresh != first
    assert opened(account_id).secrets == {"refresh_token": service.refresh}
    sealed = bytes(models.ChannelAccount.objects.get(pk=account_id).sealed)
    assert service.refresh.encode() not in sealed


def test_who_holds_an_account_open_since_before_uses_the_refresh_token_of_now(
    service: SignIn, account_id: int
) -> None:
    early = open_account(account_id)

    renewed(open_account(account_id))
    renewed(early)

    assert len(service.asked) == 2
    assert not service.ended


def test_what_a_person_has_set_meanwhile_is_not_written_over(
    service: SignIn, account_id: int
) -> None:
    vault = open_account(account_id).vault
    assert vault is not None
    told = {"refresh_token": "of-another-sign-in"}
    set_secrets(account_id=account_id, secrets=told, by="olga", at=NEXT_DAY)

    assert vault.replace("refresh_token", was=service.refresh, by="too late") is False
    assert opened(account_id).secrets == told


def test_an_account_that_was_removed_meanwhile_gets_no_secret_back(
    service: SignIn, account_id: int
) -> None:
    vault = open_account(account_id).vault
    assert vault is not None
    remove_channel(account_id=account_id, by="olga", at=NEXT_DAY)

    assert vault.replace("refresh_token", was=service.refresh, by="too late") is False
    assert opened(account_id).secrets == {}


def test_who_cannot_be_alone_in_time_says_so_and_does_nothing(
    service: SignIn, account_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_WAIT_SECONDS", 0.2)
    vault = open_account(account_id).vault
    assert vault is not None

    with vault.alone(), pytest.raises(ChannelDown, match="Another process is signing in"):
        renewed(open_account(account_id))

    assert service.asked == []
    renewed(open_account(account_id))
    assert len(service.asked) == 1
