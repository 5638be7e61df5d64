"""Who works for a brand: seats, invitations, and what nobody may do to themselves."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client
from tests.builders import make_post
from tests.desk.replying import TEXT, make_case, make_queued
from tests.desk.steps import imported
from tests.people import PASSWORD, make_brand, make_user, signed_in
from tests.web.conftest import MISSING
from tests.web.doors import is_in, sign_in, with_password
from tests.web.looking import Page

from answerback.desk import models
from answerback.desk.operations.invite_person import LASTS, hash_of, invite_person
from answerback.domain.records.case import CaseState
from answerback.domain.records.event import EventName
from answerback.domain.records.role import RIGHTS, Right, Role
from answerback.project.clock import now

Queries = Callable[[int], AbstractContextManager[object]]
ADA = {"handle": "ada", "name": "Ada", "password": PASSWORD}
SEATING = {"role": "agent", "skills": "", "languages": "", "capacity": "8"}


def _people(brand: str = "Acme") -> str:
    return f"/manage/people/{make_brand(brand).pk}"


def _invite(browser: Client, *, role: str = "agent") -> str:
    answer = browser.post(f"{_people()}/invitations", {"name": "Ada", "role": role})
    (link,) = re.findall(r'value="http://testserver(/join/[^"]+)"', answer.content.decode())
    return str(link)


def _events() -> list[str]:
    return list(models.Event.objects.order_by("pk").values_list("what", flat=True))


def test_the_page_shows_everybody_of_the_brand_and_nobody_else(client: Client) -> None:
    make_user("ada", role=Role.AGENT)
    make_user("eve", role=Role.AGENT, brand="Umbra")  # noise: could leak
    _invite(client)

    page = client.get("/manage/people", follow=True)

    words = Page(status=page.status_code, source=page.content.decode()).words
    assert ("@ada" in words, "@olga" in words, "@eve" in words) == (True, True, False)
    assert "Invited, and not here yet" in words
    assert MISSING not in page.content.decode()


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    people: int, client: Client, django_assert_num_queries: Queries
) -> None:
    for n in range(people):
        make_user(f"n{n}")
        _invite(client)
    address = _people()

    with django_assert_num_queries(7):  # session, user, seats, notices; three of the page
        client.get(address)


def test_an_invitation_lets_one_person_in_with_its_role_for_its_brand(client: Client) -> None:
    link = _invite(client, role="approver")
    ada, eve = Client(), Client()

    first = ada.post(link, ADA)
    second = eve.post(link, {**ADA, "handle": "eve"})

    assert (first.status_code, second.status_code) == (302, 404)
    assert is_in(ada)
    seat = models.Membership.objects.get(user__handle="ada")
    assert (seat.role, seat.brand.name) == ("approver", "Acme")
    assert not models.User.objects.filter(handle="eve").exists()
    assert _events() == ["person_invited", "member_changed"]


def test_the_link_is_shown_once_and_the_database_knows_only_its_hash(client: Client) -> None:
    link = _invite(client)
    token = link.removeprefix("/join/")

    kept = models.Invitation.objects.get()
    assert kept.token_hash == hash_of(token)
    assert len(token) >= 43  # 256 bits
    assert token not in client.get(_people()).content.decode()
    assert token not in str(list(models.Event.objects.values()))
    assert token not in str(list(models.AuditEntry.objects.values()))


def test_an_invitation_ends_after_three_days() -> None:
    make_user("olga", role=Role.OWNER)
    brand, long_ago = make_brand().pk, now() - LASTS - timedelta(seconds=1)
    token = invite_person(brand_id=brand, role=Role.AGENT, name="Ada", by="olga", at=long_ago)

    assert Client().get(f"/join/{token}").status_code == 404
    assert Client().post(f"/join/{token}", ADA).status_code == 404


def test_a_withdrawn_invitation_opens_nothing(client: Client) -> None:
    link = _invite(client)

    client.post(f"{_people()}/invitations/{models.Invitation.objects.get().pk}/withdrawal")

    assert Client().get(link).status_code == 404


def test_who_is_here_already_comes_in_as_themselves(client: Client) -> None:
    link = _invite(client)
    eve = with_password("eve", role=Role.VIEWER)
    eve.memberships.update(brand=make_brand("Umbra"))
    browser = Client()
    sign_in(browser, "eve")

    answer = browser.post(link)

    assert answer.status_code == 302
    roles = eve.memberships.order_by("brand__name").values_list("brand__name", "role")
    assert list(roles) == [("Acme", "agent"), ("Umbra", "viewer")]


def test_an_invitation_changes_no_seat_that_somebody_has(client: Client) -> None:
    link = _invite(client, role="viewer")

    assert client.post(link).status_code == 409
    assert models.Membership.objects.get(user__handle="olga").role == Role.OWNER


def test_more_than_the_form_asks_is_not_taken(client: Client) -> None:
    link = _invite(client)
    more = {"role": "owner", "brand": "Umbra", "is_active": "", "is_superuser": "on", "id": "1"}

    Client().post(link, {**ADA, **more})

    ada = models.User.objects.get(handle="ada")
    assert ada.memberships.get().role == Role.AGENT
    assert ada.is_active


def test_a_seat_is_changed_with_all_it_holds(client: Client) -> None:
    make_user("ada")
    told = {"role": "lead", "skills": "refunds, lockers,refunds", "languages": "EN,de"}

    client.post(f"{_people()}/ada", {**told, "capacity": "3"})

    seat = models.Membership.objects.get(user__handle="ada")
    assert (seat.role, seat.skills, seat.languages, seat.capacity) == (
        "lead",
        ["refunds", "lockers"],
        ["en", "de"],
        3,
    )
    assert _events() == [EventName.MEMBER_CHANGED]


@pytest.mark.parametrize(
    "wrong", [{"role": "god"}, {"capacity": "-1"}, {"capacity": "1000"}, {"languages": "english"}]
)
def test_a_seat_that_is_none_is_not_taken(wrong: dict[str, str], client: Client) -> None:
    make_user("ada")

    answer = client.post(f"{_people()}/ada", {**SEATING, **wrong})

    assert answer.status_code in {409, 422}
    assert _events() == []


@pytest.mark.parametrize("act", ["", "/removal", "/closure"])
def test_the_last_owner_stays(act: str, client: Client) -> None:
    make_user("bob", role=Role.OWNER).is_active = False
    models.User.objects.filter(handle="bob").update(is_active=False)  # a closed one does not count

    answer = client.post(f"{_people()}/olga{act}", SEATING)

    assert answer.status_code == 409
    assert "last owner" in answer.content.decode()
    assert models.Membership.objects.get(user__handle="olga").role == Role.OWNER
    assert models.User.objects.get(handle="olga").is_active


@pytest.mark.parametrize("role", [role for role in Role if Right.MANAGE not in RIGHTS[role]])
def test_nobody_but_owners_reaches_people(role: Role) -> None:
    make_user("olga", role=Role.OWNER)
    browser, address = signed_in("ada", role=role), _people()

    answers = [
        browser.get("/manage/people"),
        browser.get(address),
        browser.post(f"{address}/ada", {**SEATING, "role": "owner"}),
        browser.post(f"{address}/olga/removal"),
        browser.post(f"{address}/invitations", {"name": "Eve", "role": "owner"}),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert models.Membership.objects.get(user__handle="ada").role == role


def test_an_owner_of_another_brand_finds_nothing(client: Client) -> None:
    make_user("ada", brand="Umbra")
    make_user("olga", role=Role.OWNER)
    foreign = _people("Umbra")

    answers = [
        client.get(foreign),
        client.get(f"{foreign}/ada"),
        client.post(f"{foreign}/ada", SEATING),
        client.post(f"{foreign}/ada/removal"),
        client.post(f"{_people()}/ada/closure"),
        client.post(f"{foreign}/invitations", {"name": "Eve", "role": "owner"}),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert models.User.objects.get(handle="ada").is_active


def test_an_account_that_works_elsewhere_too_is_not_ours_to_close(client: Client) -> None:
    make_user("ada")
    make_user("ada", brand="Umbra")

    answer = client.post(f"{_people()}/ada/closure")

    assert answer.status_code == 409
    assert models.User.objects.get(handle="ada").is_active


@pytest.mark.parametrize("act", ["removal", "closure"])
def test_who_is_sent_away_is_out_at_once_and_their_cases_wait_again(
    act: str, client: Client
) -> None:
    imported(make_post("1"))
    with_password("ada", role=Role.AGENT)
    ada = Client()
    sign_in(ada, "ada")
    models.Case.objects.update(owner="ada", state=CaseState.ASSIGNED)
    assert is_in(ada)

    client.post(f"{_people()}/ada/{act}")

    assert ada.get("/inbox").status_code == 302
    case = models.Case.objects.get()
    assert (case.owner, case.state) == (None, CaseState.NEW)
    assert models.AuditEntry.objects.filter(by="olga").exists()


def test_a_closed_account_can_be_opened_again(client: Client) -> None:
    with_password("ada", role=Role.AGENT)
    client.post(f"{_people()}/ada/closure")

    client.post(f"{_people()}/ada/reopening")

    browser = Client()
    sign_in(browser, "ada")
    assert is_in(browser)


def test_ones_own_account_is_changed_by_oneself_alone(client: Client) -> None:
    more = {"handle": "root", "is_active": "", "role": "owner"}

    client.post("/account/you", {"name": "Olga O.", "language": "de", **more})

    olga = models.User.objects.get(handle="olga")
    assert (olga.name, olga.language, olga.takes_cases) == ("Olga O.", "de", False)
    page = client.get("/account/you")
    assert page.headers["Content-Language"] == "de"
    assert MISSING not in page.content.decode()


@pytest.mark.parametrize("act", ["removal", "closure", ""])
def test_what_somebody_invited_to_ends_with_their_right_to_invite(act: str, client: Client) -> None:
    make_user("eve", role=Role.OWNER)
    invite_person(brand_id=make_brand().pk, role=Role.OWNER, name="Eve again", by="eve", at=now())
    _invite(client)  # noise: of somebody who stays

    client.post(f"{_people()}/eve/{act}".rstrip("/"), {} if act else SEATING)

    assert list(models.Invitation.objects.values_list("by", flat=True)) == ["olga"]


@pytest.mark.parametrize("act", ["removal", "closure"])
def test_what_somebody_sent_away_wrote_goes_out_no_more(act: str, client: Client) -> None:
    case = make_case()
    reply = make_queued(case, by="bob")

    client.post(f"{_people()}/bob/{act}")

    reply.refresh_from_db()
    case.refresh_from_db()
    assert (reply.state, reply.text) == ("draft", TEXT)
    assert (case.state, case.owner) == ("new", None)
