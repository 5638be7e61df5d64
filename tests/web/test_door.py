"""Coming in and going out."""

import pytest
from django.test import Client
from tests.people import PASSWORD, make_user
from tests.web.conftest import MISSING
from tests.web.doors import WRONG, is_in, sign_in, with_password
from tests.web.looking import Page

from answerback.desk import models

NEW = "another-horse-battery"


def _audit() -> list[tuple[str | None, str, str]]:
    rows = models.AuditEntry.objects.order_by("number")
    return list(rows.values_list("by", "what", "about"))


def test_the_right_password_leads_to_the_page_one_came_for() -> None:
    with_password()
    browser = Client()

    answer = sign_in(browser, next="/inbox?brand=Acme")

    assert (answer.status_code, answer["Location"]) == (302, "/inbox?brand=Acme")
    assert is_in(browser)
    assert _audit() == [("olga", "signed_in", "person:olga")]


def test_a_handle_may_be_typed_in_capitals() -> None:
    with_password()
    browser = Client()

    sign_in(browser, handle=" OLGA ")

    assert is_in(browser)


def test_a_wrong_password_says_so_without_saying_what_is_wrong() -> None:
    with_password()
    browser = Client()

    answer = sign_in(browser, password=WRONG)

    assert "The handle and the password do not belong together." in answer.content.decode()
    assert WRONG not in answer.content.decode()
    assert MISSING not in answer.content.decode()
    assert not is_in(browser)
    assert _audit() == [(None, "sign_in_refused", "person:olga")]


def test_a_password_typed_where_the_name_belongs_stands_nowhere() -> None:
    make_user()

    sign_in(Client(), handle=PASSWORD, password="ada")

    assert _audit() == [(None, "sign_in_refused", "")]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "https:evil.example",
        "http://testserver@evil.example/",
        "http://evil.example\\@testserver/",
    ],
)
def test_no_link_to_the_door_leads_to_another_host(elsewhere: str) -> None:
    with_password()

    answer = sign_in(Client(), next=elsewhere)

    assert answer["Location"] == "/inbox"


def test_the_session_that_was_before_is_not_the_one_after() -> None:
    with_password()
    browser = Client()
    browser.get("/account/login/")
    browser.session["planted"] = "x"
    session = browser.session
    session["planted"] = "x"
    session.save()
    before = session.session_key

    sign_in(browser)

    assert browser.session.session_key != before
    other = Client()
    other.cookies["sessionid"] = str(before)
    assert not is_in(other)


def test_signing_out_ends_the_session_for_whoever_kept_it() -> None:
    with_password()
    browser, thief = Client(), Client()
    sign_in(browser)
    thief.cookies["sessionid"] = browser.cookies["sessionid"].value
    assert is_in(thief)

    browser.post("/account/logout/")

    assert not is_in(thief)
    assert not is_in(browser)
    assert _audit()[-1] == ("olga", "signed_out", "person:olga")


def test_looking_at_the_page_for_signing_out_signs_nobody_out() -> None:
    with_password()
    browser = Client()
    sign_in(browser)

    page = browser.get("/account/logout/")

    assert page.status_code == 200
    assert is_in(browser)


def test_another_password_signs_out_the_other_browsers_and_not_this_one() -> None:
    with_password()
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)

    answer = here.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
    )

    assert answer.status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)
    assert ("olga", "password_changed", "person:olga") in _audit()


@pytest.mark.parametrize("weak", ["short", "1234567890", "password123"])
def test_a_weak_password_is_not_taken(weak: str) -> None:
    with_password()
    browser = Client()
    sign_in(browser)

    answer = browser.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": weak, "password2": weak},
    )

    assert answer.status_code == 200
    assert models.User.objects.get(handle="olga").check_password(PASSWORD)


def test_a_closed_account_is_dead_at_once_and_cannot_come_back() -> None:
    user = with_password()
    browser = Client()
    sign_in(browser)
    models.User.objects.filter(pk=user.pk).update(is_active=False)

    assert not is_in(browser)
    answer = sign_in(browser)
    assert answer.status_code == 409
    assert "This account was closed." in answer.content.decode()


def test_passwords_are_kept_by_argon2() -> None:
    assert with_password().password.startswith("argon2$")


@pytest.mark.parametrize(
    "address",
    [
        *("/account/login/", "/account/logout/", "/account/password/change/"),
        *("/account/2fa/", "/account/2fa/totp/activate/", "/account/2fa/webauthn/"),
        *("/account/2fa/webauthn/add/", "/account/sessions/", "/account/reauthenticate/"),
    ],
)
def test_the_pages_of_the_door_name_nothing_that_is_not_there(address: str) -> None:
    with_password()
    browser = Client()
    if address != "/account/login/":
        sign_in(browser)
        browser.post("/account/reauthenticate/", {"password": PASSWORD})

    answer = browser.get(address)

    page = Page(status=answer.status_code, source=answer.content.decode())
    assert page.status == 200
    assert MISSING not in page.source
    assert [tag for tag in page.all("script") if "src" not in tag and "type" not in tag] == []
    assert page.all("h1") != []


@pytest.mark.parametrize(
    "address",
    [
        *("/account/signup/", "/account/password/reset/", "/account/email/", "/account/inactive/"),
        *("/account/password/set/", "/account/confirm-email/", "/account/login/code/confirm/"),
    ],
)
@pytest.mark.parametrize("who", ["stranger", "olga"])
def test_ways_in_that_we_do_not_have_are_not_there(address: str, who: str) -> None:
    with_password()
    browser = Client()
    if who == "olga":
        sign_in(browser)

    assert browser.get(address).status_code == 404
    assert browser.post(address, {}).status_code == 404
