"""The page of a case, worked by keys alone; and how it follows what happens elsewhere."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.builders import LATER, MONDAY_9, NEXT_DAY, make_post
from tests.desk.steps import imported, one_case
from tests.people import make_user, signed_in
from tests.web.scripts.conftest import Seat

from answerback.desk import models
from answerback.desk.operations.add_note import add_note
from answerback.desk.operations.assign_case import assign_case
from answerback.domain.records.post import Post

DRAFT = "form.composer[data-draft] textarea"


def _said(number: str, text: str, *, minutes: int) -> Post:
    at = MONDAY_9 + minutes * LATER
    return make_post(number, text=text, conversation_id="c", created_at=at)


@pytest.fixture
def case(_tables: None) -> models.Case:
    """Return Ada's case of two posts, which Olga has; Bob works here, too."""
    case = one_case(
        _said("1", "@acme my kettle leaks", minutes=0), _said("2", "@acme and it burns", minutes=5)
    )
    make_user("bob")
    make_user("olga")
    assign_case(case_id=case.pk, to="olga", by="olga", at=NEXT_DAY)
    return case


@pytest.fixture
def page(seat: Seat, case: models.Case) -> Page:
    """Return the page of the case before Olga."""
    return seat.open(f"/cases/{case.pk}", client=signed_in())


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def _happened(page: Page, case: models.Case, *, by: str = "bob") -> None:
    """Tell the page that something happened, as the stream would."""
    page.evaluate(
        "([number, by]) => document.dispatchEvent(new CustomEvent('live',"
        " {detail: {what: 'note_added', case: number, by}}))",
        [case.pk, by],
    )


def test_a_kind_is_corrected_by_two_keys(page: Page) -> None:
    _press(page, "k")
    expect(page.locator("details.correct[open]")).to_have_count(1)
    _press(page, "2")

    expect(page.locator(".turn.current .parts-told")).to_contain_text("question @olga")
    expect(page.locator(".toast")).to_contain_text("It learns from you")
    correction = models.Correction.objects.get()
    assert (correction.part, correction.said, correction.by) == ("kind", "question", "olga")


def test_a_digit_pressed_at_once_is_not_lost_while_the_menu_opens(page: Page) -> None:
    page.evaluate(
        "for (const key of ['k', '2']) (document.activeElement ?? document.body)"
        ".dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}))"
    )

    expect(page.locator(".turn.current .parts-told")).to_contain_text("question @olga")


def test_another_post_is_corrected_where_one_stands_in_it(page: Page) -> None:
    other = models.Post.objects.get(external_id="1").pk
    page.locator(f"#post-{other} footer a").focus()

    _press(page, "h")
    expect(page.locator(f"#post-{other} .heard summary").first).to_be_focused()
    _press(page, "m")
    expect(page.locator(f"#post-{other} details.correct[open]")).to_have_count(1)
    _press(page, "3")

    expect(page.locator(f"#post-{other} .parts-told")).to_contain_text("positive @olga")
    assert models.Correction.objects.get().post_id == other


def test_a_case_is_put_to_sleep_and_woken_by_keys(page: Page) -> None:
    _press(page, "z")
    expect(page.locator("#snooze-case")).to_be_visible()
    _press(page, "1")

    expect(page.locator("#case-head")).to_contain_text("asleep until")
    expect(page.locator("dialog[open]")).to_have_count(0)
    _press(page, "Z")
    expect(page.locator("#case-head")).not_to_contain_text("asleep until")


def test_a_case_is_closed_with_its_reason_and_reopened_by_keys(
    page: Page, case: models.Case
) -> None:
    _press(page, "c", "ArrowDown", "Control+Enter")

    expect(page.locator("#case-head")).to_contain_text("closed")
    case.refresh_from_db()
    assert (case.state, case.close_reason) == ("closed", "not_for_us")
    _press(page, "o")
    expect(page.locator("#case-head")).to_contain_text("assigned")


def test_a_refusal_leaves_the_dialog_as_it_was_typed(page: Page, case: models.Case) -> None:
    models.Case.objects.filter(pk=case.pk).update(
        state="closed", closed_at=NEXT_DAY, close_reason="spam"
    )

    _press(page, "c", "ArrowDown")
    page.locator("#wrap-up-note").fill("Seen by phone.")
    _press(page, "Control+Enter")

    expect(page.locator("#refusal")).to_contain_text("This case is closed (spam)")
    expect(page.locator("#close-case")).to_be_visible()
    expect(page.locator("#wrap-up-note")).to_have_value("Seen by phone.")


def test_a_note_is_written_and_its_field_is_empty_again(page: Page) -> None:
    _press(page, "n")
    page.keyboard.type("The valve, again.")
    page.locator("#note-form button").click()

    expect(page.locator("li.note")).to_contain_text("The valve, again.")
    expect(page.locator("#note-form textarea")).to_have_value("")


def test_ctrl_enter_in_a_note_keeps_the_note_and_sends_no_reply(page: Page) -> None:
    page.locator(DRAFT).fill("We are sorry")
    page.locator("#note-form textarea").fill("Do not send this yet.")

    _press(page, "Control+Enter")

    expect(page.locator("li.note")).to_contain_text("Do not send this yet.")
    expect(page.locator(DRAFT)).to_have_value("We are sorry")
    assert [reply.state for reply in models.Reply.objects.all()] in ([], ["draft"])


def test_what_a_colleague_does_is_shown_and_the_draft_keeps_its_words_and_the_focus(
    page: Page, case: models.Case
) -> None:
    page.locator(DRAFT).click()
    page.keyboard.type("We are sor")
    add_note(case_id=case.pk, text="I know this kettle.", by="bob", at=NEXT_DAY + LATER)

    _happened(page, case)

    expect(page.locator("li.note")).to_contain_text("I know this kettle.")
    page.keyboard.type("ry")
    expect(page.locator(DRAFT)).to_have_value("We are sorry")


def test_an_open_menu_waits_for_its_choice(page: Page, case: models.Case) -> None:
    _press(page, "k")
    expect(page.locator("details.correct[open]")).to_have_count(1)
    add_note(case_id=case.pk, text="I know this kettle.", by="bob", at=NEXT_DAY + LATER)

    _happened(page, case)
    page.wait_for_timeout(500)

    expect(page.locator("details.correct[open]")).to_have_count(1)
    _press(page, "Escape")
    expect(page.locator("li.note")).to_contain_text("I know this kettle.")


def test_what_was_opened_to_read_stays_open(page: Page, case: models.Case) -> None:
    page.locator(".turn.current .why-told summary").click()
    add_note(case_id=case.pk, text="I know this kettle.", by="bob", at=NEXT_DAY + LATER)

    _happened(page, case)

    expect(page.locator("li.note")).to_contain_text("I know this kettle.")
    expect(page.locator(".turn.current .why-told .why")).to_be_visible()


def test_a_new_post_comes_without_loading_the_page_again(page: Page, case: models.Case) -> None:
    imported(_said("3", "@acme it still leaks", minutes=9), fingerprint="more")

    _happened(page, case)

    expect(page.locator("#conversation")).to_contain_text("it still leaks")


def test_earlier_posts_come_above_and_stay_when_the_page_is_drawn_anew(seat: Seat) -> None:
    case = one_case(*(_said(f"{n}", f"@acme word {n}! leaks", minutes=n) for n in range(150)))
    page = seat.open(f"/cases/{case.pk}", client=signed_in())
    expect(page.locator("li.turn")).to_have_count(100)

    _press(page, "E")

    expect(page.locator("li.turn")).to_have_count(150)
    expect(page.locator("#earlier")).to_contain_text("word 0!")
    _happened(page, case)
    page.wait_for_timeout(600)
    expect(page.locator("li.turn")).to_have_count(150)


def test_opening_the_page_is_kept(page: Page, case: models.Case) -> None:
    expect(page.locator("#case-head")).to_be_visible()
    page.wait_for_timeout(300)

    event = models.Event.objects.get(what="case_read")
    assert (event.case_id, event.by) == (case.pk, "olga")
    assert event.at - case.opened_at > timedelta()
