"""A post that is edited while somebody answers it: nothing goes out past the new words."""

import pytest
from tests.builders import LATER, MONDAY_9, NEXT_DAY, make_post
from tests.desk.replying import DUE, Voice, make_case, make_draft, make_queued, newest, submit
from tests.desk.steps import collected, imported
from tests.desk.test_approve_reply import make_waiting

from answerback.desk import models
from answerback.desk.operations.approve_reply import approve_reply
from answerback.desk.operations.guard_send import SomebodyPosted
from answerback.desk.operations.send import send_due

EDIT = make_post("1", version=2, text="@acme my kettle leaks, and it is blue")


def edited(*, sort: bool = True) -> None:
    (imported if sort else collected)(EDIT, fingerprint="edit")


@pytest.mark.parametrize("sort", [True, False])
def test_what_was_written_before_the_edit_is_not_submitted(*, sort: bool) -> None:
    draft = make_draft(make_case())
    edited(sort=sort)

    with pytest.raises(SomebodyPosted, match="@ada edited what they had posted while you"):
        submit(draft)

    draft.refresh_from_db()
    assert draft.state == "draft"


def test_an_edit_that_was_read_is_answered() -> None:
    case = make_case()
    edited()

    make_queued(case)

    reply = models.Reply.objects.get()
    assert (reply.state, reply.in_reply_to and reply.in_reply_to.version) == ("queued", 2)


@pytest.mark.parametrize("sort", [True, False])
def test_a_queued_reply_is_held_back(*, sort: bool) -> None:
    reply = make_queued(make_case())
    voice = Voice()
    edited(sort=sort)

    send_due(at=DUE, senders=voice)

    reply.refresh_from_db()
    assert (reply.state, voice.heard) == ("draft", {})
    assert "@ada edited a post before this was sent" in reply.failure


@pytest.mark.parametrize("sort", [True, False])
def test_an_approver_who_has_not_read_the_edit_does_not_approve(*, sort: bool) -> None:
    reply = make_waiting(make_case())
    seen = newest()
    edited(sort=sort)

    with pytest.raises(SomebodyPosted):
        approve_reply(reply_id=reply.pk, version=reply.version, seen=seen, by="cleo", at=NEXT_DAY)


@pytest.mark.parametrize("sort", [True, False])
def test_an_edit_after_the_approval_holds_the_reply_back(*, sort: bool) -> None:
    reply = make_waiting(make_case())
    approve_reply(reply_id=reply.pk, version=reply.version, seen=newest(), by="cleo", at=NEXT_DAY)
    voice = Voice()
    edited(sort=sort)

    send_due(at=DUE, senders=voice)

    reply.refresh_from_db()
    assert (reply.state, reply.approved_by, voice.heard) == ("draft", None, {})


def test_an_edit_of_the_root_of_a_thread_counts_for_who_answers_below_it() -> None:
    imported(
        make_post("0", author="carl", text="kettles"),
        make_post("1", in_reply_to="0", created_at=MONDAY_9 + LATER),
    )
    reply = make_queued(models.Case.objects.get())
    collected(make_post("0", author="carl", version=2, text="kettles!"), fingerprint="edit")
    voice = Voice()

    send_due(at=DUE, senders=voice)

    reply.refresh_from_db()
    assert (reply.state, voice.heard) == ("draft", {})


def test_a_native_reply_holds_back_what_is_queued() -> None:
    reply = make_queued(make_case())
    voice = Voice()
    ours = make_post(
        "2", author="acme", text="@ada sorry", in_reply_to="1", created_at=MONDAY_9 + LATER
    )
    imported(ours, fingerprint="native")

    send_due(at=DUE, senders=voice)

    reply.refresh_from_db()
    assert (reply.state, voice.heard) == ("draft", {})
    assert "@acme posted" in reply.failure
