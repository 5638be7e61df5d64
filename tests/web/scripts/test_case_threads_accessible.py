"""A case with everything that live networks tell: axe finds nothing, nothing is cut off."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.builders import LATER, MONDAY_9, NEXT_DAY
from tests.desk.hearing import gone, heard, live_account, live_post
from tests.desk.replying import make_draft
from tests.desk.steps import imported, sorted_out
from tests.people import signed_in
from tests.web.scripts.conftest import NARROWEST, Seat
from tests.web.scripts.test_accessible import _cut_off, _faults

from answerback.desk import models
from answerback.desk.operations.join_cases import join_cases
from answerback.domain.records.post import Media, MediaKind, Visibility
from answerback.domain.records.role import Role

LONG = "Averylongnamewithoutanyblank" * 3
#: Where pictures of the pages go, to be looked at; nowhere unless it is set.
_PICTURES = os.environ.get("ANSWERBACK_PICTURES")


def _everything() -> models.Case:
    account = live_account()
    source = models.Source.objects.get(account=account)
    media = tuple(
        Media(kind=kind, url=f"https://files.example/{LONG}", alt=f"A floor, {LONG}")
        for kind in MediaKind
    )
    asked = live_post(
        "2",
        text="@acme my kettle leaks, order AP88217730",
        in_reply_to="1",
        visibility=Visibility.FOLLOWERS,
        media=media,
        details={"quoted": (f"Kettles for life {LONG}",)},
    )
    ours = live_post("3", author="acme", text="@ada sorry", in_reply_to="2")
    taken = live_post("4", author="carl", text="@acme mine, too: leaks", in_reply_to="3")
    later = MONDAY_9 + LATER
    heard(source, asked, replace(ours, created_at=later), replace(taken, created_at=later))
    sorted_out(source.brand_id)
    heard(source, gone("4"))
    case = models.Case.objects.get(author_key="ada")
    heard(
        source, live_post("5", text="@acme it burns", in_reply_to="3", created_at=2 * LATER + later)
    )
    sorted_out(source.brand_id)
    make_draft(case, by="olga", role=Role.OWNER)
    edit = live_post(
        "5", text="@acme it burns now", in_reply_to="3", revision="2", revised_at=NEXT_DAY
    )
    heard(source, replace(edit, created_at=2 * LATER + later))
    mail = live_post("m", author="ada.l@example.org", text="@acme where is it, order AP88217730")
    told = {"channel": "email", "visibility": Visibility.DIRECT, "conversation_id": "m"}
    imported(replace(mail, **told))  # type: ignore[arg-type]
    other = models.Case.objects.get(channel="email")
    join_cases(case_id=case.pk, other_id=other.pk, evidence=LONG, by="olga", at=NEXT_DAY)
    models.ThreadLook.objects.update(wanted_at=None, asked_at=NEXT_DAY, sentence=f"No. {LONG}")
    return case


def _keep_picture(page: Page, name: str) -> None:
    if _PICTURES:
        page.screenshot(path=str(Path(_PICTURES) / f"{name}.png"), full_page=True)


@pytest.mark.slow  # two pages, each looked at twice
def test_a_case_of_a_live_network_is_accessible_and_fits_on_a_phone(seat: Seat) -> None:
    case, client, found = _everything(), signed_in(), {}
    page = seat.open("/patterns", client=client)

    for number, address in enumerate((f"/cases/{case.pk}", f"/cases/{case.pk}/same-person")):
        page.set_viewport_size({"width": 1280, "height": 844})
        page.emulate_media(color_scheme="light")
        page.goto(address)
        _keep_picture(page, f"wide-{number}")
        light = _faults(page)
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": NARROWEST, "height": 844})
        _keep_picture(page, f"narrow-{number}")
        found[address] = (light, _faults(page), _cut_off(page))

    assert {address: told for address, told in found.items() if told != ([], [], 0)} == {}


def test_a_thread_is_fetched_and_cases_are_looked_for_by_keys_alone(seat: Seat) -> None:
    case = _everything()
    models.ThreadLook.objects.all().delete()
    page = seat.open(f"/cases/{case.pk}", client=signed_in())

    page.keyboard.press("F")
    page.wait_for_selector("text=The network is asked for them.")
    page.keyboard.press("P")
    page.wait_for_selector("dialog[open] >> text=The same person elsewhere")

    assert models.ThreadLook.objects.get().wanted_by == "olga"
