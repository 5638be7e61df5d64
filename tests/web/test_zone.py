"""Moments are told in the time of whoever reads them."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone
from tests.builders import NEXT_DAY, make_post
from tests.desk.steps import imported

from answerback.desk import models
from answerback.web.moment import PRETENDED_AT


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Europe/Berlin", "Mon 2 Mar, 12:00 CET"),  # due at eleven in UTC
        ("Asia/Kolkata", "Mon 2 Mar, 16:30 IST"),
        ("../../etc/passwd", "Mon 2 Mar, 11:00 UTC"),
        ("Nowhere/Land", "Mon 2 Mar, 11:00 UTC"),
        ("", "Mon 2 Mar, 11:00 UTC"),
    ],
)
def test_a_deadline_is_told_in_the_browsers_time_and_names_it(
    client: Client, zone: str, told: str
) -> None:
    imported(make_post("1"))
    if zone:
        client.cookies["zone"] = zone

    page = client.get(f"/cases/{models.Case.objects.get().pk}").content.decode()

    assert told in page
    assert timezone.get_current_timezone_name() == "UTC"  # the next request begins anew


def test_a_moment_typed_into_a_form_is_in_the_browsers_time(client: Client) -> None:
    imported(make_post("1"))
    case = models.Case.objects.get()
    client.cookies["zone"] = "Europe/Berlin"

    client.post(
        f"/cases/{case.pk}/snooze",
        {"moment": "2026-03-10T09:00"},
        **{PRETENDED_AT: NEXT_DAY},  # type: ignore[arg-type]  # our own key
    )

    case.refresh_from_db()
    assert case.snoozed_until == datetime(2026, 3, 10, 8, tzinfo=UTC)
