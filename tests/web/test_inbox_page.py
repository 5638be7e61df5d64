"""The list: which cases, in which order, and why each stands where it stands."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client
from tests.builders import MONDAY_9, make_post
from tests.desk.steps import Imported, imported
from tests.people import make_brand, make_user, signed_in
from tests.web.conftest import MISSING
from tests.web.looking import NOON, Page, look

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.domain.records.role import Role

Queries = Callable[[int], AbstractContextManager[object]]

LEAKS, BURNS, WHERE = "@acme it leaks", "@acme it burns", "@acme where is it"


def _order(page: Page, *authors: str) -> list[str]:
    places = {author: page.words.find(f"@{author} archive") for author in authors}
    return sorted((a for a, place in places.items() if place >= 0), key=places.__getitem__)


def _rows(page: Page) -> list[str]:
    return [str(row["class"]) for row in page.all("li", class_="row")]


def _case(author: str) -> models.Case:
    return models.Case.objects.get(author_key=author)


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
    assert len(_rows(page)) == 3
    assert MISSING not in page.source


def test_cases_of_a_brand_where_one_has_no_seat_are_not_shown_and_not_counted() -> None:
    _three()
    make_brand("Umbra")
    make_user("bob", brand="Umbra", role=Role.OWNER)
    browser = Client()
    browser.force_login(models.User.objects.get(handle="bob"))

    page = browser.get("/inbox").content.decode()

    assert "Nothing waits for an answer." in page
    assert "@ada" not in page
    assert 'class="count' not in page


def test_a_deadline_is_told_by_a_word_and_not_by_colour_alone() -> None:
    _three()

    page = look(at=MONDAY_9 + timedelta(minutes=100))

    assert _rows(page) == [
        "row overdue",  # burns: an hour
        "row at-risk",  # leaks: two hours
        "row in-time",  # where: eight hours
    ]
    assert "Overdue, 40 min late since 10:00" in page.words
    assert "At risk, 20 min left by 11:00" in page.words
    assert "In time, 6 h left by 17:00" in page.words


def test_a_post_without_a_clock_has_no_deadline() -> None:
    imported(make_post("1", author="ada", text=LEAKS, created_at_assumed=True))

    page = look()

    assert _rows(page) == ["row no-deadline"]
    assert "No deadline" in page.words


def test_a_row_tells_kind_queue_mood_and_why_it_stands_there() -> None:
    imported(make_post("1", author="ada", text=LEAKS))

    page = look()

    assert "complaint negative queue repairs" in page.words
    assert "It says 'leaks'." in page.words


def test_a_row_begins_a_long_post_and_the_whole_stays_in_the_database() -> None:
    imported(make_post("1", author="ada", text="@acme it leaks " + "and leaks " * 60))

    page = look()

    assert page.words.count("and leaks") < 20
    assert "…" in page.words


def test_a_look_at_a_case_shows_the_whole_post_its_reasons_and_its_priority() -> None:
    text = "@acme it leaks " + "and leaks " * 60
    imported(make_post("1", author="ada", text=text))

    page = look(f"/cases/{_case('ada').pk}/peek")

    assert text.strip() in page.source
    assert "It says 'leaks'." in page.words
    assert ">priority</th><td>0.50<" in page.source
    assert [(r["x"], r["width"]) for r in page.all("rect", class_="urgency") if "x" in r] == [
        ("0.00", "50.00")
    ]


@pytest.mark.parametrize(
    ("asked", "authors"),
    [
        ("queue=repairs", ["bob"]),
        ("kind=question", ["ada"]),
        ("owner=bob", ["bob"]),
        ("owner=me", ["cleo"]),
        ("owner=nobody", ["ada"]),
        ("state=assigned", ["cleo", "bob"]),
        ("overdue=1", ["cleo", "bob"]),
        ("brand=Acme&kind=complaint", ["cleo", "bob"]),
        ("channel=archive", ["cleo", "bob", "ada"]),
        ("language=en&sentiment=negative", ["cleo", "bob", "ada"]),
        ("language=de", []),
        ("silent=2", ["cleo", "bob", "ada"]),
        ("silent=4", []),
        ("tag=urgent", ["bob"]),
        ("snoozed=1", []),
    ],
)
def test_each_filter_shows_its_own_cases_in_triages_order(asked: str, authors: list[str]) -> None:
    _three()
    make_user("bob")
    make_user("olga", role=Role.OWNER)
    assign_case(case_id=_case("bob").pk, to="bob", by="bob", at=NOON)
    assign_case(case_id=_case("cleo").pk, to="olga", by="olga", at=NOON)
    models.CaseTag.objects.create(case=_case("bob"), tag="urgent")

    page = look(f"/inbox?{asked}")

    assert _order(page, "ada", "bob", "cleo") == authors


def test_a_snoozed_case_is_hidden_until_it_wakes_or_is_asked_for() -> None:
    _three()
    models.Case.objects.filter(author_key="bob").update(snoozed_until=NOON + timedelta(hours=1))

    assert _order(look(), "ada", "bob", "cleo") == ["cleo", "ada"]
    assert _order(look("/inbox?snoozed=1"), "ada", "bob", "cleo") == ["bob"]
    assert len(_order(look(at=NOON + timedelta(hours=1)), "ada", "bob", "cleo")) == 3


def test_closed_cases_come_with_their_reason() -> None:
    _three()

    page = look("/inbox?state=closed")

    assert _order(page, "ada", "bob", "cleo", "fay") == ["fay"]
    assert "answered elsewhere" in page.words


def test_the_views_count_their_cases() -> None:
    _three()
    make_user("olga", role=Role.OWNER)
    assign_case(case_id=_case("cleo").pk, to="olga", by="olga", at=NOON)

    page = look()

    assert (
        "Mine 1 Unassigned 2 Overdue 2 overdue Needs approval Snoozed Silent for 24 h All open 3"
        in page.words
    )


def test_the_view_that_is_looked_at_is_marked_and_gives_the_page_its_name() -> None:
    page = look("/inbox?owner=me")

    assert [a["href"] for a in page.all("a", **{"aria-current": "page"})] == [
        "/inbox",  # the place in the house
        "/inbox?owner=me",
    ]
    assert "<title>Mine · Inbox · Answerback</title>" in page.source


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        ("brand=Acne", 409, "There is no brand 'Acne' here. Brands that you may see: 'Acme'."),
        ("kind=rant", 409, "There is no kind 'rant'. There are: complaint, question,"),
        ("state=lost", 409, "There is no state 'lost'. There are: new, assigned,"),
        ("owner=zoe", 409, "Nobody here is 'zoe'. Owners that can be asked for: me, nobody, olga."),
        ("silent=x", 400, "'silent=x' is no number of hours. Write 1 to 8784, for example"),
        ("silent=0", 400, "'silent=0' is no number of hours."),
        ("overdue=yes", 400, "'overdue=yes' is not understood. Write overdue=1, or leave it out."),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(
    asked: str, status: int, sentence: str
) -> None:
    imported(make_post("1"))

    page = look(f"/inbox?{asked}")

    assert page.status == status
    assert sentence in page.words


def test_the_brand_of_others_is_refused_as_one_that_is_not_there() -> None:
    imported(make_post("1"))
    browser = signed_in()
    make_brand("Umbra")

    page = browser.get("/inbox?brand=Umbra")

    assert page.status_code == 409
    assert "There is no brand &#x27;Umbra&#x27; here." in page.content.decode()


def test_a_queue_in_which_nothing_waits_says_so_and_can_be_left() -> None:
    _three()

    page = look("/inbox?queue=garden")

    assert _rows(page) == []
    assert "Nothing waits for an answer here." in page.words
    assert [o["value"] for o in page.all("option") if "selected" in o] == ["garden"]
    assert "Without garden" in page.words


def test_before_anything_was_fetched_the_page_says_so() -> None:
    assert "Nothing waits for an answer." in look().words


def test_the_pages_together_show_every_case_once() -> None:
    texts = (LEAKS, BURNS, WHERE)
    imported(*(make_post(str(n), author=f"a{n}", text=texts[n % 3]) for n in range(103)))

    seen: list[str] = []
    sizes: list[int] = []
    address: str | None = "/inbox?brand=Acme"
    while address is not None:
        page = look(address)
        rows = [str(row["id"]) for row in page.all("li", class_="row")]
        sizes.append(len(rows))
        seen += rows
        following = page.all("a", rel="next")
        address = f"/inbox{following[0]['href']}" if following else None

    assert sizes == [50, 50, 3]
    assert len(set(seen)) == 103


def test_rows_asked_for_again_say_whether_they_still_fit_the_view() -> None:
    _three()
    make_user("bob")
    assign_case(case_id=_case("bob").pk, to="bob", by="bob", at=NOON)
    numbers = "&".join(f"case={_case(author).pk}" for author in ("ada", "bob"))

    page = look(f"/inbox/rows?owner=nobody&{numbers}")

    assert sorted(_rows(page)) == ["row in-time", "row overdue gone"]
    assert "not in this view any more" in page.words


def test_rows_of_other_brands_are_not_given_out() -> None:
    imported(make_post("1"))
    make_brand("Umbra")
    make_user("bob", brand="Umbra", role=Role.OWNER)
    browser = Client()
    browser.force_login(models.User.objects.get(handle="bob"))

    answer = browser.get(f"/inbox/rows?case={models.Case.objects.get().pk}")

    assert answer.content.decode().strip() == ""


@pytest.mark.parametrize("cases", [1, 3])
@pytest.mark.parametrize("address", ["/inbox", "/inbox?brand=Acme&queue=repairs"])
def test_the_page_asks_the_database_the_same_number_of_questions(
    cases: int, address: str, django_assert_num_queries: Queries
) -> None:
    imported(*(make_post(str(n), author=f"a{n}") for n in range(cases)))
    browser = signed_in()

    # who 3, words 3, views 1, counts 2, cases 4, notices 1, troubles 8
    with django_assert_num_queries(23):
        page = browser.get(address).content.decode()

    assert page.count("data-case=") == cases


def test_within_seconds_the_counts_and_words_are_not_asked_again(
    django_assert_num_queries: Queries,
) -> None:
    imported(make_post("1"))
    browser = signed_in()
    browser.get("/inbox")

    with django_assert_num_queries(9):
        browser.get("/inbox")


def test_without_at_the_page_pretends_nothing(client: Client) -> None:
    assert "As if it were" not in client.get("/inbox").content.decode()
    assert "As if it were" in look().words


def test_a_browser_cannot_pretend_another_moment(client: Client) -> None:
    page = client.get(
        "/inbox", headers={"answerback.at": "2001-01-01T00:00+00:00"}
    ).content.decode()

    assert "As if it were" not in page


def test_what_is_new_is_counted_only_where_it_belongs() -> None:
    _three()
    numbers = "&".join(f"case={_case(author).pk}" for author in ("ada", "bob", "cleo"))

    assert "3 new cases belong here." in look(f"/inbox/news?{numbers}").words
    assert "1 new case belongs here." in look(f"/inbox/news?queue=shop&{numbers}").words
    assert look(f"/inbox/news?queue=garden&{numbers}").words == ""


def test_cases_that_are_no_numbers_are_refused() -> None:
    assert look("/inbox/rows?case=1%20OR%201").status == 400
    assert look("/inbox/rows?" + "&".join(["case=1"] * 201)).status == 400
