"""Brands and policies on their pages: what is typed is never lost, and a fault has its place."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.builders import MONDAY_9, make_post
from tests.desk.steps import imported
from tests.people import make_brand, make_user, signed_in
from tests.web.looking import Page

from answerback.desk import models
from answerback.desk.operations.change_policy import change_policy
from answerback.desk.operations.found_brand import found_brand
from answerback.desk.queries.brand_texts import newest_texts
from answerback.domain.records.role import Role

ACME = 'name = "Acme"\nhandles = ["acme"]\n\n[hours]  # ours\nalways = true\n'
QUICK = '[kinds.complaint]\ntarget = "30m"\n'


def acme() -> int:
    make_user("olga", role=None)
    return found_brand(text=ACME, by="olga", at=MONDAY_9)


def ask(client: Client, address: str, **told: object) -> Page:
    answer = client.post(address, told) if told else client.get(address)
    if answer.status_code == 302:
        answer = client.get(answer["Location"])
    return Page(status=answer.status_code, source=answer.content.decode())


def test_a_policy_is_saved_and_its_versions_are_listed() -> None:
    brand_id = acme()
    client = signed_in()

    before = ask(client, f"/manage/policies/{brand_id}")
    ask(client, f"/manage/policies/{brand_id}/versions", text=QUICK, note="spring", based_on=0)
    page = ask(client, "/manage/policies")  # of one brand alone: at once

    assert "None yet: the house's own policy holds." in before.words
    assert newest_texts(brand_id=brand_id).policy == QUICK
    assert ("spring" in page.words, "@olga" in page.words, "holds" in page.words) == (
        True,
        True,
        True,
    )
    assert "The posts are heard and planned anew" not in before.words


def test_a_policy_that_cannot_be_read_is_shown_again_with_its_line_and_nothing_is_lost() -> None:
    brand_id = acme()
    typed = "# mine\n[kinds.complaint]\ntarget = 7\n"

    answer = signed_in().post(
        f"/manage/policies/{brand_id}/versions", {"text": typed, "note": "spring", "based_on": 0}
    )

    page = Page(status=answer.status_code, source=answer.content.decode())
    assert page.status == 409
    assert "policy, line 3, key 'kinds.complaint.target': 7 is not a length of time" in (
        " ".join(page.words.split())
    )
    (area,) = page.all("textarea", id="text")
    assert (area["data-line"], area["aria-invalid"]) == ("3", "true")
    assert typed in answer.content.decode()
    assert page.all("input", id="note")[0]["value"] == "spring"
    assert not models.BrandText.objects.filter(what="policy").exists()


def test_who_saves_on_top_of_another_keeps_what_was_typed_and_may_save_again() -> None:
    brand_id = acme()
    change_policy(brand_id=brand_id, text="# bob's\n", by="bob", at=MONDAY_9)
    client = signed_in()
    address = f"/manage/policies/{brand_id}/versions"

    page = ask(client, address, text=QUICK, note="", based_on=0)
    ask(
        client,
        address,
        text=QUICK,
        note="",
        based_on=page.all("input", name="based_on")[0]["value"],
    )

    assert "@bob saved version 1" in page.words
    assert newest_texts(brand_id=brand_id).policy == QUICK


def test_what_if_shows_what_would_move_and_keeps_nothing() -> None:
    imported(make_post("1"), make_post("2", author="eve", text="@acme where is it"))
    brand = make_brand()
    page = ask(
        signed_in(),
        f"/manage/policies/{brand.pk}/trials",
        text="[kinds.complaint]\ntarget = '5m'\n",
        note="",
        based_on=0,
    )

    assert page.status == 200
    assert "Tried on 2 posts, 2 Mar 2026 to 2 Mar 2026. Nothing was saved." in page.words
    assert "2 deadlines move: 2 sooner (half of them by 1 hour, 55 minutes or more)" in page.words
    assert page.all("textarea", id="text")
    assert not models.BrandText.objects.exists()


def test_what_if_of_a_text_that_cannot_be_read_says_where() -> None:
    brand_id = acme()

    page = ask(
        signed_in(), f"/manage/policies/{brand_id}/trials", text="[kinds", note="", based_on=0
    )

    assert (page.status, "this is not TOML" in page.words) == (409, True)


def test_two_versions_are_compared_and_one_goes_back_by_a_new_one() -> None:
    brand_id = acme()
    for text in (QUICK, QUICK.replace("30m", "45m")):
        change_policy(brand_id=brand_id, text=text, by="olga", at=MONDAY_9)
    client = signed_in()

    page = ask(client, f"/manage/policies/{brand_id}/versions/1")
    house = ask(client, f"/manage/policies/{brand_id}/versions/0")
    client.post(f"/manage/policies/{brand_id}/versions/1/return")

    assert (len(page.all("del")), len(page.all("ins"))) == (1, 1)
    assert "Who gets an answer, by when" in house.words
    held = newest_texts(brand_id=brand_id)
    assert (held.policy, held.policy_number) == (QUICK, 3)
    assert models.BrandText.objects.get(what="policy", number=3).note == "back to version 1"


def test_a_brand_is_made_by_fields_and_belongs_to_its_maker() -> None:
    make_brand("Other")
    client = signed_in()

    page = ask(
        client,
        "/manage/brands",
        name="Acme",
        handles="@acme, acme_help",
        query='kettle AND "tea"',
        languages="en, de",
        rivals="",
        about="",
    )

    brand = models.Brand.objects.get(name="Acme")
    assert (page.status, brand.handles) == (200, ["acme", "acme_help"])
    assert newest_texts(brand_id=brand.pk).brand == (
        "# What each key means: docs/reference/brand-file.md.\n\n"
        'name = "Acme"\nhandles = ["@acme", "acme_help"]\n'
        'query = "kettle AND \\"tea\\""\nlanguages = ["en", "de"]\n'
    )
    assert models.Membership.objects.get(brand=brand).user.handle == "olga"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("query", "kettle AND (", "it cannot be understood"),
        ("languages", "english", "is not a language code"),
        ("name", "", "this key is missing"),
    ],
)
def test_a_field_that_is_wrong_has_its_fault_beside_it_and_all_stays_typed(
    field: str, value: str, says: str
) -> None:
    make_brand("Other")
    typed = {"name": "Acme", "handles": "acme", "query": "kettle", "languages": "en", field: value}

    answer = signed_in().post("/manage/brands", typed)

    page = Page(status=answer.status_code, source=answer.content.decode())
    assert page.status == 409
    (fault,) = page.all("ul", class_="errorlist")
    assert fault["id"] == f"new_{field}_error"
    assert says in page.words
    assert page.all("input", id="new_handles")[0]["value"] == "acme"
    assert not models.Brand.objects.filter(name="Acme").exists()


def test_fields_change_their_keys_and_leave_the_rest_of_the_text() -> None:
    brand_id = acme()

    ask(
        signed_in(),
        f"/manage/brands/{brand_id}/fields",
        handles="acme, acme_uk",
        query="kettle",
        based_on=1,
    )

    assert newest_texts(brand_id=brand_id).brand == ACME.replace(
        '["acme"]\n', '["acme", "acme_uk"]\nquery = "kettle"\n'
    )


def test_a_field_of_a_brand_that_is_wrong_loses_nothing() -> None:
    brand_id = acme()

    page = ask(
        signed_in(),
        f"/manage/brands/{brand_id}/fields",
        handles="acme, acme uk",
        query="kettle",
        based_on=1,
    )

    assert page.status == 409
    assert [one["id"] for one in page.all("ul", class_="errorlist")] == ["brand_handles_error"]
    assert page.all("input", id="brand_handles")[0]["value"] == "acme, acme uk"


@pytest.mark.parametrize(
    "address",
    [
        "/manage/policies/{}",
        "/manage/brands/{}",
        "/manage/policies/{}/versions/0",
        "/manage/brands/{}/versions/1",
    ],
)
def test_a_brand_of_others_is_not_there_and_ones_own_needs_the_right(address: str) -> None:
    brand_id = acme()
    make_brand("Other")
    stranger, lead = make_user("eve", role=Role.OWNER, brand="Other"), "lea"
    client = Client()
    client.force_login(stranger, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get(address.format(brand_id)).status_code == 404
    assert client.post(address.format(brand_id) + "/versions", {"text": ""}).status_code in (
        404,
        405,
    )
    make_user(lead, role=Role.LEAD)
    assert signed_in(lead, role=Role.LEAD).get(address.format(brand_id)).status_code == 403


def test_what_a_stranger_typed_into_a_text_stays_words() -> None:
    brand_id = acme()
    evil = '# </textarea><script>alert(1)</script>\n[kinds."<img src=x onerror=alert(1)>"]\n'

    page = ask(
        signed_in(), f"/manage/policies/{brand_id}/versions", text=evil, note=evil, based_on=0
    )

    assert page.all("img", src="x") == []
    assert all("src" in script for script in page.all("script"))


def test_trying_takes_the_month_up_to_the_newest_post() -> None:
    old = MONDAY_9 - timedelta(days=31)
    imported(make_post("1"), make_post("2", author="eve", created_at=old))

    page = ask(
        signed_in(), f"/manage/policies/{make_brand().pk}/trials", text="", note="", based_on=0
    )

    assert "Tried on 1 post," in page.words


def test_a_policy_of_a_brand_without_its_text_says_when_it_holds() -> None:
    brand = make_brand()

    page = ask(signed_in(), f"/manage/policies/{brand.pk}")
    own = ask(signed_in(), f"/manage/policies/{acme_with_targets()}")

    assert "A policy that you save holds from the next import on" in page.words
    assert "The brand's own text says more about targets.complaint, hours" in own.words


def acme_with_targets() -> int:
    make_user("olga", role=None)
    text = ACME.replace('"Acme"', '"Quill"') + '[targets]\ncomplaint = "1h"\n'
    return found_brand(text=text, by="olga", at=MONDAY_9)


@pytest.mark.parametrize("versions", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    versions: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    brand_id = acme()
    for number in range(versions):
        change_policy(brand_id=brand_id, text=f"# {number}\n", by="olga", at=MONDAY_9)
    client = signed_in()

    with django_assert_num_queries(
        8
    ):  # session, user, seats, notices; texts twice, versions, heard
        client.get(f"/manage/policies/{brand_id}")


def test_a_text_that_this_version_cannot_read_any_more_is_mended_on_its_page() -> None:
    brand = make_brand()
    old = 'name = "Acme"\nhandles = ["acme"]\nold_key = 1\n'
    models.BrandText.objects.create(
        brand=brand, what="brand", number=1, text=old, at=MONDAY_9, by=None
    )
    client = signed_in()

    pages = [ask(client, f"/manage/{what}/{brand.pk}") for what in ("brands", "policies")]
    mended = ask(client, f"/manage/brands/{brand.pk}/versions", text=ACME, note="", based_on=1)

    assert [page.status for page in (*pages, mended)] == [200, 200, 200]
    assert "old_key = 1" in pages[0].words
    assert newest_texts(brand_id=brand.pk).brand == ACME
