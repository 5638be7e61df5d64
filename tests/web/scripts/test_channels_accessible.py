"""The pages of channels that stand at no fixed address: axe finds nothing, nothing is cut off."""

from pathlib import Path

import pytest
from django.conf import settings
from tests.builders import MONDAY_9
from tests.channels.tiny import use_tiny
from tests.desk.channels import make_account
from tests.people import signed_in
from tests.web.scripts.conftest import NARROWEST, Seat
from tests.web.scripts.test_accessible import _cut_off, _faults

from answerback.desk import models

LONG = "Averylongnamewithoutanyblank" * 2


@pytest.fixture(autouse=True)
def _tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    use_tiny(monkeypatch)


def _troubled_account() -> str:
    """Return the address of an account to which everything has happened, under a long name."""
    account_id = make_account(LONG, tags=LONG)
    source = models.Source.objects.get(stream="mentions")
    models.Source.objects.filter(pk=source.pk).update(
        failures=3, sentence=f"It said {LONG}.", next_at=MONDAY_9, last_post_at=MONDAY_9, lag=3.0
    )
    for told in ({}, {"repaired_at": MONDAY_9}, {"given_up": LONG}):
        models.Gap.objects.create(
            source=source, kind="stream_broke", sentence=LONG, found_at=MONDAY_9, **told
        )
    models.ChannelAccount.objects.update(
        stopped=f"They refuse {LONG}.", handle=LONG, clock_ahead=999, works=False, tested=LONG
    )
    return f"/manage/channels/{account_id}"


def test_the_pages_of_an_account_are_accessible_in_both_themes_and_fit_on_a_phone(
    seat: Seat,
) -> None:
    there, client = _troubled_account(), signed_in()
    page = seat.open("/patterns", client=client)
    source = models.Source.objects.get(stream="mentions").pk
    found = {}

    for address in (
        there,
        f"{there}/removal",
        "/manage/channels",
        "/manage/channels/new?channel=tiny",
        f"/manage/sources/{source}",
    ):
        page.set_viewport_size({"width": 1280, "height": 844})
        page.emulate_media(color_scheme="light")
        page.goto(address)
        light = _faults(page)
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": NARROWEST, "height": 844})
        found[address] = (light, _faults(page), _cut_off(page))

    assert {address: told for address, told in found.items() if told != ([], [], 0)} == {}


def test_a_channel_is_set_up_by_keys_alone(seat: Seat) -> None:
    make_account()
    page = seat.open("/manage", client=signed_in())

    page.keyboard.press("m")
    page.keyboard.press("c")
    page.wait_for_url("**/manage/channels")
    page.keyboard.press("n")
    page.wait_for_url("**/manage/channels/new")
    page.keyboard.press("1")
    page.wait_for_url("**/manage/channels/new?channel=tiny")
    for name, told in (
        ("name", "Press"),
        ("set-server", "s.example"),
        ("set-password", "hunter22"),
    ):
        page.focus(f"[name={name}]")
        page.keyboard.type(told)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Signed in to tiny.example as @acme.")

    assert models.ChannelAccount.objects.filter(name="Press", works=True).exists()
