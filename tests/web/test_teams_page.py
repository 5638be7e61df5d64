"""Queues and teams on their page."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.builders import make_post
from tests.desk.steps import imported
from tests.people import make_brand, make_user, signed_in
from tests.web.looking import Page, look

from answerback.desk import models
from answerback.domain.records.role import Role


def post(client: Client, address: str, **told: object) -> Page:
    answer = client.post(address, told)
    if answer.status_code == 302:
        answer = client.get(answer["Location"])
    return Page(status=answer.status_code, source=answer.content.decode())


def test_each_queue_says_what_waits_and_who_takes_it() -> None:
    imported(make_post("1"), make_post("2", author="eve", text="@acme where is it"))
    models.Membership.objects.filter(user=make_user("bob")).update(skills=["repairs"])

    page = look("/manage/teams")

    assert "repairs 1 1 1 @bob" in page.words
    assert "shop 1 1 0 everybody" in page.words
    assert "care 0 0 0 everybody" in page.words  # of the policy, with nothing in it


def test_a_team_is_made_and_changed_and_ended() -> None:
    make_user("bob")
    client = signed_in("lea", role=Role.LEAD)

    made = post(client, "/manage/teams", name="Workshop", queues=["care"], members=["bob"])
    team = models.Team.objects.get()
    changed = post(client, f"/manage/teams/{team.pk}", name="Shop", queues=[], members=["bob"])

    assert made.all("input", name="name")[0]["value"] == "Workshop"
    assert changed.all("input", name="name")[0]["value"] == "Shop"
    assert [one.handle for one in team.members.all()] == ["bob"]
    post(client, f"/manage/teams/{team.pk}/removal")
    assert not models.Team.objects.exists()


@pytest.mark.parametrize("which", ["fresh", "one that is there"])
def test_a_refused_team_keeps_what_was_typed_with_the_fault_beside_it(which: str) -> None:
    fresh = which == "fresh"
    brand = make_brand()
    make_user("bob")
    team = models.Team.objects.create(brand=brand, name="Workshop")
    other = models.Team.objects.create(brand=brand, name="Other")
    number = 0 if fresh else other.pk

    page = post(
        signed_in("lea", role=Role.LEAD),
        "/manage/teams" if fresh else f"/manage/teams/{number}",
        name="Workshop",
        queues=["care", "sales"],
        members=["bob"],
    )

    assert page.status == 409
    (fault,) = page.all("ul", class_="errorlist")
    assert fault["id"] == f"team-{number}-error"
    assert page.all("input", id=f"team-{number}-name")[0]["value"] == "Workshop"
    ticked = [
        one["value"]
        for name in ("queues", "members")
        for one in page.all("input", type="checkbox", name=name)
        if "checked" in one
    ]
    assert ticked == ["care", "sales", "bob"]
    assert (team.queues, models.Team.objects.count()) == ([], 2)


def test_teams_are_for_leads_and_of_ones_own_brands() -> None:
    other = models.Team.objects.create(brand=make_brand("Other"), name="Theirs")
    make_user("lea", role=Role.LEAD)
    lea = Client()
    lea.force_login(
        models.User.objects.get(handle="lea"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )

    assert lea.get("/manage/teams").status_code == 200
    assert lea.get(f"/manage/teams?brand={'9' * 5_000}").status_code == 200
    assert lea.get(f"/manage/teams?brand={other.brand_id}").status_code == 404
    assert lea.post(f"/manage/teams/{other.pk}", {"name": "Mine"}).status_code == 404
    assert lea.post(f"/manage/teams/{other.pk}/removal").status_code == 404
    assert signed_in("ada", role=Role.AGENT).get("/manage/teams").status_code == 403
    assert models.Team.objects.get().name == "Theirs"


@pytest.mark.parametrize("teams", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    teams: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    brand = make_brand()
    for number in range(teams):
        team = models.Team.objects.create(brand=brand, name=f"Team {number}")
        team.members.add(make_user(f"member{number}"))
    client = signed_in()

    with django_assert_num_queries(QUESTIONS):
        client.get("/manage/teams")


#: Session, user, seats, notices; four of people, four of queues, counts, teams, members.
QUESTIONS = 15
