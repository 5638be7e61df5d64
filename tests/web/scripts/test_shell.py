"""The frame of every page, as a hand on a keyboard meets it."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.people import make_user, signed_in
from tests.web.scripts.conftest import NARROWEST, PHONE, Seat

ON = "document.activeElement"


def _picked(page: Page) -> list[bool]:
    boxes = page.locator(".pick input")
    return [boxes.nth(number).is_checked() for number in range(boxes.count())]


def test_the_list_of_keys_opens_and_escape_gives_the_focus_back(patterns: Page) -> None:
    patterns.locator("[data-key=r]").focus()
    patterns.keyboard.press("Escape")

    patterns.keyboard.press("?")

    expect(patterns.locator("#keys")).to_be_visible()
    expect(patterns.locator("#keys dt").filter(has_text="Next case")).to_be_visible()
    patterns.keyboard.press("Escape")
    expect(patterns.locator("#keys")).to_be_hidden()


def test_keys_rest_while_somebody_writes(patterns: Page) -> None:
    patterns.keyboard.press("/")
    patterns.keyboard.type("j?x")

    expect(patterns.locator("[name=q]")).to_have_value("j?x")
    expect(patterns.locator("#keys")).to_be_hidden()
    assert _picked(patterns) == [False, False, True, False]
    patterns.keyboard.press("Escape")
    assert patterns.evaluate(f"{ON}.tagName") == "BODY"


def test_rows_are_walked_and_picked_by_keys(patterns: Page) -> None:
    for key in "jjkx":
        patterns.keyboard.press(key)

    assert _picked(patterns) == [True, False, True, False]
    assert patterns.evaluate(f"{ON}.closest('.row').querySelector('.author').textContent") == (
        "@quietly_furious"
    )


def test_two_keys_after_one_another_lead_to_a_page(patterns: Page) -> None:
    patterns.keyboard.press("g")
    patterns.keyboard.press("i")

    patterns.wait_for_url("**/inbox")


def test_keys_without_ctrl_can_be_switched_off_for_good(patterns: Page) -> None:
    patterns.keyboard.press("?")
    patterns.locator("[data-keys-switch]").click()
    patterns.keyboard.press("Escape")
    patterns.reload()

    patterns.keyboard.press("j")
    patterns.keyboard.press("x")
    assert _picked(patterns) == [False, False, True, False]
    patterns.keyboard.press("Control+k")
    expect(patterns.locator("#palette")).to_be_visible()


def test_the_palette_finds_by_part_of_a_name_and_does_it(patterns: Page) -> None:
    patterns.keyboard.press("Control+k")
    patterns.keyboard.type("key all")

    expect(patterns.locator("#palette [role=option]")).to_have_count(1)
    patterns.keyboard.press("Enter")
    expect(patterns.locator("#palette")).to_be_hidden()
    expect(patterns.locator("#keys")).to_be_visible()


def test_the_palette_says_so_when_nothing_has_that_name(patterns: Page) -> None:
    patterns.keyboard.press("Control+k")
    patterns.keyboard.type("kettle")

    expect(patterns.locator("#palette .nothing-found")).to_be_visible()


def test_a_theme_is_chosen_and_the_server_draws_the_next_page_in_it(patterns: Page) -> None:
    patterns.locator(".tools summary").click()
    patterns.locator("[data-theme-choice=dark]").click()

    answer = patterns.goto("/inbox")

    assert answer is not None
    assert 'data-theme="dark"' in answer.text()
    patterns.locator(".tools summary").click()
    patterns.locator("[data-theme-choice=system]").click()
    answer = patterns.reload()
    assert answer is not None
    assert "data-theme=" not in answer.text().split("<head>")[0]


def test_a_menu_is_walked_by_arrows_and_escape_leads_back(patterns: Page) -> None:
    menu = patterns.locator(".toolbar .menu")
    menu.locator("summary").focus()
    patterns.keyboard.press("Enter")
    patterns.keyboard.press("ArrowDown")

    assert patterns.evaluate(f"{ON}.textContent") == "Transfer"
    patterns.keyboard.press("Escape")
    expect(menu.locator(".panel")).to_be_hidden()
    assert patterns.evaluate(f"{ON}.tagName") == "SUMMARY"


def test_a_key_that_opens_a_menu_leads_into_it(seat: Seat) -> None:
    page = seat.open("/inbox", client=signed_in())

    page.keyboard.press("f")

    assert page.evaluate(f"{ON}.closest('.panel') !== null")


def test_only_one_menu_is_open(patterns: Page) -> None:
    patterns.locator(".toolbar .menu summary").click()
    patterns.locator(".tools .menu summary").click()

    expect(patterns.locator("details.menu[open]")).to_have_count(1)


def test_a_dialog_closes_and_the_focus_returns_to_its_button(patterns: Page) -> None:
    patterns.locator("[data-dialog=p-dialog]").click()
    expect(patterns.locator("#p-dialog")).to_be_visible()

    patterns.locator("#p-dialog [data-close]").click()

    assert patterns.evaluate(f"{ON}.dataset.dialog") == "p-dialog"


def test_the_first_tab_skips_to_the_content(patterns: Page) -> None:
    patterns.keyboard.press("Tab")
    patterns.keyboard.press("Enter")

    assert patterns.evaluate(f"{ON}.id") == "main"


def test_on_a_phone_the_views_are_a_sheet(seat: Seat) -> None:
    page = seat.open("/patterns", client=signed_in(), width=PHONE)
    expect(page.locator("#rail")).to_be_hidden()

    page.locator(".rail-opener").click()

    expect(page.locator("#rail a").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#rail")).to_be_hidden()


def test_without_scripts_a_menu_opens_all_the_same(seat: Seat) -> None:
    page = seat.open("/patterns", client=signed_in())
    page.route("**/*.js", lambda route: route.abort())
    page.reload()

    page.locator(".toolbar .menu summary").click()

    expect(page.locator(".toolbar .menu .panel")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("width", [NARROWEST, PHONE])
def test_the_foot_of_a_phone_shows_every_word_whole(seat: Seat, width: int, language: str) -> None:
    client = signed_in()
    user = make_user("olga", role=None)
    user.language = language
    user.save(update_fields=["language"])

    page = seat.open("/inbox", client=client, width=width)

    nav = page.locator(".nav")
    assert nav.evaluate("one => [one.scrollWidth <= one.clientWidth, one.clientWidth]") == [
        True,
        width,
    ]
    words = nav.locator("a span:visible").filter(has_text=re.compile(r"\w"))
    assert [word for word in words.all_inner_texts() if word.strip()] != []
    for place in nav.locator("a").all():
        box = place.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
