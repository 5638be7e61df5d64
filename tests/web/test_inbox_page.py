from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from tests.builders import ACME, MONDAY_9, NEXT_DAY, make_post
from tests.desk.steps import Imported, imported
from tests.people import signed_in
from tests.web.conftest import MISSING
from tests.web.looking import Page, look

from answerback.desk import models
from answerback.desk.operations.open_source import Stream, open_source

Queries = Callable[[int], AbstractContextManager[object]]

LEAKS, BURNS, WHERE = "@acme it leaks", "@acme it burns", "@acme where is it"


def _order(page: Page, *authors: str) -> list[str]:
    return sorted((a for a in authors if f"@{a} on" in page.words), key=page.words.index)


def _three() -> Imported:
    return imported(
        make_post("1", author="ada", text=WHERE),
        make_post("2", author="bob", text=LEAKS),
        make_post("3", author="cleo", text=BURNS),
        make_post("4", author="dan", text="@acme thanks"),  # noise: owes nothing
        make_post("5", author="eve", text="it leaks"),  # noise: not heard
        make_post("6", author="fay", text=LEAKS),  # noise: answered
        make_post("7", author="acme", text="@fay sorry", in_reply_to="6"),
    )


def test_the_page_shows_open_cases_in_triages_order_and_nothing_else() -> None:
    _three()

    page = look()

    assert _order(page, "ada", "bob", "cleo", "dan", "eve", "fay", "acme") == ["cleo", "bob", "ada"]
    assert len(page.all("article")) == 3
    assert MISSING not in page.source


def test_the_tiles_say_how_much_is_open_and_overdue_and_where_every_post_went() -> None:
    _three()

    page = look()

    assert "Open 3 cases wait for an answer" in page.words
    assert "Overdue 2 should have had one by now" in page.words
    assert "fetched 7 stored 5 duplicate 0 discarded 2 failed 0 Balances" in page.words


def test_a_deadline_is_told_by_a_word_and_not_by_colour_alone() -> None:
    _three()

    page = look(at=MONDAY_9 + timedelta(minutes=100))

    assert [a["class"] for a in page.all("article")] == [
        "case overdue",  # burns: an hour
        "case at-risk",  # leaks: two hours
        "case in-time",  # where: eight hours
    ]
    assert "Overdue 40 minutes late answer by Mon 2 Mar, 10:00" in page.words
    assert "At risk 20 minutes left answer by Mon 2 Mar, 11:00" in page.words
    assert "In time 6 hours left answer by Mon 2 Mar, 17:00" in page.words


def test_a_post_without_a_clock_has_no_deadline() -> None:
    imported(make_post("1", author="ada", text=LEAKS, created_at_assumed=True))

    page = look()

    assert [a["class"] for a in page.all("article")] == ["case no-deadline"]
    assert "No deadline" in page.words


def test_a_case_tells_its_kind_queue_priority_and_why() -> None:
    imported(make_post("1", author="ada", text=LEAKS))

    page = look()

    assert "complaint queue repairs" in page.words
    assert "It says 'leaks'." in page.words
    assert "priority 0.50" in page.words
    assert [(r["x"], r["width"]) for r in page.all("rect", class_="urgency") if "x" in r] == [
        ("0.00", "50.00")
    ]


def test_a_long_post_is_begun_on_the_card_and_whole_within() -> None:
    text = "@acme it leaks " + "and leaks " * 60
    imported(make_post("1", author="ada", text=text))

    page = look()

    assert page.words.count("and leaks and leaks") > 1
    assert text.strip() in page.source
    assert "…" in page.words


def test_one_queue_shows_its_own_cases_and_names_the_others() -> None:
    _three()

    page = look("/inbox?queue=repairs")

    assert _order(page, "ada", "bob", "cleo") == ["bob"]
    assert "Open 1 " in page.words
    assert [o.get("value") for o in page.all("option")] == [
        *("", None),
        *("", "repairs", "safety", "shop"),
    ]
    assert [o["value"] for o in page.all("option") if "selected" in o] == ["repairs"]
    assert "All queues repairs (1) safety (1) shop (1)" in page.words


def test_a_queue_in_which_nothing_waits_says_so() -> None:
    _three()

    page = look("/inbox?queue=garden")

    assert page.all("article") == []
    assert "Nothing waits for an answer here." in page.words
    assert [o["value"] for o in page.all("option") if "selected" in o] == ["garden"]


def test_one_brand_shows_its_own_cases() -> None:
    _three()
    bolt = replace(ACME, name="Bolt & Sons")
    open_source(
        brand=bolt, stream=Stream(channel="archive", name="b.jsonl", fingerprint="b"), at=NEXT_DAY
    )

    mine, theirs = look("/inbox?brand=Acme"), look("/inbox?brand=Bolt+%26+Sons")

    assert _order(mine, "ada", "bob", "cleo") == ["cleo", "bob", "ada"]
    assert theirs.all("article") == []
    assert MISSING not in mine.source


def test_before_anything_was_fetched_the_page_says_so() -> None:
    page = look()

    assert "Nothing waits for an answer." in page.words
    assert "Nothing has been fetched yet." in page.words


def test_the_pages_together_show_every_case_once() -> None:
    texts = (LEAKS, BURNS, WHERE)
    imported(*(make_post(str(n), author=f"a{n}", text=texts[n % 3]) for n in range(53)))

    seen: list[str] = []
    sizes: list[int] = []
    address: str | None = "/inbox?brand=Acme"
    while address is not None:
        page = look(address)
        sizes.append(len(page.all("article")))
        seen += [str(a["aria-labelledby"]) for a in page.all("article")]
        following = page.all("a", rel="next")
        address = f"/inbox{following[0]['href']}" if following else None

    assert sizes == [25, 25, 3]
    assert len(set(seen)) == 53


def test_a_ledger_that_does_not_balance_is_an_alarm() -> None:
    imported(make_post("1", text=LEAKS), make_post("2", text="lovely weather"))
    models.Mention.objects.filter(post__external_id="2").delete()
    models.Post.objects.filter(external_id="2").delete()

    page = look()

    assert "Does not balance posts.jsonl: the ledger tells of 2 posts kept" in page.words
    assert [a["class"] for a in page.all("section", class_="ledger")] == ["tile ledger overdue"]


@pytest.mark.parametrize("cases", [1, 3])
@pytest.mark.parametrize(
    ("address", "questions"), [("/inbox", 11), ("/inbox?brand=Acme&queue=repairs", 12)]
)
def test_the_page_asks_the_database_the_same_number_of_questions(
    cases: int, address: str, questions: int, django_assert_num_queries: Queries
) -> None:
    imported(*(make_post(str(n), author=f"a{n}") for n in range(cases)))

    browser = signed_in()

    with django_assert_num_queries(questions):  # who 3, inbox 3 (brand: 4), ledger 4, queues 1
        page = browser.get(address).content.decode()

    assert page.count("<article") == cases


def test_without_at_the_page_tells_of_this_moment(client: Client) -> None:
    page = client.get("/inbox").content.decode()

    assert "As of" in page
    assert "As if it were" not in page


def test_a_browser_cannot_pretend_another_moment(client: Client) -> None:
    page = client.get(
        "/inbox", headers={"answerback.at": "2001-01-01T00:00+00:00"}
    ).content.decode()

    assert "As if it were" not in page
