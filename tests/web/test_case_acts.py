"""What one does on the page of a case, and who may."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

import pytest
from django.test import Client
from tests.builders import NEXT_DAY, make_post
from tests.desk.steps import events_of, imported, notices, one_case
from tests.people import make_brand, make_user, signed_in
from tests.web.looking import look

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.snooze_case import snooze_case
from answerback.desk.operations.watch_case import watch_case
from answerback.domain.records.role import Role
from answerback.web.moment import PRETENDED_AT

NOW = NEXT_DAY + timedelta(hours=1)
#: Every POST of the page, and what it says.
ACTS: dict[str, dict[str, str]] = {
    "reading": {},
    "ownership": {},
    "return": {},
    "transfer/new": {"queue": "sales"},
    "escalation": {},
    "snooze": {"until": "2026-03-04T09:00:00+00:00"},
    "waking": {},
    "closure": {"reason": "spam"},
    "reopening": {},
    "tags": {"tag": "vip"},
    "notes": {"text": "The valve, again."},
    "watch": {},
    "posts/{post}/correction": {"part": "kind", "said": "question"},
}
Told = Mapping[str, str]
NOTHING: Told = MappingProxyType({})
#: Every GET of the page.
SIGHTS = (
    "",
    "/parts",
    "/conversation",
    "/events",
    "/posts/{post}",
    "/posts/{post}/words",
)


def _do(
    client: Client, case: models.Case, act: str, *, htmx: bool = False, told: Told = NOTHING
) -> tuple[int, str]:
    address = f"/cases/{case.pk}/{act.format(post=case.leading_id)}"
    answer = client.post(
        address,
        {**ACTS[act], **told},
        headers={"HX-Request": "true"} if htmx else {},
        **{PRETENDED_AT: NOW},  # type: ignore[arg-type]  # our own key
    )
    case.refresh_from_db()
    return answer.status_code, answer.content.decode()


def _see(client: Client, address: str, *, at: datetime = NOW) -> int:
    return client.get(address, **{PRETENDED_AT: at}).status_code  # type: ignore[arg-type]  # our own key


def test_an_agent_takes_a_case_and_it_is_theirs() -> None:
    case = one_case()

    status, _ = _do(signed_in("bob", role=Role.AGENT), case, "ownership")

    assert (status, case.owner, case.state) == (302, "bob", "assigned")
    assert case.assigned_why == ["@bob took it."]


def test_a_case_that_somebody_has_is_taken_over_only_on_purpose() -> None:
    case = one_case()
    make_user("ada")
    assign_case(case_id=case.pk, to="ada", by="ada", at=NEXT_DAY)
    bob = signed_in("bob", role=Role.AGENT)

    status, page = _do(bob, case, "ownership")
    assert (status, case.owner) == (409, "ada")
    assert "@ada has this case" in page

    status, _ = _do(bob, case, "ownership", told={"over": "1"})
    assert (status, case.owner) == (302, "bob")


def test_ones_own_case_is_given_to_a_colleague_who_is_told() -> None:
    case = one_case()
    make_user("ada")
    bob = signed_in("bob", role=Role.AGENT)
    _do(bob, case, "ownership")

    _do(bob, case, "ownership", told={"to": "ada", "over": "1"})

    assert case.owner == "ada"
    assert notices() == [("ada", "assigned", "bob")]


def test_only_leads_give_away_what_is_not_theirs() -> None:
    case = one_case()
    make_user("ada")

    status, _ = _do(signed_in("bob", role=Role.AGENT), case, "ownership", told={"to": "ada"})
    assert (status, case.owner) == (403, None)

    status, _ = _do(signed_in("cleo", role=Role.LEAD), case, "ownership", told={"to": "ada"})
    assert (status, case.owner) == (302, "ada")


def test_one_works_through_the_cases_in_their_order_and_misses_none() -> None:
    texts = ("@acme it burns", "@acme it leaks", "@acme it leaks", "@acme where", "@acme it leaks")
    posts = [make_post(str(n), author=f"a{n}", text=text) for n, text in enumerate(texts)]
    imported(*posts)
    first, second, third, last, asleep = (
        models.Case.objects.get(author_key=f"a{n}") for n in (0, 1, 2, 3, 4)
    )
    snooze_case(case_id=asleep.pk, until=NOW + timedelta(hours=5), by="bob", at=NEXT_DAY)
    make_user("ada")
    assign_case(case_id=third.pk, to="ada", by="ada", at=NEXT_DAY)
    bob = signed_in("bob", role=Role.AGENT)

    def following(case: models.Case) -> str:
        answer = bob.get(f"/cases/{case.pk}/next", **{PRETENDED_AT: NOW})  # type: ignore[arg-type]  # our own key
        return answer.headers["Location"]

    assert following(first) == f"/cases/{second.pk}"
    assert following(second) == f"/cases/{last.pk}"
    assert following(last) == f"/cases/{first.pk}"
    models.Case.objects.exclude(pk=first.pk).update(owner="ada", state="assigned")
    assert following(first) == "/inbox"


def test_every_act_takes_effect() -> None:
    case = one_case()
    client = signed_in("bob", role=Role.AGENT)

    for act in ("ownership", "return", "transfer/new", "snooze", "waking", "escalation", "tags"):
        assert _do(client, case, act)[0] == 302
    for act in ("notes", "watch", "posts/{post}/correction", "closure", "reopening"):
        assert _do(client, case, act)[0] == 302

    assert events_of(case) == [
        "case_assigned" if name == "take" else name
        for name in (
            "case_moved",
            "take",
            "case_given_back",
            "case_transferred",
            "case_snoozed",
            "case_woken",
            "case_escalated",
            "case_tagged",
            "note_added",
            "watch_begun",
            "reading_corrected",
            "case_closed",
            "case_reopened",
        )
    ]
    assert (case.state, case.owner, case.queue) == ("assigned", "bob", "escalations")


def test_an_act_answers_htmx_with_the_page_as_it_is_now() -> None:
    case = one_case()

    status, parts = _do(signed_in("bob", role=Role.AGENT), case, "ownership", htmx=True)

    assert status == 200
    assert parts.lstrip().startswith('<section id="conversation"')
    assert "@bob took the case" in parts
    for part in ("case-head", "about", "case-dialogs"):
        assert f'id="{part}" ' in parts
    assert "textarea" not in parts.split('id="case-dialogs"')[0]  # nobody's draft is touched


def test_a_refusal_goes_to_its_own_place_and_changes_nothing() -> None:
    case = one_case()

    status, parts = _do(
        signed_in("bob", role=Role.AGENT), case, "closure", htmx=True, told={"reason": "answered"}
    )

    assert (status, case.state) == (409, "new")
    assert "Nobody has answered this case yet" in parts


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("closure", {"reason": "bored"}),
        ("closure", {"reason": ""}),
        ("snooze", {"until": "soon"}),
        ("snooze", {"until": "9999-12-31T23:59:59-23:00"}),
        ("posts/{post}/correction", {"part": "smell"}),
    ],
)
def test_a_form_that_cannot_be_meant_is_refused(act: str, told: dict[str, str]) -> None:
    case = one_case()

    status, _ = _do(signed_in("bob", role=Role.AGENT), case, act, told=told)

    assert (status, events_of(case)) == (400, [])


@pytest.mark.parametrize("act", ACTS)
def test_a_viewer_sees_the_case_and_can_do_nothing(act: str) -> None:
    case = one_case()
    vera = signed_in("vera", role=Role.VIEWER)

    status, _ = _do(vera, case, act)

    assert (status, events_of(case)) == (403, [])


@pytest.mark.parametrize("sight", SIGHTS)
def test_a_viewer_sees_everything(sight: str) -> None:
    case = one_case()
    vera = signed_in("vera", role=Role.VIEWER)

    address = f"/cases/{case.pk}{sight.format(post=case.leading_id)}"

    assert _see(vera, address) == 200
    assert events_of(case) == []  # a GET changes nothing


def test_a_viewers_page_offers_nothing() -> None:
    case = one_case()
    page = signed_in("vera", role=Role.VIEWER).get(f"/cases/{case.pk}").content.decode()

    assert 'hx-post="/cases/' not in page
    assert "data-correct" not in page


@pytest.mark.parametrize("act", ACTS)
def test_a_case_of_another_brand_cannot_be_acted_on(act: str) -> None:
    case = one_case()
    make_brand("Umbra")
    make_user("eve", brand="Umbra", role=Role.OWNER)
    eve = Client()
    eve.force_login(
        models.User.objects.get(handle="eve"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )

    status, _ = _do(eve, case, act)

    assert (status, events_of(case)) == (404, [])


@pytest.mark.parametrize("sight", [*SIGHTS, "/transfer"])
def test_a_case_of_another_brand_is_not_there(sight: str) -> None:
    case = one_case()
    make_brand("Umbra")
    eve = Client()
    eve.force_login(
        make_user("eve", brand="Umbra", role=Role.OWNER),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )

    assert _see(eve, f"/cases/{case.pk}{sight.format(post=case.leading_id)}") == 404
    assert _see(eve, f"/cases/{case.pk + 99}{sight.format(post=1)}") == 404


def test_a_post_of_another_conversation_is_not_there() -> None:
    case = one_case()
    imported(make_post("8", author="bob"), fingerprint="more")
    other = models.Post.objects.get(external_id="8").pk

    assert look(f"/cases/{case.pk}/posts/{other}").status == 404
    assert look(f"/cases/{case.pk}/posts/{other}/words").status == 404


def test_opening_a_case_is_kept_once_an_hour_and_accepts_it_for_its_owner() -> None:
    case = one_case()
    bob = signed_in("bob", role=Role.AGENT)
    make_user("ada")
    assign_case(case_id=case.pk, to="bob", by="ada", at=NEXT_DAY)
    watch_case(case_id=case.pk, by="bob", at=NEXT_DAY)

    for _ in range(3):
        assert _do(bob, case, "reading")[0] == 204

    assert events_of(case).count("case_read") == 1
    assert case.accepted_at == NOW
    assert models.Notice.objects.get().read_at == NOW
    last = models.Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    assert models.Watch.objects.get().read_to == last


def test_a_case_that_sleeps_offers_to_wake_it() -> None:
    case = one_case()
    snooze_case(case_id=case.pk, until=NOW + timedelta(hours=5), by="bob", at=NEXT_DAY)

    page = look(f"/cases/{case.pk}", at=NOW)

    assert "asleep until Tue 3 Mar, 15:00" in page.words
    assert "Wake" in page.words
