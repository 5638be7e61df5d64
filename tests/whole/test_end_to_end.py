"""A whole matter, in real browsers: from a file of posts to the numbers on the overview."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.everything import make_person
from tests.whole.served import Served, inside, serving
from tests.whole.watching import PHONE, Watched, watched

from answerback.desk import models
from answerback.domain.records.role import Role
from answerback.project.clock import now
from answerback.project.showcase import invented

_SOON = 60_000
_TEXT = "We are sorry that your parcel is late. It is on its way now."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Served]:
    """Return a desk into which the invented brand's posts were imported by the command."""
    folder = tmp_path_factory.mktemp("whole")
    with invented() as files, django_db_blocker.unblock():
        line = [sys.executable, "-m", "answerback", "import", str(files.posts)]
        told = [*line, "--brand", str(files.brand), "--data", str(folder), "--json"]
        said = subprocess.run(told, capture_output=True, text=True, check=True, timeout=600)  # noqa: S603  our own words
        assert json.loads(said.stdout.splitlines()[-1] if "{" not in said.stdout else said.stdout)
        with inside(folder):
            brand = models.Brand.objects.get().name
            # Ada is new here: a second pair of eyes looks at what she writes.
            make_person("ada", role=Role.AGENT, brand=brand, joined_at=now())
            make_person("bob", role=Role.AGENT, brand=brand)
            make_person("cleo", role=Role.APPROVER, brand=brand)
            make_person("lena", role=Role.LEAD, brand=brand)
        with serving(folder) as served:
            yield served


@pytest.fixture
def sitting(browser: Browser, desk: Served) -> Iterator[Callable[..., Watched]]:
    """Return a function that lets somebody sit down; nothing may go out or complain."""
    from contextlib import ExitStack  # noqa: PLC0415  one use

    with ExitStack() as stack:
        opened: list[Watched] = []

        def sit(handle: str, **told: Any) -> Watched:
            seen = stack.enter_context(watched(browser, desk, handle=handle, **told))
            opened.append(seen)
            return seen

        yield sit
        assert [one for seen in opened for one in (*seen.outside, *seen.complaints)] == []


def _take_one(page: Page) -> int:
    """Take the first case of a batch by keyboard, and return its number."""
    page.keyboard.press("b")
    card = page.locator("#triage[data-held]")
    expect(card).to_be_visible(timeout=_SOON)
    case = int(page.locator(".verdicts input[name=case]").input_value())
    page.keyboard.press("a")
    expect(page.locator(f".verdicts input[name=case][value='{case}']")).to_have_count(0)
    return case


def test_from_an_archive_to_the_overview(sitting: Callable[..., Watched], desk: Served) -> None:
    ada = sitting("ada")
    case = _take_one(ada.go("/triage"))

    page = ada.go(f"/cases/{case}")
    page.keyboard.press("r")
    page.keyboard.type(_TEXT)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#composer .going")).to_be_visible(timeout=_SOON)

    cleo = sitting("cleo")
    page = cleo.go("/approvals")
    page.locator("a.open", has_text=_TEXT[:30]).click()
    page.get_by_role("button", name=re.compile("Approve and send")).click()
    expect(page.get_by_text("Nothing waits for your yes.")).to_be_visible(timeout=_SOON)

    sent = _wait_for_sent(desk.folder)
    assert (sent["text"], sent["channel"] != "") == (_TEXT, True)

    page = ada.go(f"/cases/{case}")
    expect(page.locator(".turn.ours", has_text=_TEXT[:30]).first).to_be_visible(timeout=_SOON)
    page.keyboard.press("c")
    page.locator("#wrap-up-note").fill("A late parcel, sent again.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(re.compile("Reopen")).first).to_be_visible(timeout=_SOON)

    page = ada.go("/overview/answered?period=all")
    hrefs = [link.get_attribute("href") for link in page.locator("a.open").all()]
    assert f"/cases/{case}" in hrefs
    assert "200" in ada.go("/overview").locator("main").inner_text()


def _wait_for_sent(folder: Path) -> dict[str, str]:
    """Wait until the background work has handed the reply on, and return it."""
    import time  # noqa: PLC0415  one use

    handed = folder / "replies-out.jsonl"
    for _ in range(90):
        if handed.exists() and handed.read_text(encoding="utf-8").strip():
            told: dict[str, str] = json.loads(handed.read_text(encoding="utf-8").splitlines()[0])
            return told
        time.sleep(1)
    raise AssertionError("Nothing was handed on in a minute and a half.")


def test_two_people_who_answer_at_once_are_told_of_each_other(
    sitting: Callable[..., Watched],
) -> None:
    bob, lena = sitting("bob"), sitting("lena")
    case = _take_one(bob.go("/triage"))
    bob.go(f"/cases/{case}")
    lena.go(f"/cases/{case}")

    bob.page.keyboard.press("r")
    bob.page.keyboard.type("Bob is writing")
    expect(lena.page.get_by_text(re.compile("@?bob", re.IGNORECASE)).first).to_be_visible(
        timeout=_SOON
    )
    lena.page.keyboard.press("r")
    lena.page.keyboard.type("Lena answers first, and says sorry.")
    lena.page.locator("#composer").get_by_role("button", name="Send", exact=True).click()
    expect(lena.page.get_by_role("alert")).to_contain_text("@bob has this case", timeout=_SOON)

    # One of them is refused, in a sentence, and what she typed is still there.
    kept = lena.page.locator("#composer textarea[name=text]")
    expect(kept).to_have_value("Lena answers first, and says sorry.")


def test_a_matter_is_worked_on_a_phone(sitting: Callable[..., Watched]) -> None:
    lena = sitting("lena", size=PHONE)
    page = lena.go("/inbox")

    page.locator(".rows a.open").first.click()
    expect(page.locator("#composer")).to_be_attached(timeout=_SOON)

    # For a moment, while what is live is put in, it may stand out by a hair.
    page.wait_for_function(
        "wide => document.documentElement.scrollWidth <= wide", arg=PHONE[0], timeout=_SOON
    )
    assert page.locator(".turn.theirs blockquote").first.is_visible()
