"""A second pair of eyes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.builders import NEXT_DAY, make_post
from tests.desk.replying import (
    TEXT,
    Voice,
    events_of,
    make_case,
    make_draft,
    make_queued,
    newest,
    submit,
)
from tests.desk.steps import imported
from tests.people import make_user

from answerback.desk import models
from answerback.desk.operations.approve_reply import (
    NoteNeeded,
    NotWaiting,
    OwnReply,
    TextMoved,
    approve_reply,
    edit_reply,
    send_back,
)
from answerback.desk.operations.cancel_reply import cancel_reply
from answerback.desk.operations.check_reply import CannotSubmit, EtiquetteObjects
from answerback.desk.operations.guard_send import SomebodyPosted
from answerback.desk.operations.overrule_finding import overrule_finding
from answerback.desk.operations.remind_of_approvals import remind_of_one
from answerback.desk.operations.send import send_due
from answerback.domain.records.reply import Check, ReplyState
from answerback.domain.records.role import Role

LATER = NEXT_DAY + timedelta(minutes=1)


def make_waiting(case: models.Case) -> models.Reply:
    """Return Bob's reply, who is new, that waits for Cleo or Olga."""
    make_user("cleo", role=Role.APPROVER)
    make_user("olga", role=Role.OWNER)
    models.User.objects.update(joined_at=NEXT_DAY)
    reply = make_draft(case, role=Role.AGENT)
    models.User.objects.filter(handle="bob").update(joined_at=NEXT_DAY)
    assert submit(reply) is ReplyState.AWAITING_APPROVAL
    reply.refresh_from_db()
    return reply


def _notices() -> list[tuple[str, str]]:
    rows = models.Notice.objects.order_by("user__handle", "pk")
    return list(rows.values_list("user__handle", "what"))


def test_a_new_agents_reply_waits_and_says_why_and_the_others_are_told() -> None:
    case = make_case()

    reply = make_waiting(case)

    case.refresh_from_db()
    assert (case.state, reply.needs_approval) == ("awaiting_approval", True)
    assert reply.approval_reasons == ["Its writer joined less than 14 days ago."]
    assert _notices() == [("cleo", "approval_asked"), ("olga", "approval_asked")]
    assert send_due(at=LATER, senders=Voice()) is False


def test_a_yes_to_the_version_that_was_read_sends_it() -> None:
    case = make_case()
    reply = make_waiting(case)

    approve_reply(reply_id=reply.pk, version=1, seen=newest(), by="cleo", at=LATER)
    send_due(at=LATER + timedelta(seconds=15), senders=Voice())

    reply.refresh_from_db()
    case.refresh_from_db()
    assert (reply.state, reply.approved_by, reply.approved_version) == ("sent", "cleo", 1)
    assert case.state == "awaiting_author"
    assert events_of(case) == ["reply_submitted", "reply_approved", "reply_sent"]


def test_nobody_approves_their_own_by_any_path() -> None:
    reply = make_waiting(make_case())
    models.Membership.objects.filter(user__handle="bob").update(role=Role.OWNER)

    with pytest.raises(OwnReply, match="Nobody approves their own"):
        approve_reply(reply_id=reply.pk, version=1, seen=newest(), by="bob", at=LATER)
    with pytest.raises(OwnReply, match="Nobody approves their own"):
        send_back(reply_id=reply.pk, version=1, note="No", by="bob", at=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Reply.objects.update(state="queued", approved_by="bob", approved_version=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Reply.objects.update(state="queued")
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Reply.objects.update(state="sending", approved_by="cleo", approved_version=2)

    reply.refresh_from_db()
    assert reply.state == "awaiting_approval"


def test_a_yes_to_an_older_text_is_refused() -> None:
    reply = make_waiting(make_case())
    edit_reply(reply_id=reply.pk, version=1, text="Other words of Bob's.", by="bob", at=LATER)

    with pytest.raises(TextMoved, match="changed while you were reading"):
        approve_reply(reply_id=reply.pk, version=1, seen=newest(), by="cleo", at=LATER)

    reply.refresh_from_db()
    assert (reply.state, reply.approved_by) == ("awaiting_approval", None)


def test_an_approver_edits_and_approves_and_both_texts_are_kept() -> None:
    reply = make_waiting(make_case())
    words = "We are very sorry. A new kettle leaves today."

    version = edit_reply(reply_id=reply.pk, version=1, text=words, by="cleo", at=LATER)
    approve_reply(reply_id=reply.pk, version=version, seen=newest(), by="cleo", at=LATER)

    texts = models.ReplyText.objects.order_by("version").values_list("version", "text", "by")
    assert list(texts) == [(1, TEXT, "bob"), (2, words, "cleo")]
    reply.refresh_from_db()
    assert (reply.written_by, reply.state, reply.text) == ("bob", "queued", words)


def test_a_reply_is_sent_back_with_a_note_and_is_a_draft_again() -> None:
    case = make_case()
    reply = make_waiting(case)

    with pytest.raises(NoteNeeded):
        send_back(reply_id=reply.pk, version=1, note=" ", by="cleo", at=LATER)
    send_back(reply_id=reply.pk, version=1, note="Say when.", by="cleo", at=LATER)

    reply.refresh_from_db()
    case.refresh_from_db()
    assert (reply.state, reply.sent_back_note, case.state) == ("draft", "Say when.", "assigned")
    assert ("bob", "sent_back") in _notices()
    assert events_of(case) == ["reply_submitted", "reply_sent_back"]
    assert submit(reply) is ReplyState.AWAITING_APPROVAL


def test_two_approvers_at_once_have_one_winner() -> None:
    reply = make_waiting(make_case())
    approve_reply(reply_id=reply.pk, version=1, seen=newest(), by="cleo", at=LATER)

    with pytest.raises(NotWaiting, match="'queued' by @cleo"):
        approve_reply(reply_id=reply.pk, version=1, seen=newest(), by="olga", at=LATER)


def test_an_approver_too_is_held_by_a_post_they_have_not_seen() -> None:
    reply = make_waiting(make_case())
    seen = newest()
    imported(make_post("2", author="zoe", in_reply_to="1"), fingerprint="more")

    with pytest.raises(SomebodyPosted, match="@zoe posted"):
        approve_reply(reply_id=reply.pk, version=1, seen=seen, by="cleo", at=LATER)
    approve_reply(reply_id=reply.pk, version=1, seen=newest(), by="cleo", at=LATER)

    reply.refresh_from_db()
    assert reply.state == "queued"


def test_what_is_taken_back_needs_another_yes() -> None:
    reply = make_waiting(make_case())
    approve_reply(reply_id=reply.pk, version=1, seen=newest(), by="cleo", at=LATER)

    cancel_reply(reply_id=reply.pk, by="bob", at=LATER)
    reply.refresh_from_db()

    assert (reply.state, reply.approved_by) == ("draft", None)
    assert submit(reply) is ReplyState.AWAITING_APPROVAL


def test_without_anybody_who_could_approve_it_is_refused_and_not_sent() -> None:
    draft = make_draft(make_case(), role=Role.AGENT)
    models.User.objects.filter(handle="bob").update(joined_at=NEXT_DAY)

    with pytest.raises(CannotSubmit, match="nobody else of 'Acme' may give it"):
        submit(draft)

    draft.refresh_from_db()
    assert draft.state == "draft"


def test_an_agent_who_overrules_etiquette_is_looked_at() -> None:
    make_user("cleo", role=Role.APPROVER)
    draft = make_draft(make_case(), role=Role.AGENT, text="We cannot refund this.")
    long_ago = NEXT_DAY - timedelta(days=100)
    models.User.objects.filter(handle="bob").update(joined_at=long_ago)
    overrule_finding(reply_id=draft.pk, check=Check.DECLINE, by="bob", at=NEXT_DAY)

    submit(draft)

    draft.refresh_from_db()
    assert draft.approval_reasons == ["Its writer overruled what etiquette asked (decline)."]


def test_what_blocks_is_not_approved_either() -> None:
    reply = make_waiting(make_case())
    card = "Your card 4111 1111 1111 1111 was charged."

    with pytest.raises(EtiquetteObjects):
        edit_reply(reply_id=reply.pk, version=1, text=card, by="cleo", at=LATER)

    reply.refresh_from_db()
    assert (reply.text, reply.version) == (TEXT, 1)


def test_leads_are_told_once_of_what_waits_too_long() -> None:
    reply = make_waiting(make_case())
    assert reply.approve_by is not None

    early = remind_of_one(at=reply.approve_by - timedelta(seconds=1))
    told = [remind_of_one(at=reply.approve_by) for _ in range(2)]

    assert (early, told) == (False, [True, False])
    assert [row for row in _notices() if row[1] == "approval_late"] == [("olga", "approval_late")]


def test_a_second_reply_of_the_same_case_waits_too() -> None:
    case = make_case()
    make_queued(case)
    send_due(at=LATER, senders=Voice())
    case.refresh_from_db()
    make_user("cleo", role=Role.APPROVER)
    models.Membership.objects.filter(user__handle="bob").update(role=Role.AGENT)
    models.User.objects.filter(handle="bob").update(joined_at=NEXT_DAY)

    draft = make_draft(case, role=Role.AGENT, text="One more thing.")

    assert submit(draft) is ReplyState.AWAITING_APPROVAL
    case.refresh_from_db()
    assert case.state == "awaiting_approval"
