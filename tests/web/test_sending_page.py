"""A desk that may be a copy says so on every page, and an owner says that it is not."""

from django.test import Client
from tests.builders import MONDAY_9
from tests.desk.replying import make_case, make_queued
from tests.people import signed_in
from tests.web.looking import Page

from answerback.desk import models
from answerback.desk.operations.stand_guard import stand_guard
from answerback.domain.records.role import Role

BANNER = "Nothing is sent from here."


def _copied() -> None:
    stand_guard(at=MONDAY_9)
    models.Installation.objects.update(place="elsewhere")
    stand_guard(at=MONDAY_9)


def _page(client: Client, address: str) -> Page:
    answer = client.get(address)
    return Page(status=answer.status_code, source=answer.content.decode())


def test_no_page_speaks_of_copies_where_there_is_no_doubt() -> None:
    client = signed_in("ada", role=Role.AGENT)
    stand_guard(at=MONDAY_9)

    assert BANNER not in _page(client, "/inbox").source
    assert "Replies go out from here." in _page(client, "/manage/sending").source


def test_every_page_of_a_possible_copy_says_so_and_leads_to_what_to_do() -> None:
    client = signed_in("ada", role=Role.AGENT)
    _copied()

    page = _page(client, "/inbox")

    assert BANNER in page.source
    assert 'href="/manage/sending"' in page.source


def test_an_agent_reads_why_and_only_an_owner_can_say_that_it_is_the_only_copy() -> None:
    make_queued(make_case())
    _copied()
    agent, owner = signed_in("ada", role=Role.AGENT), signed_in("olga", role=Role.OWNER)

    seen = _page(agent, "/manage/sending").source
    assert "restored, copied or moved" in seen
    assert "1 reply waits here." in seen
    assert "This is the only copy" not in seen
    assert agent.post("/manage/sending/resumption").status_code == 403

    assert "This is the only copy: send again" in _page(owner, "/manage/sending").source
    assert owner.post("/manage/sending/resumption").status_code == 302
    assert models.Installation.objects.get().sends is True
    assert owner.post("/manage/sending/resumption").status_code == 409
