"""A lead has a reply deleted on its network, from the page of its case."""

from django.test import Client
from tests.desk.live_voice import heard_through, make_account
from tests.desk.replying import DUE, Voice, make_queued
from tests.people import signed_in

from answerback.desk import models
from answerback.desk.operations.send import send_due
from answerback.domain.records.role import Role

BUTTON = "Delete it on its network"


def _sent(channel: str = "bluesky") -> models.Reply:
    reply = make_queued(heard_through(make_account(channel=channel)))
    send_due(at=DUE, senders=Voice())
    return reply


def _page(client: Client, reply: models.Reply) -> str:
    return client.get(f"/cases/{reply.case_id}").content.decode()


def test_a_lead_says_why_and_the_page_says_that_it_goes() -> None:
    reply, lead = _sent(), signed_in("lea", role=Role.LEAD)
    lead.handler.enforce_csrf_checks = True  # as for a browser
    form = _page(lead, reply).partition(BUTTON)[2].partition("</form>")[0]
    token = form.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]

    told = {"reason": "It names somebody.", "csrfmiddlewaretoken": token}
    answer = lead.post(f"/replies/{reply.pk}/removal", told)

    assert answer.status_code == 302
    page = _page(lead, reply)
    assert "being deleted on its network, as @lea wants" in page
    assert BUTTON not in page


def test_why_it_could_not_go_stands_beside_it() -> None:
    reply, lead = _sent(), signed_in("lea", role=Role.LEAD)
    lead.post(f"/replies/{reply.pk}/removal", {"reason": "It names somebody."})
    models.Removal.objects.update(due_at=None, failure="Nobody deletes here.")

    assert "Nobody deletes here." in _page(lead, reply)
    assert BUTTON in _page(lead, reply)


def test_agents_have_no_such_button_and_mail_cannot_be_unsaid() -> None:
    reply, agent = _sent(), signed_in("ada", role=Role.AGENT)

    assert BUTTON not in _page(agent, reply)
    assert agent.post(f"/replies/{reply.pk}/removal", {"reason": "No."}).status_code == 403


def test_where_nothing_can_be_taken_away_none_is_offered() -> None:
    reply, lead = _sent("email"), signed_in("lea", role=Role.LEAD)

    assert BUTTON not in _page(lead, reply)
    assert lead.post(f"/replies/{reply.pk}/removal", {"reason": "No."}).status_code == 409
