"""Saved views: one's own, and those shared with everybody of a brand."""

from django.test import Client
from tests.builders import make_post
from tests.desk.steps import imported
from tests.people import make_brand, make_user, signed_in

from answerback.desk import models
from answerback.domain.records.event import EventName
from answerback.domain.records.role import Role


def _rail(browser: Client, address: str = "/inbox") -> str:
    page = browser.get(address).content.decode()
    return " ".join(page[page.index('id="rail"') : page.index("<main")].split())


def test_a_filter_is_kept_under_a_name_and_leads_back_to_it() -> None:
    imported(make_post("1"))
    ada = signed_in("ada", role=Role.AGENT)

    answer = ada.post("/views?queue=repairs&overdue=1", {"name": " Late  repairs "})

    assert answer.status_code == 302
    assert answer["Location"] == "/inbox?queue=repairs&overdue=1"
    assert "Late repairs" in _rail(ada)
    assert 'href="/inbox?queue=repairs&amp;overdue=1"' in _rail(ada)
    assert "Late repairs" not in _rail(signed_in("bob", role=Role.AGENT))
    assert (
        "<title>Late repairs · Inbox" in ada.get("/inbox?queue=repairs&overdue=1").content.decode()
    )


def test_a_lead_shares_a_view_with_the_brand_and_an_agent_may_not() -> None:
    imported(make_post("1"))
    agent, lead = signed_in("ada", role=Role.AGENT), signed_in("cleo", role=Role.LEAD)
    make_brand("Umbra")
    zoe = Client()
    zoe.force_login(make_user("zoe", brand="Umbra", role=Role.OWNER))

    refused = agent.post("/views?overdue=1", {"name": "Ours", "shared_with": "Acme"})
    foreign = zoe.post("/views?overdue=1", {"name": "Theirs", "shared_with": "Acme"})
    lead.post("/views?queue=repairs", {"name": "Repairs", "shared_with": "Acme"})

    assert (refused.status_code, foreign.status_code) == (403, 404)
    assert "Repairs" in _rail(agent)
    assert "Repairs" not in _rail(zoe)
    assert models.Event.objects.get(what=EventName.VIEW_SHARED).by == "cleo"


def test_only_ones_own_view_is_removed() -> None:
    imported(make_post("1"))
    agent, lead = signed_in("ada", role=Role.AGENT), signed_in("cleo", role=Role.LEAD)
    lead.post("/views?queue=repairs", {"name": "Repairs", "shared_with": "Acme"})
    view = models.View.objects.get()

    answers = [one.post(f"/views/{view.pk}/removal").status_code for one in (agent, lead)]

    assert answers == [404, 302]
    assert not models.View.objects.exists()


def test_a_view_without_a_name_and_one_too_many_are_refused() -> None:
    ada = signed_in("ada", role=Role.AGENT)
    for number in range(40):
        ada.post("/views?overdue=1", {"name": f"View {number}"})

    nameless = ada.post("/views?overdue=1", {"name": "  "})
    one_more = ada.post("/views?overdue=1", {"name": "Another"})
    again = ada.post("/views?snoozed=1", {"name": "View 3"})

    assert [nameless.status_code, one_more.status_code, again.status_code] == [409, 409, 302]
    assert models.View.objects.count() == 40
