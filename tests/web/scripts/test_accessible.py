"""Every page, in light and wide, in dark and on a phone: axe finds nothing, nothing is cut off."""

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # no stubs
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page
from tests.builders import make_post
from tests.desk.steps import imported
from tests.people import signed_in
from tests.web.scripts.conftest import NARROWEST, Seat

from answerback.desk import models
from answerback.web.access import Door, policy_of

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What only leads elsewhere, and what has no end.
NO_PAGES = {"home", "live"}


def _pages() -> Iterator[str]:
    """Return the address of every page that needs nothing said in it."""
    for pattern, prefix in _patterns(get_resolver(), prefix="/"):
        policy = policy_of(pattern.callback, name=pattern.name)
        shown = policy is not None and policy.door is not Door.CLOSED
        address = f"{prefix}{pattern.pattern}".replace("^", "").replace("$", "").replace("\\Z", "")
        if shown and pattern.name not in NO_PAGES and not set(address) & set("<(["):
            yield address


def _patterns(resolver: URLResolver, *, prefix: str) -> Iterator[tuple[URLPattern, str]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield one, prefix
        else:
            yield from _patterns(one, prefix=f"{prefix}{one.pattern}")


def _faults(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{fault['id']}: {node['html'][:200]}" for fault in found for node in fault["nodes"]]


def _cut_off(page: Page) -> int:
    wide: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return max(wide, 0)


def test_every_page_is_accessible_in_both_themes_and_fits_on_a_phone(seat: Seat) -> None:
    imported(make_post("1", author="ada", text="@acme it leaks"))
    case = models.Case.objects.get().pk
    client, faults = signed_in(), {}
    page = seat.open("/patterns", client=client)

    for address in [
        "/nowhere",
        f"/cases/{case}",
        f"/cases/{case}/copies",
        f"/cases/{case}/events",
        *sorted(set(_pages())),
    ]:
        answer = client.get(address)
        if answer.streaming or b"<html" not in answer.content:
            continue  # a file, a fragment, or where one only sends something
        page.set_viewport_size({"width": 1280, "height": 844})
        page.emulate_media(color_scheme="light")
        page.goto(address)
        light = _faults(page)
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": NARROWEST, "height": 844})
        faults[address] = (light, _faults(page), _cut_off(page))

    assert {address: told for address, told in faults.items() if told != ([], [], 0)} == {}
    assert len(faults) > 3
