from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.builders import MONDAY_9
from tests.people import make_brand, signed_in
from tests.web.looking import Page

from answerback.desk import models
from answerback.domain.records.role import Role
from answerback.web.moment import PRETENDED_AT


def manage(client: Client) -> Page:
    answer = client.get("/manage")
    return Page(status=answer.status_code, source=answer.content.decode())


def test_manage_leads_to_each_place_that_has_an_address() -> None:
    make_brand()

    page = manage(signed_in())

    (places,) = page.all("ul", class_="places")
    assert places is not None
    assert page.status == 200
    assert page.all("a", href="/manage")[0]["aria-current"] == "page"


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OWNER, 200), (Role.LEAD, 200), (Role.APPROVER, 403), (Role.AGENT, 403)],
)
def test_manage_is_for_those_who_may_give_cases_to_others(role: Role, status: int) -> None:
    make_brand()

    page = manage(signed_in("somebody", role=role))

    assert page.status == status


def test_who_asks_for_a_page_was_here_and_pages_within_a_minute_write_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = signed_in()
    models.User.objects.update(seen_at=None)
    at = MONDAY_9

    client.get("/manage", **{PRETENDED_AT: at})  # type: ignore[arg-type]  # our own key
    with django_assert_num_queries(4):  # session, user, seats, notices
        client.get("/manage", **{PRETENDED_AT: at + timedelta(seconds=50)})  # type: ignore[arg-type]
    first = models.User.objects.get().seen_at
    client.get("/manage", **{PRETENDED_AT: at + timedelta(seconds=61)})  # type: ignore[arg-type]

    assert (first, models.User.objects.get().seen_at) == (at, at + timedelta(seconds=61))
