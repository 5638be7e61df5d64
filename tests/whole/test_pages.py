"""Every page, in both themes and on a phone; the address book says which there are."""

import pytest
from tests.whole.conftest import Opening
from tests.whole.routes import PAGES
from tests.whole.watching import PHONE, WIDE, faults_of


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_no_fault_in_either_theme_and_fits_on_a_phone(
    address: str, open_page: Opening
) -> None:
    seen = open_page()
    page = seen.go(address)
    if not page.title():
        pytest.skip("is a part of a page, and is looked at with it")
    assert seen.status == 200

    light = faults_of(page)
    page.emulate_media(color_scheme="dark")
    dark = faults_of(page)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})

    assert (light, dark) == ([], [])
    assert wide <= PHONE[0]
