"""Saved replies: made by leads, previewed whole, filled in by whoever writes."""

from typing import Any

import pytest
from tests.desk.replying import make_case, newest
from tests.people import make_brand, make_user, signed_in
from tests.web.test_reply_pages import get, post

from answerback.desk import models
from answerback.domain.records.role import Role

TEXT = "Dear {name}, your parcel is {tracking number}. {agent} of {brand}"


def make_macro(**told: object) -> models.Macro:
    client = signed_in()
    fields = {
        "brand": models.Brand.objects.get(name="Acme").pk,
        "name": "Parcel",
        "text": TEXT,
        "tags": "parcel, late",
        "snooze_hours": 5,
        **told,
    }
    assert post(client, "/manage/macros", htmx=False, **fields)[0] == 302
    return models.Macro.objects.order_by("-pk")[0]


def test_a_macro_is_made_listed_changed_and_retired() -> None:
    make_brand()
    macro = make_macro()
    client = signed_in()

    page = get(client, "/manage/macros")
    assert "Parcel" in page
    assert "parcel" in page
    assert "Dear {name}" in get(client, f"/manage/macros/{macro.pk}")
    told = {"name": "Letter", "text": "Hello {name}", "snooze_hours": 0, "close": 1}
    assert post(client, f"/manage/macros/{macro.pk}", htmx=False, **told)[0] == 302
    macro.refresh_from_db()
    assert (macro.name, macro.actions) == ("Letter", {"close": True})
    assert post(client, f"/manage/macros/{macro.pk}/retirement", htmx=False)[0] == 302

    assert "Letter" not in get(client, "/manage/macros")
    how = models.Event.objects.filter(what="macro_changed").order_by("pk")
    assert [one.particulars["how"] for one in how] == ["made", "changed", "retired"]


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"text": "Hi {Name}"}, "'{Name}' is no blank"),
        ({"text": "Hi {na me}"}, "Did you mean '{name}'?"),
        ({"text": "Hi {name"}, "A brace stands alone"),
        ({"text": " "}, "A macro needs a text"),
        ({"name": ""}, "A macro needs a name"),
        ({"queue": "nowhere"}, "There is no queue 'nowhere'"),
        ({"close": 1}, "A closed case does not sleep"),
        ({"tags": "a" * 200}, "tag"),
        ({"snooze_hours": 10_000}, "A case sleeps for an hour up to a year"),
    ],
)
def test_what_cannot_be_a_macro_is_refused_in_a_sentence(
    told: dict[str, Any], refusal: str
) -> None:
    brand = make_brand()
    fields: dict[str, Any] = {
        "brand": brand.pk,
        "name": "Parcel",
        "text": TEXT,
        "snooze_hours": 5,
        **told,
    }

    status, page = post(signed_in(), "/manage/macros", **fields)

    assert status == 409
    assert refusal in page.replace("&#x27;", "'")
    assert models.Macro.objects.count() == 0


def test_two_macros_of_a_brand_have_two_names() -> None:
    make_brand()
    make_macro()

    brand = models.Brand.objects.get()
    status, page = post(signed_in(), "/manage/macros", brand=brand.pk, name="Parcel", text="Hi")

    assert (status, "There is a macro" in page) == (409, True)


def test_all_that_a_macro_does_is_shown_before_it_is_used() -> None:
    case = make_case()
    macro = make_macro()
    client = signed_in()

    assert "Parcel" in get(client, f"/cases/{case.pk}/macros", htmx=True)
    page = get(client, f"/cases/{case.pk}/macros/{macro.pk}", htmx=True)

    assert "Dear ada, your parcel is {tracking number}. Olga of Acme" in page
    assert "lets it sleep for 5 hours" in page
    assert page.count("tags the case") == 2
    assert "tracking number</bdi>" in page


def test_a_macro_goes_behind_what_is_written_and_brings_its_effects() -> None:
    case = make_case()
    macro = make_macro()
    blanks: dict[str, Any] = {"blank-0": "JD01"}

    status, page = post(
        signed_in(),
        f"/cases/{case.pk}/macros/{macro.pk}",
        text="Good news!",
        version=0,
        seen=newest(),
        after="wait",
        **blanks,
    )

    assert status == 200
    assert "sleep for 5 hours" in page
    reply = models.Reply.objects.get()
    assert reply.text == "Good news!\n\nDear ada, your parcel is JD01. Olga of Acme"
    assert reply.after_send == {"tags": ["parcel", "late"], "snooze_hours": 5}


def test_a_blank_that_nobody_filled_keeps_the_reply_here() -> None:
    case = make_case()
    macro = make_macro()
    client = signed_in()
    post(client, f"/cases/{case.pk}/macros/{macro.pk}", seen=newest())
    reply = models.Reply.objects.get()

    status, page = post(
        client, f"/cases/{case.pk}/reply", text=reply.text, version=1, seen=newest()
    )

    assert status == 409
    assert "{tracking number}" in page
    assert "is not filled in" in page


def test_macros_of_other_brands_are_not_there() -> None:
    case = make_case()
    make_brand("Umbra")
    make_user("mara", role=Role.OWNER, brand="Umbra")
    macro = make_macro()
    mara = signed_in("mara", role=Role.OWNER)
    models.Membership.objects.filter(user__handle="mara", brand__name="Acme").delete()

    for address in (f"/manage/macros/{macro.pk}", f"/cases/{case.pk}/macros/{macro.pk}"):
        assert mara.get(address).status_code == 404
    assert "Parcel" not in get(mara, "/manage/macros")
    agent = signed_in("ada", role=Role.AGENT)
    assert agent.get("/manage/macros").status_code == 403
