"""A browser whose every request and complaint is written down."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Page, Route
from tests.whole.served import Served, inside, session_of

Theme = Literal["light", "dark"]
WIDE, PHONE = (1280, 900), (390, 844)

#: What a browser says of an answer that refuses: a refusal is no fault of the page.
_REFUSED = "Failed to load resource: the server responded with a status of 4"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass(slots=True, kw_only=True)
class Watched:
    """Somebody's browser."""

    context: BrowserContext
    page: Page
    url: str
    status: int = 0  #: of the page opened last
    asked: list[str] = field(default_factory=list)  #: every address that was asked for
    outside: list[str] = field(default_factory=list)  #: those that are not ours; none was let out
    complaints: list[str] = field(default_factory=list)  #: errors of scripts and of the console

    def go(self, address: str) -> Page:
        """Open one of our pages."""
        answer = self.page.goto(f"{self.url}{address}")
        self.status = answer.status if answer else 0
        return self.page

    def another_page(self) -> Page:
        """Open another tab of the same person, watched as well."""
        page = self.context.new_page()
        self._listen(page)
        return page

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda wrong: self.complaints.append(str(wrong)))
        page.on("console", lambda said: self._said(said.type, said.text))

    def _said(self, kind: str, text: str) -> None:
        if kind == "error" and not text.startswith(_REFUSED):
            self.complaints.append(text)

    def let(self, route: Route) -> None:
        """Let a request to ourselves go on, and stop every other."""
        address = route.request.url
        self.asked.append(address)
        if address.startswith((f"{self.url}/", "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(address)
            route.abort()


@contextmanager
def watched(
    browser: Browser,
    served: Served,
    *,
    handle: str | None,
    theme: Theme = "light",
    size: tuple[int, int] = WIDE,
    without_csp: bool = False,
) -> Iterator[Watched]:
    """Lend a browser in which somebody (None: a stranger) is signed in."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=theme,
        bypass_csp=without_csp,
        reduced_motion="reduce",
        locale="en-GB",
        has_touch=size == PHONE,
    )
    context.set_default_timeout(15_000)
    if handle is not None:
        with inside(served.folder):
            key = session_of(handle)
        context.add_cookies([{"name": "sessionid", "value": key, "url": served.url}])
    page = context.new_page()
    seen = Watched(context=context, page=page, url=served.url)
    context.route("**/*", lambda route: seen.let(route))  # noqa: PLW0108  it writes on its handler
    seen._listen(page)  # noqa: SLF001  its own maker
    try:
        yield seen
    finally:
        context.close()


def faults_of(page: Page) -> list[str]:
    """Return what axe finds wrong on a page, as sentences; none: it keeps to WCAG 2.2 AA."""
    page.evaluate(_axe())
    rules = json.dumps({"runOnly": {"type": "tag", "values": _RULES}})
    found: dict[str, Any] = page.evaluate(f"axe.run(document, {rules})")
    return [
        f"{fault['id']}: {fault['help']}: {node['target']} {node['failureSummary']}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def _axe() -> str:
    packed = find_spec("axe_playwright_python")
    assert packed is not None
    assert packed.origin is not None
    return Path(packed.origin).with_name("axe.min.js").read_text(encoding="utf-8")
