"""Wrapping a case up, and opening it again."""

import pytest
from tests.builders import LATER, MONDAY_9, NEXT_DAY, make_post
from tests.desk.steps import events_of, imported, notices, one_case
from tests.people import make_user

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.close_case import NotAnswered, NotForPeople, close_case
from answerback.desk.operations.lock_case import CaseIsClosed
from answerback.desk.operations.move_cases import ReplyOnItsWay
from answerback.desk.operations.reopen_case import NotClosed, reopen_case
from answerback.desk.operations.snooze_case import snooze_case
from answerback.desk.operations.watch_case import watch_case
from answerback.domain.records.case import CloseReason
from answerback.domain.records.role import Role

OURS = make_post(
    "9", author="acme", text="@ada sorry", in_reply_to="1", created_at=MONDAY_9 + LATER
)


def test_closing_without_an_answer_keeps_the_reason_the_note_and_the_tags() -> None:
    case = one_case()
    make_user("ada")

    close_case(
        case_id=case.pk,
        reason=CloseReason.NOT_FOR_US,
        by="ada",
        at=NEXT_DAY,
        note="They mean the other Acme.",
        tags=["Other Acme"],
    )

    case.refresh_from_db()
    assert (case.state, case.close_reason, case.closed_at) == ("closed", "not_for_us", NEXT_DAY)
    assert models.Note.objects.get().text == "They mean the other Acme."
    assert models.CaseTag.objects.get().tag == "other-acme"
    assert events_of(case) == ["case_tagged", "note_added", "case_closed"]


def test_a_case_nobody_answered_is_not_closed_as_answered() -> None:
    case = one_case()

    with pytest.raises(NotAnswered, match="another reason: answered_elsewhere, not_for_us"):
        close_case(case_id=case.pk, reason=CloseReason.ANSWERED, by="ada", at=NEXT_DAY)

    case.refresh_from_db()
    assert (case.state, events_of(case)) == ("new", [])


def test_a_case_with_our_answer_is_closed_as_answered() -> None:
    case = one_case()
    make_user("ada")
    assign_case(case_id=case.pk, to="ada", by="ada", at=NEXT_DAY)
    imported(OURS, fingerprint="ours")

    close_case(case_id=case.pk, reason=CloseReason.ANSWERED, by="ada", at=NEXT_DAY)

    case.refresh_from_db()
    assert (case.state, case.close_reason) == ("closed", "answered")


def test_a_case_is_not_closed_while_a_reply_is_on_its_way() -> None:
    case = one_case()
    models.Reply.objects.create(
        case=case, state="queued", written_by="bob", begun_at=NEXT_DAY, changed_at=NEXT_DAY
    )

    with pytest.raises(ReplyOnItsWay, match="A reply of @bob is on its way"):
        close_case(case_id=case.pk, reason=CloseReason.SPAM, by="ada", at=NEXT_DAY, tags=["junk"])

    case.refresh_from_db()
    assert (case.state, models.CaseTag.objects.count(), events_of(case)) == ("new", 0, [])


def test_of_two_who_close_it_the_second_is_told() -> None:
    case = one_case()
    close_case(case_id=case.pk, reason=CloseReason.SPAM, by="ada", at=NEXT_DAY)
    before = events_of(case)

    with pytest.raises(CaseIsClosed, match=r"closed \(spam\). Reopen it"):
        close_case(case_id=case.pk, reason=CloseReason.NOT_FOR_US, by="bob", at=NEXT_DAY)

    case.refresh_from_db()
    assert (case.close_reason, events_of(case)) == ("spam", before)


def test_a_closed_case_sleeps_no_longer_and_its_watchers_are_told() -> None:
    case = one_case()
    make_user("ada")
    make_user("bob")
    watch_case(case_id=case.pk, by="bob", at=NEXT_DAY)
    snooze_case(case_id=case.pk, until=NEXT_DAY + LATER, by="ada", at=NEXT_DAY)

    close_case(case_id=case.pk, reason=CloseReason.SPAM, by="ada", at=NEXT_DAY)

    case.refresh_from_db()
    assert case.snoozed_until is None
    assert notices() == [("bob", "watched", "ada")]


def test_a_reopened_case_goes_back_to_who_had_it() -> None:
    case = one_case()
    make_user("ada")
    assign_case(case_id=case.pk, to="ada", by="ada", at=NEXT_DAY)
    close_case(case_id=case.pk, reason=CloseReason.SPAM, by="ada", at=NEXT_DAY)

    reopen_case(case_id=case.pk, by="bob", at=NEXT_DAY)

    case.refresh_from_db()
    assert (case.state, case.owner, case.close_reason) == ("assigned", "ada", None)
    assert events_of(case)[-1] == "case_reopened"
    assert notices() == [("ada", "watched", "bob")]


@pytest.mark.parametrize("role", [None, Role.VIEWER])
def test_a_reopened_case_whose_owner_works_no_more_goes_to_who_reopens_it(
    role: Role | None,
) -> None:
    case = one_case()
    make_user("ada")
    make_user("bob")
    if role is not None:
        assign_case(case_id=case.pk, to="ada", by="ada", at=NEXT_DAY)
        make_user("ada", role=role)
    close_case(case_id=case.pk, reason=CloseReason.SPAM, by="ada", at=NEXT_DAY)

    reopen_case(case_id=case.pk, by="bob", at=NEXT_DAY)

    case.refresh_from_db()
    assert (case.state, case.owner) == ("assigned", "bob")


def test_an_open_case_is_not_reopened() -> None:
    case = one_case()

    with pytest.raises(NotClosed, match=r"This case is open \(new\)"):
        reopen_case(case_id=case.pk, by="ada", at=NEXT_DAY)

    assert events_of(case) == []


def test_nobody_closes_a_case_as_joined_that_joined_nothing() -> None:
    case = one_case()

    with pytest.raises(NotForPeople, match="happens by itself"):
        close_case(case_id=case.pk, reason=CloseReason.JOINED, by="ada", at=NEXT_DAY)

    case.refresh_from_db()
    assert case.state == "new"
