"""Tests in a real browser: Debian's Chromium, driven by Playwright, against a real server."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.whole.seeds import seeded
from tests.whole.served import Served, inside, serving
from tests.whole.watching import Watched, watched

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

Opening = Callable[..., Watched]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip everything here, with the reason, where there is no browser; none of it is quick."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.usefixtures("socket_enabled"))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="needs Chromium: apt-get install chromium"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the one Chromium of this run."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Served]:
    """Return a desk with three brands' worth of people and posts; tests of this run share it."""
    folder = tmp_path_factory.mktemp("desk")
    with django_db_blocker.unblock():
        with inside(folder):
            seeded()
        with serving(folder) as running:
            yield running


@pytest.fixture
def open_page(browser: Browser, served: Served) -> Iterator[Opening]:
    """
    Return a function that opens somebody's browser; they are closed at the end.

    Then nothing may have been asked of the outside, and nothing may have complained.
    """
    with ExitStack() as stack:
        opened: list[Watched] = []

        def opening(handle: str | None = "olga", **told: Any) -> Watched:
            seen = stack.enter_context(watched(browser, served, handle=handle, **told))
            opened.append(seen)
            return seen

        yield opening
        assert [one for seen in opened for one in seen.outside] == []
        assert [one for seen in opened for one in seen.complaints] == []
