"""What HTMX swaps in, and what it must not: in a real browser, under the real policy."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from playwright.sync_api import Page, expect
from tests.people import signed_in
from tests.web.scripts.conftest import Seat

from answerback.domain.records.refusal import Refusal
from answerback.web.access import signed_in as for_members

View = Callable[[HttpRequest], HttpResponse]

_PAGE = """{% extends "base.html" %}{% block title %}Swaps{% endblock %}
{% block main %}<h1>Swaps</h1>
<ul id="lines"><li>the first line</li>
<li><textarea id="text" aria-label="Text"></textarea></li></ul>
<button hx-post="/refused" hx-target="#lines">refused</button>
<button hx-post="/broken" hx-target="#lines">broken</button>
<button hx-post="/gone" hx-target="#lines">gone</button>
<button hx-post="/faulty" hx-target="#lines">faulty</button>
<button hx-post="/lines" hx-target="#lines" hx-swap="outerMorph">morph</button>
<button hx-post="/lines" hx-target="#lines" hx-swap="outerHTML"
 hx-confirm="Really all of them?">asked</button>
<button hx-get="/dialog" hx-target="#modal">dialog</button>
<button hx-post="/told" hx-swap="none">told</button>{% endblock %}"""
_LINES = """<ul id="lines"><li>another line</li>
<li><textarea id="text" aria-label="Text"></textarea></li></ul>"""
_DIALOG = """<dialog aria-labelledby="d"><h2 id="d">Close it?</h2>
<button type="button" data-close>No</button></dialog>"""


@for_members
def _swaps(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(_PAGE).render({}, request))


@for_members
def _refused(_request: HttpRequest) -> HttpResponse:
    raise Refusal("The <b>kettle</b> is locked.")


@for_members
def _broken(_request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def _saying(text: str, *, status: int = 200, **headers: str) -> View:
    def view(_request: HttpRequest) -> HttpResponse:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return HttpResponse(text, status=status, headers=told)

    return for_members(view)


urlpatterns = [
    path("swaps", _swaps),
    path("refused", _refused),
    path("broken", _broken),
    path("gone", _saying("<h1>No such page</h1>", status=404)),
    path("faulty", _saying("<li>The name is missing.</li>", status=422)),
    path("lines", _saying(_LINES)),
    path("dialog", _saying(_DIALOG)),
    path("told", _saying("", HX_Trigger='{"toast": {"text": "Saved <b>"}}')),
    path("", include("answerback.web.urls")),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def page(seat: Seat) -> Page:
    """Return a page with a list and buttons that ask for it."""
    return seat.open("/swaps", client=signed_in())


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_refusal_stands_in_its_own_place_and_the_list_stays(page: Page) -> None:
    _press(page, "refused")

    expect(page.locator("#refusal .banner")).to_contain_text("The <b>kettle</b> is locked.")
    expect(page.locator("#lines")).to_contain_text("the first line")
    page.locator("#refusal [data-dismiss]").click()
    expect(page.locator("#refusal")).to_be_hidden()


def test_a_refusal_goes_when_somebody_tries_again(page: Page) -> None:
    _press(page, "refused")
    expect(page.locator("#refusal .banner")).to_be_visible()

    _press(page, "morph")

    expect(page.locator("#lines")).to_contain_text("another line")
    expect(page.locator("#refusal .banner")).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "words"), [("broken", "Something is broken here"), ("gone", "not here any more")]
)
def test_a_fault_is_told_and_the_list_stays(page: Page, name: str, words: str) -> None:
    _press(page, name)

    expect(page.locator(".toast")).to_contain_text(words)
    expect(page.locator("#lines")).to_contain_text("the first line")


def test_a_form_with_faults_is_swapped_in(page: Page) -> None:
    _press(page, "faulty")

    expect(page.locator("#lines")).to_have_text("The name is missing.")


def test_a_morph_keeps_what_an_agent_has_typed(page: Page) -> None:
    page.locator("#text").fill("half a sentence")

    _press(page, "morph")

    expect(page.locator("#lines")).to_contain_text("another line")
    expect(page.locator("#text")).to_have_value("half a sentence")


def test_a_question_is_asked_in_our_own_dialog_and_no_means_no(page: Page) -> None:
    _press(page, "asked")
    expect(page.locator("#question")).to_contain_text("Really all of them?")
    page.keyboard.press("Escape")
    expect(page.locator("#lines")).to_contain_text("the first line")

    _press(page, "asked")
    page.locator("#question").get_by_role("button", name="Yes, do it").click()

    expect(page.locator("#lines")).to_contain_text("another line")


def test_a_dialog_that_is_swapped_in_opens_and_leaves_nothing_behind(page: Page) -> None:
    _press(page, "dialog")
    expect(page.get_by_role("dialog", name="Close it?")).to_be_visible()

    _press(page, "No")

    expect(page.locator("#modal dialog")).to_have_count(0)
    assert page.evaluate("document.activeElement.textContent") == "dialog"


def test_an_answer_may_bring_a_toast(page: Page) -> None:
    _press(page, "told")

    expect(page.locator(".toast p")).to_have_text("Saved <b>")
    page.locator(".toast [data-dismiss]").click()
    expect(page.locator(".toast")).to_have_count(0)


def test_a_toast_goes_by_itself(page: Page) -> None:
    page.clock.install()
    _press(page, "told")
    expect(page.locator(".toast")).to_have_count(1)

    page.mouse.move(0, 0)
    page.clock.run_for(9_000)

    expect(page.locator(".toast")).to_have_count(0)
