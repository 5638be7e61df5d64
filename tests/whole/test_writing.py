"""Writing in a real browser: nothing typed is lost, and what was sent can be undone."""

from playwright.sync_api import Locator, Page, expect
from tests.whole.conftest import Opening
from tests.whole.served import Served, inside

from answerback.desk import models


def _address(served: Served, author: str) -> str:
    with inside(served.folder):
        return f"/cases/{models.Case.objects.get(author_key=author).pk}"


def _field(page: Page) -> Locator:
    return page.locator("#composer textarea")


def _typed(page: Page, text: str) -> None:
    """Type, and wait until the server has it."""
    with page.expect_response(lambda answer: answer.url.endswith("/draft")):
        _field(page).fill(text)


def test_a_draft_outlives_leaving_the_page_at_once(open_page: Opening, served: Served) -> None:
    address, seen = _address(served, "person20"), open_page()

    _field(seen.go(address)).fill("typed and left in the same moment")
    seen.go("/inbox")

    expect(_field(seen.go(address))).to_have_value("typed and left in the same moment")


def test_a_draft_outlives_a_line_that_is_dead(open_page: Opening, served: Served) -> None:
    address, seen = _address(served, "person21"), open_page()
    page = seen.go(address)
    _typed(page, "kept by the server")

    page.route("**/draft", lambda route: route.abort())
    _field(page).fill("kept by this machine")
    page.wait_for_timeout(800)
    page.unroute("**/draft")

    expect(_field(seen.go(address))).to_have_value("kept by this machine")
    seen.complaints.clear()  # the dead line was complained of


def test_two_tabs_of_one_person_show_both_texts(open_page: Opening, served: Served) -> None:
    address, seen = _address(served, "person22"), open_page()
    first = seen.go(address)
    second = seen.another_page()
    second.goto(f"{seen.url}{address}")

    _typed(first, "from the first tab")
    _typed(second, "from the second tab")

    expect(second.locator("#composer .kept").first).to_have_text("from the first tab")
    expect(_field(second)).to_have_value("from the second tab")


def test_a_reply_is_sent_by_keys_counts_down_and_is_taken_back(
    open_page: Opening, served: Served
) -> None:
    seen = open_page("lena")
    page = seen.go(_address(served, "person23"))

    _typed(page, "We look into it.")
    _field(page).press("Control+Enter")
    expect(page.locator("[data-countdown]")).to_be_visible()
    page.locator("body").press("U")

    expect(_field(page)).to_have_value("We look into it.")
