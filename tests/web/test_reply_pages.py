"""The pages of writing, approving, macros, undo and what nobody can tell."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from tests.builders import NEXT_DAY, make_post
from tests.desk.replying import TEXT, make_case, make_draft, make_queued, newest, submit
from tests.desk.steps import imported
from tests.people import make_user, signed_in

from answerback.desk import models
from answerback.desk.operations.close_case import close_case
from answerback.domain.records.case import CloseReason
from answerback.domain.records.role import Role
from answerback.web.moment import PRETENDED_AT

HTMX = {"HX-Request": "true"}
WHEN = {PRETENDED_AT: NEXT_DAY}


def get(client: Client, address: str, *, htmx: bool = False) -> str:
    answer = client.get(address, headers=HTMX if htmx else {}, **WHEN)  # type: ignore[arg-type]
    page = answer.content.decode()
    assert answer.status_code == 200, page
    assert "MISSING-IN-TEMPLATE" not in page
    return page


def post(client: Client, address: str, *, htmx: bool = True, **fields: Any) -> tuple[int, str]:
    told = {"headers": HTMX if htmx else {}, **WHEN}
    answer = client.post(address, fields, **told)  # type: ignore[arg-type]
    page = answer.content.decode()
    assert "MISSING-IN-TEMPLATE" not in page
    return answer.status_code, page


def make_waiting() -> models.Reply:
    case = make_case()
    make_user("olga", role=Role.OWNER)
    reply = make_draft(case, by="ada", role=Role.AGENT)
    models.User.objects.filter(handle="ada").update(joined_at=NEXT_DAY)
    submit(reply)
    reply.refresh_from_db()
    return reply


def test_what_stands_beside_a_text_comes_with_every_save() -> None:
    case, client = make_case(), signed_in()

    _, page = post(client, f"/cases/{case.pk}/draft", text="We cannot refund this.", seen=newest())

    assert 'data-version="1"' in page
    assert "It is right all the same" in page
    assert "22 characters" in page


def test_the_writer_overrules_with_one_press() -> None:
    case, client = make_case(), signed_in()
    post(client, f"/cases/{case.pk}/draft", text="We cannot refund this.", seen=newest())
    reply = models.Reply.objects.get()

    status, page = post(client, f"/replies/{reply.pk}/overruling", check="decline")

    assert (status, "Overruled." in page) == (200, True)
    assert post(client, f"/replies/{reply.pk}/overruling", check="beauty")[0] == 400


def test_new_posts_stand_above_ones_own_text_and_sending_again_is_having_seen_them() -> None:
    case, client = make_case(), signed_in()
    seen = newest()
    imported(make_post("2", author="zoe", in_reply_to="1", text="me too"), fingerprint="more")

    status, page = post(client, f"/cases/{case.pk}/reply", text=TEXT, seen=seen)

    assert status == 409
    assert "@zoe posted here while you were writing" in page
    assert "me too" in page
    assert f">{TEXT}</textarea>" in page
    assert f'name="seen" value="{newest()}"' in page
    assert "Send anyway" in page
    status, page = post(client, f"/cases/{case.pk}/reply", text=TEXT, version=1, seen=newest())
    assert (status, "about to be sent" in page) == (200, True)


def test_two_tabs_get_both_texts() -> None:
    case, client = make_case(), signed_in()
    post(client, f"/cases/{case.pk}/draft", text="Dear Ada", seen=newest())
    post(client, f"/cases/{case.pk}/draft", text="Dear Ada,", version=1, seen=newest())

    status, page = post(client, f"/cases/{case.pk}/draft", text="Hello", version=1)

    assert status == 409
    assert "Dear Ada," in page
    assert ">Hello</textarea>" in page
    assert 'name="version" value="2"' in page


def test_a_queued_reply_counts_down_and_is_taken_back() -> None:
    case, client = make_case(), signed_in()
    post(client, f"/cases/{case.pk}/reply", text=TEXT, seen=newest())
    reply = models.Reply.objects.get()

    page = get(client, f"/cases/{case.pk}/composer", htmx=True)
    assert 'data-countdown="15"' in page
    assert "load delay:16s" in page
    status, page = post(client, f"/replies/{reply.pk}/cancellation")

    assert (status, f">{TEXT}</textarea>" in page) == (200, True)


def test_an_agent_does_not_take_back_what_others_wrote_and_a_lead_does() -> None:
    reply = make_queued(make_case())

    assert post(signed_in("ada", role=Role.AGENT), f"/replies/{reply.pk}/cancellation")[0] == 403
    assert post(signed_in("lea", role=Role.LEAD), f"/replies/{reply.pk}/cancellation")[0] == 200


@pytest.mark.parametrize("htmx", [False, True])
def test_an_approver_reads_changes_and_says_yes(*, htmx: bool) -> None:
    reply, client = make_waiting(), signed_in()

    assert TEXT in get(client, "/approvals")
    page = get(client, f"/replies/{reply.pk}/approval")
    assert "Its writer joined less than 14 days ago." in page
    told = {"text": f"{TEXT} Promised.", "version": 1, "seen": newest()}
    status, _ = post(client, f"/replies/{reply.pk}/approval", htmx=htmx, **told)

    assert status == (200 if htmx else 302)
    reply.refresh_from_db()
    assert (reply.state, reply.approved_by, reply.version) == ("queued", "olga", 2)


def test_an_approver_of_an_older_text_sees_the_new_one() -> None:
    reply, client = make_waiting(), signed_in()
    post(client, f"/replies/{reply.pk}/text", text="Newer words.", version=1)

    told: dict[str, Any] = {"version": 1, "seen": newest(), "text": "My own words."}
    status, page = post(client, f"/replies/{reply.pk}/approval", **told)

    assert status == 409
    assert ">Newer words.</textarea>" in page
    assert ">My own words.</p>" in page
    assert "<ins>Newer words.</ins>" in page
    reply.refresh_from_db()
    assert reply.state == "awaiting_approval"


def test_a_reply_is_sent_back_with_its_note() -> None:
    reply, client = make_waiting(), signed_in()

    status, _ = post(
        client, f"/replies/{reply.pk}/return", htmx=False, version=1, note="Say <b>when</b>."
    )

    assert status == 302
    page = get(signed_in("ada", role=Role.AGENT), f"/cases/{reply.case_id}/composer")
    assert "Say &lt;b&gt;when&lt;/b&gt;." in page


def test_nobody_finds_a_yes_to_their_own() -> None:
    reply = make_waiting()
    ada = signed_in("ada", role=Role.AGENT)
    assert ada.get("/approvals", **WHEN).status_code == 403  # type: ignore[arg-type]
    models.Membership.objects.filter(user__handle="ada").update(role=Role.APPROVER)

    assert TEXT not in get(ada, "/approvals")
    assert "Approve and send" not in get(ada, f"/replies/{reply.pk}/approval")
    status, page = post(ada, f"/replies/{reply.pk}/approval", version=1, seen=newest())

    assert (status, "Nobody approves their own" in page) == (409, True)


def test_the_case_shows_the_approver_what_waits() -> None:
    reply, client = make_waiting(), signed_in()

    page = get(client, f"/cases/{reply.case_id}")

    assert "Approve and send" in page
    assert "Keep the change" in page


def test_a_person_says_what_they_saw_on_the_network() -> None:
    reply, client = make_queued(make_case()), signed_in()
    models.Reply.objects.update(state="unknown", failure="Nobody answered.")
    assert "It is not there" in get(client, f"/cases/{reply.case_id}/composer")

    status, _ = post(client, f"/replies/{reply.pk}/settlement", is_there="yes", external_id="77")

    reply.refresh_from_db()
    assert (status, reply.state, reply.external_id) == (200, "sent", "77")


def test_to_say_nothing_of_what_one_saw_is_no_no() -> None:
    reply, client = make_queued(make_case()), signed_in()
    models.Reply.objects.update(state="unknown")

    status, _ = post(client, f"/replies/{reply.pk}/settlement", external_id="77")

    reply.refresh_from_db()
    assert (status, reply.state) == (400, "unknown")


def test_what_a_browser_keeps_of_a_draft_is_kept_for_its_writer_alone() -> None:
    case = make_case()

    assert 'data-by="olga"' in get(signed_in(), f"/cases/{case.pk}/composer")


def test_somebody_chooses_how_long_they_can_undo() -> None:
    make_case()
    client = signed_in()

    assert post(client, "/replies/undo-time", seconds=30)[0] == 204
    assert post(client, "/replies/undo-time", seconds=31)[0] == 409

    assert models.User.objects.get(handle="olga").undo_seconds == 30


def test_the_composer_asks_the_same_number_of_questions(
    django_assert_num_queries: object,
) -> None:
    case, client = make_case(), signed_in()
    post(client, f"/cases/{case.pk}/draft", text=TEXT, seen=newest())
    get(client, f"/cases/{case.pk}/composer", htmx=True)
    for number in (2, 3, 4):
        with django_assert_num_queries(11):  # type: ignore[operator]  # a fixture of pytest-django
            get(client, f"/cases/{case.pk}/composer", htmx=True)
        imported(make_post(str(number), in_reply_to="1"), fingerprint=str(number))


def test_a_closed_case_says_that_it_is_reopened_first_and_keeps_the_draft() -> None:
    case = make_case()
    make_draft(case, by="olga", role=Role.OWNER)
    close_case(case_id=case.pk, reason=CloseReason.SPAM, by="olga", at=NEXT_DAY)

    page = get(signed_in(), f"/cases/{case.pk}/composer")

    assert "Reopen it to answer" in page
    assert TEXT in page
    assert "<textarea" not in page


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus=alert(1) autofocus='",
    "</textarea><form action=//evil.example><button>",
    "<!-- ]]> &lt;b&gt; <style>*</style>",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_change_no_tag_of_the_pages_of_replying(words: str) -> None:
    harmless, hostile = _all_pages("kind words"), _all_pages(words)

    assert hostile == harmless


def _all_pages(words: str) -> list[list[str]]:
    """Return the tags of every page of replying, with these words in every field."""
    with transaction.atomic():
        tags = [re.findall(r"<[a-z][^>\s]*", page) for page in _shown(words)]
        transaction.set_rollback(True)
    return tags


def _shown(words: str) -> list[str]:
    imported(make_post("1", text=f"@acme it leaks {words}"))
    case = models.Case.objects.get()
    client = signed_in()
    macro = models.Macro.objects.create(
        brand=case.brand,
        name=words,
        text=words,
        actions={"tags": [words], "queue": words},
        by="olga",
        at=NEXT_DAY,
    )
    draft = make_draft(case, by="olga", role=Role.OWNER, text=words)
    after = {"tags": [words], "queue": words}
    models.Reply.objects.filter(pk=draft.pk).update(
        failure=words, sent_back_note=words, after_send=after
    )
    written = [
        get(client, f"/cases/{case.pk}/composer"),
        get(client, f"/cases/{case.pk}/macros", htmx=True),
        get(client, f"/cases/{case.pk}/macros/{macro.pk}", htmx=True),
        get(client, "/manage/macros"),
        get(client, f"/manage/macros/{macro.pk}"),
        post(client, f"/cases/{case.pk}/draft", text=words, version=9, seen=0)[1],
    ]
    models.Reply.objects.filter(pk=draft.pk).update(
        state="awaiting_approval",
        needs_approval=True,
        written_by="ada",
        approval_reasons=[words],
        submitted_at=NEXT_DAY,
    )
    for version in (1, 2):
        models.ReplyText.objects.create(
            reply=draft, version=version, text=f"{words} {version}", by="ada", at=NEXT_DAY
        )
    return [
        *written,
        get(client, f"/cases/{case.pk}/composer"),
        get(client, "/approvals"),
        get(client, f"/replies/{draft.pk}/approval"),
    ]


def test_who_began_before_an_edit_sees_what_was_edited() -> None:
    case, client = make_case(), signed_in("bob", role=Role.LEAD)
    make_draft(case)
    assert "The post was edited" not in get(client, f"/cases/{case.pk}/composer")

    imported(make_post("1", version=2, text="@acme my kettle hums"), fingerprint="edit")

    page = get(client, f"/cases/{case.pk}/composer")
    assert "The post was edited since this reply was begun." in page
    assert "<del>leaks</del><ins>hums</ins>" in page


def test_an_approver_sees_what_was_edited_since() -> None:
    reply = make_waiting()

    imported(make_post("1", version=2, text="@acme my kettle hums"), fingerprint="edit")

    page = get(signed_in("olga"), f"/replies/{reply.pk}/approval")
    assert "<del>leaks</del><ins>hums</ins>" in page
