"""A proxy that nobody declared is noticed, and the doctor tells of it."""

from datetime import timedelta

import pytest
from django.test import Client

from answerback.desk import models
from answerback.desk.queries.vitals import UNDECLARED, vitals
from answerback.project.clock import now

pytestmark = pytest.mark.django_db


def ask(address: str, **headers: str) -> None:
    Client().get("/account/login/", headers=headers, REMOTE_ADDR=address)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "::1", "fd00::7", ""])
def test_a_proxy_beside_us_that_is_not_declared_is_noted(address: str) -> None:
    ask(address, **{"X-Forwarded-For": "203.0.113.7"})

    assert vitals(at=now()).undeclared_proxy
    assert not vitals(at=now() + timedelta(days=2)).undeclared_proxy


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("127.0.0.1", {}),
        ("8.8.8.8", {"X-Forwarded-For": "10.0.0.1"}),  # whoever writes that for themselves
    ],
)
def test_nothing_is_noted_where_there_is_none(address: str, headers: dict[str, str]) -> None:
    ask(address, **headers)

    assert not models.Lease.objects.filter(name=UNDECLARED).exists()


def test_a_proxy_that_is_declared_is_nothing_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings.ALLAUTH_TRUSTED_PROXY_COUNT", 1, raising=False)

    ask("127.0.0.1", **{"X-Forwarded-For": "203.0.113.7"})

    assert not vitals(at=now()).undeclared_proxy
