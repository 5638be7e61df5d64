from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from tests.builders import MONDAY_9, make_post
from tests.desk.steps import imported

from answerback.desk.queries.inbox import NoSuchBrand, inbox

Queries = Callable[[int], AbstractContextManager[object]]


def test_the_inbox_holds_open_cases_in_triages_order_and_nothing_else() -> None:
    imported(
        make_post("1", author="ada", text="@acme where is it"),
        make_post("2", author="bob", text="@acme it leaks"),
        make_post("3", author="cleo", text="@acme it burns"),
        make_post("4", author="dan", text="@acme thanks"),  # noise: owes nothing
        make_post("5", author="eve", text="it leaks"),  # noise: not heard
        make_post("6", author="fay", text="@acme it leaks"),  # noise: answered
        make_post("7", author="acme", text="@fay sorry", in_reply_to="6"),
    )

    page = inbox(at=MONDAY_9 + timedelta(minutes=90))

    assert [(line.author, line.queue, line.why) for line in page.lines] == [
        ("cleo", "safety", ("It says 'burns'.",)),
        ("bob", "repairs", ("It says 'leaks'.",)),
        ("ada", "shop", ("It says 'where'.",)),
    ]
    assert (page.open, page.overdue, page.more) == (3, 1, None)


def test_one_queue_shows_its_own_cases() -> None:
    imported(
        make_post("1", author="ada", text="@acme where is it"),
        make_post("2", author="bob", text="@acme it leaks"),
    )

    page = inbox(at=MONDAY_9, queue="repairs")

    assert [line.author for line in page.lines] == ["bob"]
    assert page.open == 1


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_together_show_every_case_once(limit: int) -> None:
    texts = ("@acme it leaks", "@acme it burns", "@acme where is it")
    imported(*(make_post(str(n), author=f"a{n}", text=texts[n % 3]) for n in range(7)))
    whole = [line.case_id for line in inbox(at=MONDAY_9).lines]

    seen: list[int] = []
    page = inbox(at=MONDAY_9, limit=limit)
    while True:
        seen += [line.case_id for line in page.lines]
        if page.more is None:
            break
        page = inbox(at=MONDAY_9, limit=limit, after=page.more)

    assert seen == whole
    assert len(whole) == 7


def test_an_unknown_brand_is_refused_with_the_known_ones() -> None:
    imported(make_post("1"))

    with pytest.raises(NoSuchBrand, match="no brand 'Acne' here.*were imported: 'Acme'"):
        inbox(at=MONDAY_9, brand="Acne")


@pytest.mark.parametrize("cases", [1, 3])
def test_the_inbox_asks_the_same_number_of_questions(
    cases: int, django_assert_num_queries: Queries
) -> None:
    imported(*(make_post(str(n), author=f"a{n}") for n in range(cases)))

    with django_assert_num_queries(4):  # brand, counts, lines, copies
        page = inbox(at=MONDAY_9, brand="Acme")

    assert len(page.lines) == cases
