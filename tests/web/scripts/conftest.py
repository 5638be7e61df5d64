"""
Our scripts and sheets in a real browser: the Chromium of this system, driven by Playwright.

No server and no socket: what the browser asks for is answered by Django's test client, in the
test's own thread and transaction.  So a test sees what it made, and nothing is left of it.
Playwright turns an event loop in that thread, so Django is told that asking the database there
is meant; and it answers in a greenlet of its own, which is handed the test's connection.  The
loop ends with the module: no other test meets it.

What streams (server-sent events), and whole shifts on a real server: tests/browser.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Route,
    sync_playwright,
)
from tests.people import signed_in

CHROMIUM = os.environ.get("ANSWERBACK_CHROMIUM") or shutil.which("chromium")
DESK = "http://localhost"
PHONE, NARROWEST = 390, 320  # the latter: success criterion 1.4.10
_ELSEWHERE = {301, 302, 303, 307, 308}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return the browser of this system, or skip the test where there is none."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium, or set ANSWERBACK_CHROMIUM")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass(kw_only=True)
class Seat:
    """Where somebody sits in front of the desk; complaints are what the browser found wrong."""

    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(
        self, address: str, *, client: Client, theme: str = "light", width: int = 1280
    ) -> Page:
        """Open a page as whoever is signed in at a client."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme="dark" if theme == "dark" else "light",
            has_touch=width <= PHONE,
            base_url=DESK,
        )
        self.contexts.append(context)
        context.set_default_timeout(15_000)
        context.route("**/*", _answering(client))
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._keep)
        page.goto(address)
        return page

    def _keep(self, said: ConsoleMessage) -> None:
        status_only = "Failed to load resource" in said.text  # refusals that tests ask for
        if said.type in {"error", "warning"} and not status_only:
            self.complaints.append(said.text)


@pytest.fixture
def seat(chromium: Browser, _tables: None) -> Iterator[Seat]:
    """Yield a seat; a script that fails, or does what the policy forbids, fails the test."""
    seat = Seat(browser=chromium)
    yield seat
    for context in seat.contexts:
        context.close()
    assert seat.complaints == []


@pytest.fixture
def patterns(seat: Seat) -> Page:
    """Return the page that has every part, open before Olga, who owns every brand."""
    return seat.open("/patterns", client=signed_in())


def _answering(client: Client) -> Callable[[Route], None]:
    """Answer what a browser asks with what a client gets, who keeps the cookies it may not see."""
    client.handler.enforce_csrf_checks = True
    client.raise_request_exception = False
    ours = connections["default"]

    def answer(route: Route) -> None:
        connections["default"] = ours
        asked = route.request
        if asked.url.startswith(f"{DESK}{reverse('live')}"):
            route.fulfill(status=204)  # a stream has no end, and this thread is the only one
            return
        for cookie in asked.frame.page.context.cookies(DESK):
            client.cookies[cookie["name"]] = cookie["value"]
        told = {**asked.headers, "host": "localhost"}
        told.pop("cookie", None)  # the client has them all
        answer = client.generic(
            asked.method,
            asked.url.removeprefix(DESK),
            asked.post_data_buffer or b"",
            content_type=told.pop("content-type", ""),
            headers=told,
        )
        if answer.status_code in _ELSEWHERE:  # Playwright would not ask us where it leads
            leads = escape(answer.headers["Location"])
            lead = f'<meta http-equiv="refresh" content="0;url={leads}">'
            route.fulfill(body=lead, content_type="text/html")
            return
        route.fulfill(
            status=answer.status_code, headers=dict(answer.headers), body=answer.getvalue()
        )

    return answer
