"""Guessing passwords is slow, and no stranger can keep anybody out."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings
from tests.builders import MONDAY_9
from tests.people import PASSWORD
from tests.web.doors import WRONG, is_in, sign_in, with_password
from tests.web.looking import Page

from answerback.desk import models
from answerback.desk.operations.sign_in_tries import (
    MOST_A_HANDLE,
    MOST_AN_ADDRESS,
    WINDOW,
    TooManyTries,
    Try,
    begin_try,
    forget_failures,
    forget_try,
)


def _hers(device: str | None = None, *, handle: str = "olga", address: str = "192.0.2.1") -> Try:
    return Try(handle=handle, device=device, address=address)


@pytest.mark.slow  # a thousand requests, and ten of Argon2
def test_a_stranger_who_tries_a_thousand_times_keeps_no_owner_out() -> None:
    with_password()
    hers, stranger = Client(), Client()
    sign_in(hers)
    hers.post("/account/logout/")

    answers = [sign_in(stranger, password=WRONG).status_code for _ in range(1_000)]

    assert answers == [200] * MOST_A_HANDLE + [429] * (1_000 - MOST_A_HANDLE)
    assert sign_in(hers).status_code == 302
    assert is_in(hers)
    assert models.SignInFailure.objects.count() == 2 * MOST_A_HANDLE


def test_the_right_password_does_not_help_a_stranger_who_has_tried_too_often() -> None:
    with_password()
    stranger = Client()
    for _ in range(MOST_A_HANDLE):
        sign_in(stranger, password=WRONG)

    answer = sign_in(stranger)

    page = Page(status=answer.status_code, source=answer.content.decode())
    assert page.status == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= WINDOW.total_seconds() + 1
    assert "Try again at " in page.words
    assert not is_in(stranger)


def test_a_handle_that_nobody_has_is_answered_as_one_that_somebody_has() -> None:
    with_password()

    answers = [
        [sign_in(Client(), handle=handle, password=WRONG) for _ in range(MOST_A_HANDLE + 1)]
        for handle in ("olga", "nobody")
    ]

    told = [[(one.status_code, _without_typed(one.content)) for one in each] for each in answers]
    assert told[0] == told[1]


def _without_typed(content: bytes) -> int:
    return content.replace(b'value="olga"', b'value="nobody"').count(b"<")


def test_a_known_browser_has_a_bucket_of_its_own_that_fills_too() -> None:
    for _ in range(MOST_A_HANDLE):
        begin_try(told=_hers("hers"), at=MONDAY_9)

    with pytest.raises(TooManyTries):
        begin_try(told=_hers("hers"), at=MONDAY_9)
    begin_try(told=_hers("another"), at=MONDAY_9)
    begin_try(told=_hers(), at=MONDAY_9)


def test_an_address_that_tries_many_handles_is_stopped_and_others_are_not() -> None:
    for n in range(MOST_AN_ADDRESS):
        begin_try(told=_hers(handle=f"n{n}"), at=MONDAY_9)

    with pytest.raises(TooManyTries):
        begin_try(told=_hers(handle="one-more"), at=MONDAY_9)
    begin_try(told=_hers(handle="one-more", address="192.0.2.2"), at=MONDAY_9)
    begin_try(told=_hers("hers", handle="one-more"), at=MONDAY_9)


@pytest.mark.parametrize("proxy", [0, 1])
def test_no_made_up_address_makes_a_stranger_somebody_else(proxy: int, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxy
    with_password()

    for n in range(3):
        Client().post(
            "/account/login/",
            {"login": f"n{n}", "password": WRONG},
            REMOTE_ADDR="127.0.0.1",
            headers={"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.7"},
        )

    places = models.SignInFailure.objects.exclude(device="strangers").values_list("device")
    assert places.distinct().count() == 1


def test_a_line_with_many_addresses_is_one_place() -> None:
    with_password()

    for n in range(3):
        sign_in(Client(), handle=f"n{n}", password=WRONG, address=f"2001:db8:1:2:{n}::{n}")
    sign_in(Client(), handle="n4", password=WRONG, address="2001:db8:1:3::1")

    places = models.SignInFailure.objects.exclude(device="strangers").values_list("device")
    assert places.distinct().count() == 2


def test_the_moment_that_is_told_is_the_first_at_which_it_works() -> None:
    for minute in range(MOST_A_HANDLE):
        begin_try(told=_hers(), at=MONDAY_9 + timedelta(minutes=minute))
    at = MONDAY_9 + timedelta(minutes=MOST_A_HANDLE)

    with pytest.raises(TooManyTries, match="Try again at 09:15:00 UTC"):
        begin_try(told=_hers(), at=at)
    with pytest.raises(TooManyTries):
        begin_try(told=_hers(), at=MONDAY_9 + WINDOW - timedelta(seconds=1))
    begin_try(told=_hers(), at=MONDAY_9 + WINDOW)


def test_a_right_password_is_not_counted() -> None:
    for _ in range(3 * MOST_A_HANDLE):
        forget_try(begin_try(told=_hers(), at=MONDAY_9))

    assert models.SignInFailure.objects.count() == 0


def test_wrong_passwords_are_forgotten_when_they_count_no_more() -> None:
    begin_try(told=_hers(), at=MONDAY_9)

    forget_try(begin_try(told=_hers(handle="bob"), at=MONDAY_9 + WINDOW))

    assert models.SignInFailure.objects.count() == 0


def test_the_operator_lets_a_handle_be_tried_again() -> None:
    for n in range(MOST_A_HANDLE):
        begin_try(told=_hers(address=f"192.0.2.{n}"), at=MONDAY_9)

    assert forget_failures(handle="Olga") == MOST_A_HANDLE

    begin_try(told=_hers(), at=MONDAY_9)


def test_neither_handles_nor_addresses_stand_in_the_table() -> None:
    begin_try(told=_hers(handle="my-password"), at=MONDAY_9)

    told = str(list(models.SignInFailure.objects.values_list("handle", "device")))
    assert "my-password" not in told
    assert "192.0.2" not in told


@pytest.mark.parametrize("cookie", ["", "x", "a:b:c", "é", "9" * 4_000])
def test_a_forged_device_cookie_is_a_strangers(cookie: str) -> None:
    with_password()
    hers, forger = Client(), Client()
    sign_in(hers)
    name = next(name for name in hers.cookies if name.startswith("device-"))
    forger.cookies[name] = cookie

    answers = [sign_in(forger, password=WRONG).status_code for _ in range(MOST_A_HANDLE + 1)]

    assert answers[-1] == 429


def test_one_persons_device_cookie_is_worth_nothing_for_another() -> None:
    with_password()
    with_password("ada")
    hers, forger = Client(), Client()
    sign_in(hers)
    (told,) = [cookie for name, cookie in hers.cookies.items() if name.startswith("device-")]
    sign_in(forger, handle="ada")
    (name,) = [name for name in forger.cookies if name.startswith("device-")]
    forger.post("/account/logout/")
    forger.cookies[name] = told.value

    answers = [
        sign_in(forger, handle="ada", password=WRONG).status_code for _ in range(MOST_A_HANDLE)
    ]

    assert answers == [200] * MOST_A_HANDLE
    assert sign_in(Client(), handle="ada").status_code == 429  # it was the strangers' bucket


def test_asking_for_the_password_again_is_counted_as_at_the_door() -> None:
    with_password()
    hers = Client()
    sign_in(hers)

    statuses = {
        hers.post("/account/reauthenticate/", {"password": WRONG}).status_code
        for _ in range(MOST_A_HANDLE + 1)
    }

    assert statuses == {200, 429}
    assert is_in(hers)
    assert PASSWORD != WRONG
