from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from tests.builders import LATER, MONDAY_9, make_post
from tests.desk.steps import imported
from tests.people import signed_in
from tests.web.conftest import MISSING
from tests.web.looking import look

from answerback.desk import models

Queries = Callable[[int], AbstractContextManager[object]]

SAID = "@acme your kettle leaks all over the hob and nobody at the desk will say why"


def _campaign(people: int) -> int:
    """Import a complaint with that many copies, and return its case."""
    imported(
        make_post("first", author="ada", text=SAID),
        *(make_post(str(n), author=f"c{n}", text=f"RT @ada: {SAID}") for n in range(people)),
        make_post("noise", author="zoe", text="@acme it burns"),
    )
    return models.Case.objects.get(author_key="ada").pk


def test_the_card_says_how_many_say_the_same_and_leads_to_them() -> None:
    case = _campaign(1_201)

    page = look()

    assert len(page.all("li", class_="row")) == 2
    assert "×1,201 copies by 1,201 people" in page.words  # noqa: RUF001 - times
    assert [a["href"] for a in page.all("a", href=f"/cases/{case}/copies")] == [
        f"/cases/{case}/copies"
    ]
    assert MISSING not in page.source


def test_one_copy_is_one_copy() -> None:
    _campaign(1)

    assert "×1 copy by 1 person" in look().words  # noqa: RUF001 - times


def test_a_case_without_copies_says_nothing_of_them() -> None:
    _campaign(0)

    assert "cop" not in look().words


def test_the_pages_of_copies_show_each_once_and_what_they_copy() -> None:
    address: str | None = f"/cases/{_campaign(230)}/copies"

    sizes, words = [], ""
    while address is not None:
        page = look(address)
        assert (page.status, MISSING in page.source) == (200, False)
        sizes.append(len(page.all("p", class_="words")))
        words += page.words
        following = page.all("a", rel="next")
        address = f"{address.split('?')[0]}{following[0]['href']}" if following else None

    assert sizes == [100, 100, 30]
    assert all(f"@c{n} " in words for n in range(230))
    assert "×230 copies by 230 people" in words  # noqa: RUF001 - times
    assert "@ada" in words
    assert "zoe" not in words


def test_a_copy_that_was_answered_says_so() -> None:
    imported(
        make_post("1", author="ada", text=SAID),
        make_post("2", author="bob", text=SAID),
        make_post(
            "3", author="acme", text="@bob sorry", in_reply_to="2", created_at=MONDAY_9 + LATER
        ),
    )

    page = look(f"/cases/{models.Case.objects.get().pk}/copies")

    assert "@bob Mon 2 Mar 2026, 09:00 answered" in page.words


@pytest.mark.parametrize(
    ("address", "status"),
    [("/cases/99/copies", 404), ("/cases/x/copies", 404), ("/cases/{}/copies?after=x", 400)],
)
def test_an_address_that_names_nothing_is_refused(address: str, status: int) -> None:
    imported(make_post("1"))
    number = models.Case.objects.get().pk

    assert look(address.format(number)).status == status


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_of_copies_asks_the_same_number_of_questions(
    people: int, django_assert_num_queries: Queries
) -> None:
    case = _campaign(people)
    browser = signed_in()

    with django_assert_num_queries(8):  # who 3, may they, the case, its copies, their number
        browser.get(f"/cases/{case}/copies")
