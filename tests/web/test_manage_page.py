import pytest
from django.test import Client
from tests.people import make_brand, signed_in
from tests.web.looking import Page

from answerback.domain.records.role import Role


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
