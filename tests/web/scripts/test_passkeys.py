"""A passkey is made and used in a real browser, under the policy that pages really have."""

from django.test import Client
from playwright.sync_api import Page
from tests.people import PASSWORD
from tests.web.doors import WRONG, sign_in, with_password
from tests.web.scripts.conftest import Seat

from answerback.desk import models
from answerback.desk.operations.sign_in_tries import MOST_A_HANDLE

_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def _with_a_key(page: Page) -> Page:
    """Put a security key into the browser that always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": _KEY})
    return page


def test_a_passkey_lets_its_owner_in_while_a_stranger_tries_passwords(seat: Seat) -> None:
    with_password()
    browser = Client()
    sign_in(browser)
    page = _with_a_key(seat.open("/account/2fa/webauthn/add/", client=browser))

    page.fill("[name=password]", PASSWORD)
    page.click("main button.primary")
    page.check("[name=passwordless]")
    page.click("#make-passkey")
    page.wait_for_selector("text=Recovery codes")
    browser.post("/account/logout/")
    browser.cookies.clear()  # not even the device is known
    stranger = Client()
    for _ in range(MOST_A_HANDLE):
        sign_in(stranger, password=WRONG)
    assert sign_in(stranger).status_code == 429
    page.goto("/account/login/")
    page.click("#with-passkey")
    page.wait_for_url("**/inbox")

    last = models.AuditEntry.objects.order_by("-number")[0]
    assert (last.what, last.by, last.particulars) == ("signed_in", "olga", {"how": "webauthn"})


def test_a_browser_without_a_passkey_says_what_to_do(seat: Seat) -> None:
    with_password()
    page = seat.open("/account/login/", client=Client())

    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('none')) }")
    page.click("#with-passkey")

    page.wait_for_selector("#refusal >> text=The passkey was not read.")
