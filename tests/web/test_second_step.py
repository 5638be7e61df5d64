"""Codes from an app, recovery codes, and other people's passkeys."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks
from tests.people import PASSWORD
from tests.web.doors import is_in, sign_in, with_password

from answerback.desk import models
from answerback.web.accounts import SecondSteps

AGAIN = "/account/reauthenticate/"
ACTIVATE = "/account/2fa/totp/activate/"
SECOND = "/account/2fa/authenticate/"


def _code(secret: str) -> str:
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))


def _with_codes(browser: Client) -> str:
    """Set up codes as a person does, and return the app's secret."""
    sign_in(browser)
    browser.post(AGAIN, {"password": PASSWORD})
    page = browser.get(ACTIVATE)
    secret = str(page.context["form"].secret)
    browser.post(ACTIVATE, {"code": _code(secret)})
    return secret


def _whats() -> list[str]:
    return list(models.AuditEntry.objects.order_by("number").values_list("what", flat=True))


def test_codes_are_asked_for_from_then_on(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with_password()
    with django_capture_on_commit_callbacks(execute=True):
        secret = _with_codes(Client())
    browser = Client()

    first = sign_in(browser)
    before = is_in(browser)
    wrong = browser.post(SECOND, {"code": "000000"})
    recovery = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    browser.post(SECOND, {"code": recovery})

    assert (first["Location"], before, wrong.status_code) == (SECOND, False, 200)
    assert is_in(browser)
    assert secret not in str(Authenticator.objects.values_list("data", flat=True))
    assert _whats() == [
        *("signed_in", "codes_app_added"),
        *("sign_in_refused", "signed_in"),
    ]
    how = models.AuditEntry.objects.order_by("-number")[0].particulars["how"]
    assert how == "password, recovery_codes"


def test_a_recovery_code_works_once() -> None:
    with_password()
    _with_codes(Client())
    recovery = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    first, second = Client(), Client()

    for browser in (first, second):
        sign_in(browser)
        browser.post(SECOND, {"code": recovery})

    assert (is_in(first), is_in(second)) == (True, False)


def test_the_password_alone_opens_no_page_while_a_code_is_asked() -> None:
    with_password()
    _with_codes(Client())
    browser = Client()
    sign_in(browser)

    statuses = {
        browser.get(address).status_code
        for address in ("/inbox", "/account/you", "/account/2fa/", "/manage/people")
    }

    assert statuses == {302}
    assert not is_in(browser)


def test_nothing_of_the_second_step_changes_without_being_asked_again() -> None:
    with_password()
    browser = Client()
    sign_in(browser)

    for address in (ACTIVATE, "/account/2fa/webauthn/add/"):
        answer = browser.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith(AGAIN)


def test_somebody_elses_passkey_is_not_there() -> None:
    ada = with_password("ada")
    with_password()
    passkey = Authenticator.objects.create(user=ada, type="webauthn", data={"name": "hers"})
    browser = Client()
    sign_in(browser)
    browser.post(AGAIN, {"password": PASSWORD})

    for act in ("remove", "edit"):
        address = f"/account/2fa/webauthn/keys/{passkey.pk}/{act}/"
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"name": "mine"}).status_code == 404
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


def test_secrets_come_back_from_the_database_and_two_are_never_alike() -> None:
    steps = SecondSteps()

    hidden = [steps.encrypt("JBSWY3DPEHPK3PXP") for _ in range(2)]

    assert hidden[0] != hidden[1]
    assert [steps.decrypt(one) for one in hidden] == ["JBSWY3DPEHPK3PXP"] * 2
