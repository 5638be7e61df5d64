"""What a browser keeps of us, what it may send, and what it must not."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from tests.people import PASSWORD
from tests.web.doors import is_in, sign_in, with_password
from tests.whole.routes import routes

URL = "https://desk.example.org"


def test_every_cookie_is_for_the_server_alone_and_for_our_own_pages() -> None:
    with_password()
    browser = Client()
    browser.get("/account/login/")
    sign_in(browser)
    browser.post("/account/you", {"name": "Olga", "language": "de"})

    cookies = {name.split("-")[0]: cookie for name, cookie in browser.cookies.items()}

    assert set(cookies) == {"sessionid", "csrftoken", "device", "django_language"}
    for cookie in cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["domain"] == ""


def test_a_session_ends_with_the_browser_unless_asked_otherwise() -> None:
    with_password()
    once, shift = Client(), Client()

    sign_in(once)
    sign_in(shift, remember="on")

    assert once.cookies["sessionid"]["max-age"] == ""
    assert shift.cookies["sessionid"]["max-age"] == 12 * 60 * 60


#: What stands for each kind of blank in an address; every list of a kind is one that matches.
_BLANKS = {"int": "1", "str": "x", "path": "x", "slug": "x", "handle": "ada"}


def _address(pattern: str) -> str | None:
    """Return an example of an address; None where only its own page knows one."""
    told = re.sub(r"<(\w+):\w+>", lambda blank: _BLANKS.get(blank[1], "<"), pattern)
    return None if re.search(r"[<^(\\]", told) else f"/{told}"


def test_no_address_takes_anything_that_does_not_come_from_its_own_form() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(with_password(), backend=settings.AUTHENTICATION_BACKENDS[0])
    asked = {
        address: browser.post(address, {"csrfmiddlewaretoken": "x" * 64}).status_code
        for address in (_address(route.pattern) for route in routes())
        if address is not None
    }

    # What strangers send has no form of ours behind it; the signature, or nobody's rights, count.
    letters = {"/ask/x/", "/in/x/"}
    assert len(asked) > 60
    assert {address for address, status in asked.items() if status != 403} == letters
    assert {asked[address] for address in letters} <= {401, 404}


def test_what_is_not_taken_says_so() -> None:
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post("/account/login/", {"login": "olga"})

    assert answer.status_code == 403
    assert b"That was not taken" in answer.content


def test_a_form_of_ours_is_taken() -> None:
    with_password()
    browser = Client(enforce_csrf_checks=True)
    page = browser.get("/account/login/").content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]

    sign_in(browser, csrfmiddlewaretoken=token)

    assert is_in(browser)


@pytest.mark.parametrize("address", ["/inbox", "/account/login/", "/account/you", "/nowhere"])
def test_no_page_is_kept_by_anybody(address: str) -> None:
    with_password()
    browser = Client()
    if "login" not in address:
        sign_in(browser)

    assert "no-store" in browser.get(address).headers["Cache-Control"]


_SAY = """
import json, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.test import Client
from answerback.desk.operations.add_person import Newcomer, add_first_person
from answerback.project.clock import now
add_first_person(newcomer=Newcomer(handle="olga", name="Olga", password={password!r}), at=now())
browser = Client(headers={{"host": "desk.example.org"}})
plain = browser.get("/account/login/")
browser.get("/account/login/", secure=True)
told = {{"login": "olga", "password": {password!r}}}
answer = browser.post("/account/login/", told, secure=True)
cookies = {{
    name: [bool(one["secure"]), one["path"], one["domain"], bool(one["httponly"])]
    for name, one in browser.cookies.items()
}}
print(json.dumps({{
    "plain": [plain.status_code, plain.headers.get("Location")],
    "hsts": answer.headers.get("Strict-Transport-Security"),
    "status": answer.status_code,
    "cookies": cookies,
    "elsewhere": browser.get("/", secure=True, headers={{"host": "evil.example"}}).status_code,
}}))
"""


def _https(folder: Path, **more: str) -> dict[str, str]:
    return {
        **{name: told for name, told in os.environ.items() if not name.startswith("ANSWERBACK_")},
        "ANSWERBACK_HOME": str(folder),
        "ANSWERBACK_URL": URL,
        "ANSWERBACK_SECRET_KEY": "k" * 20 + "0123456789" * 4 + "wxyz",
        **more,
    }


@pytest.mark.slow  # another process, with other settings
def test_over_https_cookies_are_bound_to_the_host_and_http_leads_there(tmp_path: Path) -> None:
    said = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", _SAY.format(password=PASSWORD)],
        env=_https(tmp_path),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    told = json.loads(said.stdout)
    assert told["plain"] == [301, f"{URL}/account/login/"]
    assert told["hsts"] == "max-age=31536000; includeSubDomains; preload"
    assert told["status"] == 302
    assert {name.split("-")[1] for name in told["cookies"]} == {"session", "csrf", "device"}
    for name, facts in told["cookies"].items():
        assert name.startswith("__Host-")
        assert facts == [True, "/", "", True]
    assert told["elsewhere"] == 400


@pytest.mark.slow  # another process, with other settings
@pytest.mark.parametrize("proxy", ["on", "off"])
def test_django_finds_nothing_to_blame_in_a_deployment(proxy: str, tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=_https(tmp_path, ANSWERBACK_BEHIND_PROXY=proxy),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert (said.returncode, said.stdout.strip()) == (
        0,
        "System check identified no issues (0 silenced).",
    )
