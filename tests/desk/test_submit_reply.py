"""Sending a draft on its way, and taking it back."""

from datetime import timedelta

import pytest
from tests.builders import NEXT_DAY, make_post
from tests.desk.replying import (
    DUE,
    TEXT,
    Voice,
    events_of,
    make_case,
    make_draft,
    make_queued,
    submit,
)
from tests.desk.steps import imported
from tests.people import make_user

from answerback.desk import models
from answerback.desk.operations.assign_case import AlreadyTaken
from answerback.desk.operations.cancel_reply import TooLate, cancel_reply
from answerback.desk.operations.check_reply import CannotSubmit, EtiquetteObjects
from answerback.desk.operations.close_case import close_case
from answerback.desk.operations.guard_send import SomebodyPosted
from answerback.desk.operations.lock_case import CaseIsClosed
from answerback.desk.operations.move_cases import Move, ReplyOnItsWay, move_cases
from answerback.desk.operations.overrule_finding import CannotOverrule, overrule_finding
from answerback.desk.operations.save_draft import DraftMoved, Typed, save_draft
from answerback.desk.operations.send import send_due
from answerback.desk.operations.submit_reply import submit_reply
from answerback.domain.records.case import CaseState, CloseReason
from answerback.domain.records.reply import Check, ReplyState

DECLINE = "We cannot refund this."


def test_who_answers_a_case_that_nobody_has_owns_it() -> None:
    case = make_case()

    reply = make_queued(case)

    case.refresh_from_db()
    assert (case.owner, case.state) == ("bob", "assigned")
    assert (reply.state, reply.send_after) == ("queued", DUE)
    assert [(one.version, one.text, one.by) for one in models.ReplyText.objects.all()] == [
        (1, TEXT, "bob")
    ]


def test_undo_gives_the_text_back_and_nothing_goes_out() -> None:
    reply = make_queued(make_case())

    cancel_reply(reply_id=reply.pk, by="bob", at=NEXT_DAY)

    reply.refresh_from_db()
    assert (reply.state, reply.text, reply.send_after) == ("draft", TEXT, None)
    voice = Voice()
    assert send_due(at=DUE + timedelta(hours=1), senders=voice) is False
    assert voice.calls == 0


def test_what_is_sent_cannot_be_taken_back() -> None:
    reply = make_queued(make_case())
    send_due(at=DUE, senders=Voice())

    with pytest.raises(TooLate, match="'sent'"):
        cancel_reply(reply_id=reply.pk, by="bob", at=DUE)


def test_a_person_may_choose_how_long_they_can_undo() -> None:
    case = make_case()
    draft = make_draft(case)
    models.User.objects.filter(handle="bob").update(undo_seconds=30)

    submit(draft)

    draft.refresh_from_db()
    assert draft.send_after == NEXT_DAY + timedelta(seconds=30)


@pytest.mark.parametrize("author", ["ada", "zoe", "acme"])
def test_nobody_sends_past_a_post_they_have_not_seen(author: str) -> None:
    draft = make_draft(make_case())
    imported(make_post("2", author=author, in_reply_to="1"), fingerprint="more")

    with pytest.raises(SomebodyPosted, match=f"@{author} posted here") as refused:
        submit(draft)

    assert [post.external_id for post in refused.value.posts] == ["2"]
    draft.refresh_from_db()
    assert (draft.state, draft.text) == ("draft", TEXT)


def test_having_seen_it_one_sends_again() -> None:
    case = make_case()
    draft = make_draft(case)
    imported(make_post("2", in_reply_to="1"), fingerprint="more")

    again = make_draft(case, version=draft.version)

    assert submit(again) is ReplyState.QUEUED


def test_a_second_agent_is_refused_and_keeps_their_draft() -> None:
    case = make_case()
    hers = make_draft(case, by="cleo", text="Cleo's words to Ada, kept.")
    make_queued(case, by="bob")

    with pytest.raises(CannotSubmit, match="A reply of @bob is on its way"):
        submit(hers)
    send_due(at=DUE, senders=Voice())
    with pytest.raises(SomebodyPosted, match="@acme posted here"):
        submit(hers)

    hers.refresh_from_db()
    assert (hers.state, hers.text) == ("draft", "Cleo's words to Ada, kept.")


def test_only_its_owner_answers_a_case() -> None:
    case = make_case()
    make_queued(case, by="bob")
    cancel_reply(reply_id=models.Reply.objects.get().pk, by="bob", at=NEXT_DAY)

    with pytest.raises(AlreadyTaken, match="@bob has this case"):
        submit(make_draft(case, by="cleo"))


def test_a_case_is_not_closed_or_given_back_while_a_reply_goes_out() -> None:
    case = make_case()
    make_queued(case)

    for move in (
        Move(to=CaseState.CLOSED, close_reason=CloseReason.SPAM),
        Move(to=CaseState.NEW),
    ):
        with pytest.raises(ReplyOnItsWay, match="A reply of @bob is on its way"):
            move_cases(case_ids=[case.pk], move=move, by="bob", at=NEXT_DAY)

    case.refresh_from_db()
    assert case.state == "assigned"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("  ", "the reply is empty"),
        ("Dear {name}, your parcel left.", "The blank '{name}' is not filled in"),
    ],
)
def test_what_is_not_ready_does_not_go(text: str, refusal: str) -> None:
    draft = make_draft(make_case(), text=text)

    with pytest.raises(CannotSubmit, match=refusal):
        submit(draft)

    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_text_is_as_long_as_its_network_takes() -> None:
    imported(make_post("1", channel="bluesky"))
    draft = make_draft(models.Case.objects.get(), text="é" * 301)

    with pytest.raises(CannotSubmit, match="1 characters too long: bluesky takes 300"):
        submit(draft)


def test_etiquette_asks_once_and_the_overruling_is_kept() -> None:
    draft = make_draft(make_case(), text=DECLINE)

    with pytest.raises(EtiquetteObjects, match="If it is right all the same"):
        submit(draft)
    overrule_finding(reply_id=draft.pk, check=Check.DECLINE, by="bob", at=NEXT_DAY)

    assert submit(draft) is ReplyState.QUEUED
    draft.refresh_from_db()
    ((kept,)) = draft.overruled
    assert (kept["check"], kept["by"]) == ("decline", "bob")


def test_what_blocks_cannot_be_overruled() -> None:
    draft = make_draft(make_case(), text="Your card 4111 1111 1111 1111 was charged.")

    with pytest.raises(CannotOverrule, match="This cannot be overruled"):
        overrule_finding(reply_id=draft.pk, check=Check.PRIVACY, by="bob", at=NEXT_DAY)
    with pytest.raises(EtiquetteObjects):
        submit(draft)


def test_a_draft_that_moved_on_is_not_submitted_as_it_was() -> None:
    case = make_case()
    draft = make_draft(case)
    typed = Typed(text="Other words", version=1, seen=draft.seen)
    save_draft(case_id=case.pk, by="bob", typed=typed, at=NEXT_DAY)

    with pytest.raises(DraftMoved):
        submit(draft)


def test_the_same_words_to_many_people_are_noticed() -> None:
    text = "We are sorry to hear about your kettle, a new one leaves our house today for you."
    for number in range(4):
        imported(make_post(str(number), author=f"a{number}"), fingerprint=str(number))
    cases = list(models.Case.objects.order_by("pk"))
    for case in cases[:3]:
        draft = make_draft(case, text=text)
        if models.Reply.objects.filter(state="sent").exists():
            overrule_finding(reply_id=draft.pk, check=Check.REPETITION, by="bob", at=NEXT_DAY)
        submit(draft)
        send_due(at=DUE, senders=Voice())
        models.Reply.objects.filter(pk=draft.pk).update(sent_at=NEXT_DAY)

    with pytest.raises(EtiquetteObjects, match="went to 3 other people"):
        submit(make_draft(cases[3], text=text))


def test_submitting_twice_submits_once() -> None:
    reply = make_queued(make_case())
    make_user("bob")

    with pytest.raises(CannotSubmit, match="submitted already"):
        submit_reply(reply_id=reply.pk, version=reply.version, by="bob", at=NEXT_DAY)

    assert events_of(models.Case.objects.get()) == ["reply_queued"]


def test_who_closed_a_case_meanwhile_is_not_answered_past() -> None:
    case = make_case()
    draft = make_draft(case)
    close_case(case_id=case.pk, reason=CloseReason.SPAM, by="cleo", at=NEXT_DAY)

    with pytest.raises(CaseIsClosed, match="closed .spam.. Reopen it before it can be answered"):
        submit(draft)

    draft.refresh_from_db()
    assert (draft.state, draft.text) == ("draft", TEXT)
