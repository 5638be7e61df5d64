"""The overview, and the posts behind its numbers."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.builders import MONDAY_9, make_post
from tests.desk.steps import imported
from tests.people import make_brand, make_user, signed_in
from tests.web.looking import look

from answerback.channels.inbound import Failure
from answerback.desk import models
from answerback.domain.records.role import Role
from answerback.web.kept import Kept
from answerback.web.moment import PRETENDED_AT

LATER = MONDAY_9 + timedelta(days=9)
LISTS = (
    "/overview/never-answered",
    "/overview/open",
    "/overview/answered?period=all",
    "/overview/stored",
    "/overview/set-aside",
    "/overview/drawn",
    "/overview/failed",
)


def test_the_three_tiles_are_there_with_their_numbers() -> None:
    imported(make_post("1"), Failure(reason="not_json", sentence="It is no JSON."))

    page = look("/overview", at=LATER)

    assert page.status == 200
    assert "Posts lost or repaired 1 of 2 posts fetched could not be read" in page.words
    assert "Filter recall not yet measured" in page.words
    assert "Never answered 1 posts of 7 days or more" in page.words


def test_every_number_leads_to_its_posts() -> None:
    imported(make_post("1"))

    page = look("/overview", at=LATER)

    leads = {link["href"] for link in page.all("a") if "/overview/" in (link["href"] or "")}
    source = models.Source.objects.get().pk
    assert {
        "/overview/never-answered",
        "/overview/answered",
        "/overview/open",
        "/overview/failed",
        f"/overview/stored?source={source}",
        f"/overview/set-aside?source={source}",
        f"/overview/failed?source={source}",
    } <= leads


@pytest.mark.parametrize("address", LISTS)
def test_every_list_can_be_empty(address: str) -> None:
    assert look(address, at=LATER).status == 200


def test_a_list_shows_its_posts_with_a_link_to_their_case() -> None:
    imported(make_post("1", text="@acme my <b>kettle</b> leaks"))
    case = models.Case.objects.get().pk

    page = look("/overview/never-answered", at=LATER)

    assert [link["href"] for link in page.all("a", class_="open")] == [f"/cases/{case}"]
    assert "@acme my <b>kettle</b> leaks" in page.words
    assert page.all("b") == []


def test_a_list_is_cut_into_pages() -> None:
    imported(*(make_post(str(n), author=f"a{n}") for n in range(51)))

    first = look("/overview/never-answered", at=LATER)
    (next_one,) = first.all("a", rel="next")
    second = look(f"/overview/never-answered{next_one['href']}", at=LATER)

    assert (len(first.all("a", class_="open")), len(second.all("a", class_="open"))) == (50, 1)


@pytest.mark.parametrize("after", ["x", "1", "1.2.3", "9" * 50, f"{'9' * 30}.1", "1.²"])
def test_a_mangled_place_is_refused(after: str) -> None:
    assert look(f"/overview/never-answered?after={after}", at=LATER).status == 400


def test_rows_that_could_not_be_read_are_shown_with_the_reason() -> None:
    imported(Failure(reason="not_json", sentence="It is no JSON."))

    assert "It is no JSON." in look("/overview/failed", at=LATER).words


def _bob() -> Client:
    make_brand("Umbra")
    make_user("bob", brand="Umbra", role=Role.OWNER)
    browser = Client()
    browser.force_login(
        models.User.objects.get(handle="bob"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return browser


def test_nothing_of_another_brand_is_told() -> None:
    imported(make_post("1"), Failure(reason="not_json", sentence="It is no JSON."))
    bob = _bob()

    for address in ("/overview", *LISTS):
        page = bob.get(address, **{PRETENDED_AT: LATER}).content.decode()  # type: ignore[arg-type]  # our own key
        assert "leaks" not in page
        assert "no JSON" not in page
        assert "posts.jsonl" not in page


def test_another_brand_and_another_brands_source_are_not_there() -> None:
    imported(make_post("1"))
    bob, source = _bob(), models.Source.objects.get().pk

    answers = [
        bob.get(address).status_code
        for address in (
            "/overview?brand=Acme",
            f"/overview/stored?source={source}",
            f"/overview/failed?source={source + 1}",
        )
    ]

    assert answers == [404, 404, 404]


def test_figures_are_kept_for_a_minute_and_reckoned_anew_after_it() -> None:
    reckoned: list[int] = []
    kept: Kept[int] = Kept(lasts=timedelta(minutes=1))

    def reckon() -> int:
        reckoned.append(1)
        return len(reckoned)

    seen = [
        kept.get("acme", at=MONDAY_9 + timedelta(seconds=after), reckon=reckon)
        for after in (0, 59, 60, 61)
    ]

    assert seen == [1, 1, 2, 2]
    assert kept.get("umbra", at=MONDAY_9, reckon=reckon) == 3


def test_a_viewer_may_look_at_the_overview() -> None:
    imported(make_post("1"))

    assert signed_in("vera", role=Role.VIEWER).get("/overview").status_code == 200
