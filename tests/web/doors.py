"""Coming in as a browser does: with a password, a code or a passkey."""

from django.http import HttpResponse
from django.test import Client
from tests.people import PASSWORD, make_user

from answerback.desk import models
from answerback.domain.records.role import Role

WRONG = "not-her-password"


def with_password(handle: str = "olga", *, role: Role = Role.OWNER) -> models.User:
    """Return somebody who can sign in with `PASSWORD`."""
    user = make_user(handle, role=role)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(
    browser: Client, handle: str = "olga", password: str = PASSWORD, **told: str
) -> HttpResponse:
    """Type a handle and a password at the door; `address` is where the browser is."""
    address = told.pop("address", "127.0.0.1")
    return browser.post(  # type: ignore[return-value]  # the stubs' own kind of answer
        "/account/login/",
        {"login": handle, "password": password, **told},
        REMOTE_ADDR=address,
    )


def is_in(browser: Client) -> bool:
    """Tell whether a browser is signed in."""
    return browser.get("/inbox").status_code == 200
