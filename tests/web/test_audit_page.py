from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from tests.builders import MONDAY_9
from tests.people import make_brand, signed_in
from tests.web.conftest import MISSING
from tests.web.looking import Page

from answerback.desk.operations.write_audit import Deed, write_audit
from answerback.desk.operations.write_sign_in import AtTheDoor
from answerback.domain.records.role import RIGHTS, Right, Role
from answerback.web.deeds import DEEDS

Queries = Callable[[int], AbstractContextManager[object]]


def _did(*whats: str, by: str = "olga") -> None:
    brand = make_brand().pk
    deeds = [
        Deed(what=what, by=by, brand_id=brand, about="case:1", particulars={"to": "closed"})
        for what in whats
    ]
    write_audit(deeds=deeds, at=MONDAY_9)


def _page(browser: Client, address: str = "/manage/audit") -> Page:
    answer = browser.get(address)
    return Page(status=answer.status_code, source=answer.content.decode())


def test_the_page_says_who_did_what_to_what(client: Client) -> None:
    _did("case_closed")

    page = _page(client)

    assert page.status == 200
    assert "@olga Case closed case:1 Acme to: closed" in page.words
    assert MISSING not in page.source


def test_the_filters_and_the_pages_work_together(client: Client) -> None:
    _did(*["case_closed"] * 60, *["case_read"] * 60)

    page = _page(client, "/manage/audit?what=case_closed&person=@olga")
    (following,) = [link["href"] for link in page.all("a", rel="next")]
    last = _page(client, f"/manage/audit{following}")

    assert [len(one.all("tr")) - 1 for one in (page, last)] == [50, 10]


@pytest.mark.parametrize("entries", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    entries: int, client: Client, django_assert_num_queries: Queries
) -> None:
    _did(*["case_closed"] * entries)

    with django_assert_num_queries(6):  # session, user, seats, notices; two of the page
        client.get("/manage/audit")


@pytest.mark.parametrize("role", list(Role))
def test_the_log_opens_to_the_roles_that_have_the_right(role: Role) -> None:
    status = signed_in("ada", role=role).get("/manage/audit").status_code

    assert status == (200 if Right.AUDIT in RIGHTS[role] else 403)


@pytest.mark.parametrize(
    ("asked", "status"),
    [("before=x", 400), ("brand=x", 400), ("brand=999", 404), ("person=%00", 200), ("what=é", 200)],
)
def test_an_odd_question_is_answered(asked: str, status: int, client: Client) -> None:
    make_brand()

    assert client.get(f"/manage/audit?{asked}").status_code == status


def test_what_happens_at_the_door_has_words() -> None:
    assert set(AtTheDoor) <= set(DEEDS)
