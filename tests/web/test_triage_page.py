"""Triage: one case at a time, one key a verdict."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client
from tests.builders import MONDAY_9, make_post
from tests.desk.steps import imported
from tests.people import make_brand, make_user, signed_in
from tests.web.conftest import MISSING

from answerback.desk import models
from answerback.domain.records.role import Role

Queries = Callable[[int], AbstractContextManager[object]]


def _cases(count: int = 3) -> list[int]:
    imported(
        *(
            make_post(str(n), author=f"a{n}", created_at=MONDAY_9 + timedelta(minutes=n))
            for n in range(count)
        )
    )
    return list(models.Case.objects.order_by("turn").values_list("pk", flat=True))


def _ada() -> Client:
    return signed_in("ada", role=Role.AGENT)


def _said(browser: Client, address: str, **told: object) -> str:
    answer = browser.post(address, told)
    page = answer.content.decode()
    assert answer.status_code == 200, page
    assert MISSING not in page
    return " ".join(page.split())


def test_without_a_batch_the_page_says_how_many_wait() -> None:
    _cases()

    page = _ada().get("/triage").content.decode()

    assert "3 cases wait for somebody" in page
    assert "Give me 25" in page


def test_a_batch_is_sorted_one_by_one_with_a_line_of_progress() -> None:
    cases, ada = _cases(), _ada()

    first = _said(ada, "/triage/batch")
    second = _said(ada, "/triage/verdict", case=cases[0], act="close:spam")
    third = _said(ada, "/triage/verdict", case=cases[1], act="assign:me")
    end = _said(ada, "/triage/verdict", case=cases[2], act="close:not_for_us")

    assert ["1 of 3" in first, "2 of 3" in second, "3 of 3" in third] == [True] * 3
    assert ["@a0" in first, "@a1" in second, "@a2" in third] == [True] * 3
    assert "Nothing waits for somebody." in end
    assert list(models.Case.objects.order_by("turn").values_list("state", "owner")) == [
        ("closed", None),
        ("assigned", "ada"),
        ("closed", None),
    ]


def test_the_queues_offered_are_the_brands_own_though_no_case_be_in_them() -> None:
    cases, ada = _cases(1), _ada()
    umbra = make_brand("Umbra")
    models.Team.objects.create(brand=umbra, name="Far", queues=["umbras-own"])

    page = _said(ada, "/triage/batch")
    _said(ada, "/triage/verdict", case=cases[0], act="queue:escalations")

    assert 'value="queue:escalations"' in page
    assert "umbras-own" not in page
    assert models.Case.objects.get().queue == "escalations"


def test_a_case_passed_over_comes_again_at_the_end() -> None:
    cases, ada = _cases(2), _ada()
    _said(ada, "/triage/batch")

    assert "@a1" in _said(ada, "/triage/passing", case=cases[0])
    assert "@a0" in _said(ada, "/triage/verdict", case=cases[1], act="close:spam")


def test_the_last_verdict_is_undone_and_its_case_shown_again() -> None:
    cases, ada = _cases(2), _ada()
    _said(ada, "/triage/batch")
    _said(ada, "/triage/verdict", case=cases[0], act="close:spam")

    page = _said(ada, "/triage/undo")

    assert "@a0" in page
    assert "1 of 2" in page
    assert set(models.Case.objects.values_list("state", flat=True)) == {"new"}
    assert ada.post("/triage/undo").status_code == 409


def test_a_correction_teaches_and_the_case_stays_before_one() -> None:
    cases, ada = _cases(2), _ada()
    _said(ada, "/triage/batch")

    page = _said(ada, "/triage/correction", case=cases[0], part="kind", said="question")

    assert "@a0" in page
    assert list(models.Correction.objects.values_list("part", "said", "by")) == [
        ("kind", "question", "ada")
    ]


def test_two_people_are_handed_different_cases_and_who_leaves_gives_theirs_back() -> None:
    _cases(3)
    ada, bob = _ada(), signed_in("bob", role=Role.AGENT)
    _said(ada, "/triage/batch")

    none = _said(bob, "/triage/batch")
    ada.post("/triage/leaving")
    three = _said(bob, "/triage/batch")

    assert "3 cases wait for somebody" in none
    assert "1 of 3" in three


def test_cases_of_other_brands_are_neither_handed_out_nor_judged() -> None:
    cases = _cases()
    make_brand("Umbra")
    zoe = Client()
    zoe.force_login(make_user("zoe", brand="Umbra", role=Role.OWNER))

    page = _said(zoe, "/triage/batch")
    answer = zoe.post("/triage/verdict", {"case": cases[0], "act": "close:spam"})

    assert "Nothing waits for somebody." in page
    assert answer.status_code == 404


def test_a_viewer_is_handed_nothing() -> None:
    assert signed_in("vera", role=Role.VIEWER).get("/triage").status_code == 403


@pytest.mark.parametrize("cases", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    cases: int, django_assert_num_queries: Queries
) -> None:
    _cases(cases)
    ada = _ada()
    _said(ada, "/triage/batch")

    with django_assert_num_queries(6):  # who 3, batch 1, case 1, notices 1
        ada.get("/triage")


def test_an_agent_gives_cases_to_nobody_else_here_either() -> None:
    cases, ada = _cases(1), _ada()
    make_user("bob")

    answer = ada.post("/triage/verdict", {"case": cases[0], "act": "assign:bob"})

    assert answer.status_code == 403
    assert models.Case.objects.get().owner is None
