"""Acts on the cases picked in the list."""

import pytest
from django.test import Client
from tests.builders import make_post
from tests.desk.steps import imported
from tests.people import make_brand, make_user, signed_in
from tests.web.conftest import MISSING

from answerback.desk import models
from answerback.domain.records.role import Role


def _cases(count: int = 2) -> list[int]:
    imported(*(make_post(str(n), author=f"a{n}") for n in range(count)))
    return sorted(models.Case.objects.values_list("pk", flat=True))


def _owners() -> list[str | None]:
    return list(models.Case.objects.order_by("pk").values_list("owner", flat=True))


def test_picked_cases_are_taken_and_the_toast_offers_to_undo() -> None:
    cases, ada = _cases(), signed_in("ada", role=Role.AGENT)

    page = ada.post("/bulk?owner=nobody", {"case": cases, "act": "assign:me"}).content.decode()

    bulk = models.Bulk.objects.get()
    assert _owners() == ["ada", "ada"]
    assert "2 cases given to @ada" in page
    assert f'hx-post="/bulk/{bulk.pk}/undo"' in page
    assert page.count("gone") == 2  # they are nobody's no longer
    assert MISSING not in page

    ada.post(f"/bulk/{bulk.pk}/undo")

    assert _owners() == [None, None]


def test_an_agent_gives_no_cases_to_others_and_a_lead_does() -> None:
    cases = _cases()
    agent, lead = signed_in("ada", role=Role.AGENT), signed_in("cleo", role=Role.LEAD)
    wish = {"case": cases, "act": "assign:ada"}

    refused = lead.post("/bulk", {**wish, "act": "assign:ada"})
    given = agent.post("/bulk", {"case": cases, "act": "assign:cleo"})

    assert refused.status_code == 200
    assert "which does not reach so far (assign)" in given.content.decode()
    assert _owners() == ["ada", "ada"]


def test_cases_of_other_brands_are_not_touched_and_not_spoken_of() -> None:
    cases = _cases()
    make_brand("Umbra")
    zoe = Client()
    zoe.force_login(make_user("zoe", brand="Umbra", role=Role.OWNER))

    answer = zoe.post("/bulk", {"case": cases, "act": "close:spam"})

    assert answer.status_code == 409
    assert "No case is picked" in answer.content.decode()
    assert set(models.Case.objects.values_list("state", flat=True)) == {"new"}


def test_the_act_of_another_is_not_there_to_be_undone() -> None:
    cases = _cases()
    signed_in("ada", role=Role.AGENT).post("/bulk", {"case": cases, "act": "close:spam"})
    bulk = models.Bulk.objects.get()

    answer = signed_in("bob", role=Role.AGENT).post(f"/bulk/{bulk.pk}/undo")

    assert answer.status_code == 404
    assert set(models.Case.objects.values_list("state", flat=True)) == {"closed"}


@pytest.mark.parametrize(
    "act", ["", "burn", "close", "close:joined", "close:joy", "snooze:soon", "snooze:2026-03-03"]
)
def test_what_is_no_act_is_refused(act: str) -> None:
    answer = signed_in("ada", role=Role.AGENT).post("/bulk", {"case": _cases(1), "act": act})

    assert answer.status_code == 400
    assert not models.Bulk.objects.exists()


def test_a_tag_is_put_on_and_a_wrong_one_is_refused_case_by_case() -> None:
    cases, ada = _cases(1), signed_in("ada", role=Role.AGENT)

    ada.post("/bulk", {"case": cases, "act": "tag:", "tag": "Urgent"})
    page = ada.post("/bulk", {"case": cases, "act": "tag:", "tag": ""}).content.decode()

    assert list(models.CaseTag.objects.values_list("tag", flat=True)) == ["urgent"]
    assert "banner danger" in page


def test_a_viewer_may_look_and_not_act() -> None:
    viewer = signed_in("vera", role=Role.VIEWER)

    assert viewer.post("/bulk", {"case": _cases(1), "act": "assign:me"}).status_code == 403
    assert 'class="picked-bar' not in viewer.get("/inbox").content.decode()
