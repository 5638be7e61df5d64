"""
Pictures of every page for the documentation, light and dark: docs/pages/*.png.

    python -m benchmarks.pictures [NAME …] [--into DIR]

Serves the invented brand's 200 posts as if it were the demo's moment, signs in as its owner and
looks.  Needs Chromium and the tests' tools.  With names, only those pages.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.saying import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from tests.whole.served import Served

_WIDE: Final = {"width": 1280, "height": 900}
_PHONE: Final = {"width": 390, "height": 844}
#: Those that are also shown as a phone has them.
_ON_A_PHONE: Final = frozenset({"inbox", "case", "overview"})


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "pages")
    told = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerback.project.settings")
    import django

    django.setup()
    told.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, looking(Path(folder)) as (served, page, where):
        for name, address in where.items():
            if not told.names or name in told.names:
                take(page, f"{served.url}{address}", into=told.into, name=name)
                print(name, address, flush=True)


def take(page: "Page", url: str, *, into: Path, name: str) -> None:
    """Take a page in light and in dark, and on a phone where that is asked for."""
    page.set_viewport_size(_WIDE)  # type: ignore[arg-type]  # a dict of two numbers
    answer = page.goto(url)
    if answer is None or answer.status != 200:  # noqa: PLR2004  HTTP's own
        sys.exit(f"{url} answered {answer.status if answer else 'nothing'}.")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.wait_for_timeout(200)
        page.screenshot(path=into / f"{name}-{theme}.png")
    page.emulate_media(color_scheme="light")
    if name in _ON_A_PHONE:
        page.set_viewport_size(_PHONE)  # type: ignore[arg-type]  # a dict of two numbers
        page.screenshot(path=into / f"{name}-phone.png")


@contextmanager
def looking(folder: Path) -> Iterator[tuple["Served", "Page", Mapping[str, str]]]:
    """Lend a page signed in as the owner, and the addresses of all pages by their names."""
    from benchmarks.picture_desk import furnished
    from playwright.sync_api import sync_playwright
    from tests.whole.served import inside, serving, session_of

    with inside(folder):
        furnished()
        addresses = _addresses()
        key = session_of("olga")
    at = _moment().isoformat(timespec="minutes")
    with serving(folder, "--at", at) as served, sync_playwright() as playwright:
        browser = _started(playwright)
        context = browser.new_context(viewport=_WIDE, reduced_motion="reduce", locale="en-GB")  # type: ignore[arg-type]  # a dict of two numbers
        context.add_cookies([{"name": "sessionid", "value": key, "url": served.url}])
        yield served, context.new_page(), addresses
        browser.close()


def _started(playwright: Any) -> "Browser":
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        sys.exit("There is no Chromium here: apt-get install chromium.")
    browser: Browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
    return browser


def _moment() -> Any:
    from answerback.project.showcase import MOMENT

    return MOMENT


def _addresses() -> dict[str, str]:
    """Return every page for people who are signed in, by the name of its address."""
    from benchmarks.picture_desk import telling_case, troubled_account
    from tests.whole.routes import page_addresses

    blanks = {
        "case_id": str(telling_case()),
        "account_id": str(troubled_account()),
        "which": "never-answered",
    }
    return page_addresses(blanks)


if __name__ == "__main__":
    main()
