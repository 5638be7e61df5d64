"""Giving a case back, sending it elsewhere, and bringing it to the leads."""

import pytest
from tests.builders import NEXT_DAY, make_post
from tests.desk.steps import events_of, imported, notices, one_case
from tests.people import make_user

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.close_case import close_case
from answerback.desk.operations.escalate_case import AlreadyEscalated, escalate_case
from answerback.desk.operations.give_back_case import NobodyHasIt, give_back_case
from answerback.desk.operations.lock_case import CaseIsClosed, NotYours
from answerback.desk.operations.transfer_case import AlreadyThere, NoSuchQueueHere, transfer_case
from answerback.domain.records.case import CloseReason, MoveNotAllowed
from answerback.domain.records.role import Role


def _adas(*, state: str = "assigned") -> models.Case:
    case = one_case(make_post("1", conversation_id="c"))
    make_user("ada")
    make_user("bob")
    assign_case(case_id=case.pk, to="ada", by="ada", at=NEXT_DAY, why=["You took it."])
    models.Case.objects.filter(pk=case.pk).update(state=state)
    case.refresh_from_db()
    return case


def test_who_gives_a_case_back_leaves_it_to_its_queue() -> None:
    case = _adas()

    give_back_case(case_id=case.pk, by="ada", at=NEXT_DAY)

    case.refresh_from_db()
    assert (case.state, case.owner, case.assigned_at, case.assigned_why) == ("new", None, None, [])
    assert events_of(case)[-1] == "case_given_back"


def test_a_case_of_somebody_else_is_not_given_back_but_by_a_lead() -> None:
    case = _adas()
    make_user("cleo", role=Role.LEAD)

    with pytest.raises(NotYours, match="@ada has this case. Only they, a lead"):
        give_back_case(case_id=case.pk, by="bob", at=NEXT_DAY)
    give_back_case(case_id=case.pk, by="cleo", at=NEXT_DAY)

    case.refresh_from_db()
    assert case.owner is None
    assert notices() == [("ada", "watched", "cleo")]


def test_a_case_that_nobody_has_cannot_be_given_back() -> None:
    case = one_case()

    with pytest.raises(NobodyHasIt, match="waits in its queue, 'repairs'"):
        give_back_case(case_id=case.pk, by="ada", at=NEXT_DAY)


def test_a_case_whose_draft_waits_for_approval_is_not_given_back() -> None:
    case = _adas(state="awaiting_approval")

    with pytest.raises(MoveNotAllowed, match="'awaiting_approval' cannot become 'new'"):
        give_back_case(case_id=case.pk, by="ada", at=NEXT_DAY)

    case.refresh_from_db()
    assert (case.state, case.owner) == ("awaiting_approval", "ada")


def test_a_case_sent_to_another_queue_stays_there_when_its_author_writes_again() -> None:
    case = _adas()

    transfer_case(case_id=case.pk, queue="sales", by="ada", at=NEXT_DAY, note="They want to buy.")
    imported(make_post("2", conversation_id="c", text="@acme it burns"), fingerprint="next")

    case.refresh_from_db()
    assert (case.state, case.owner, case.queue, case.kind) == ("new", None, "sales", "complaint")
    assert case.leading.external_id == "2"
    assert events_of(case)[-3:] == ["note_added", "case_transferred", "author_wrote"]
    assert models.Note.objects.get().text == "They want to buy."


def test_a_case_whose_author_has_the_word_keeps_its_owner_in_another_queue() -> None:
    case = _adas(state="awaiting_author")

    transfer_case(case_id=case.pk, queue="sales", by="ada", at=NEXT_DAY)

    case.refresh_from_db()
    assert (case.state, case.owner, case.queue) == ("awaiting_author", "ada", "sales")


def test_a_case_is_not_sent_where_it_is_nor_where_nothing_is() -> None:
    case = _adas()

    with pytest.raises(AlreadyThere, match="in the queue 'repairs' already"):
        transfer_case(case_id=case.pk, queue="repairs", by="ada", at=NEXT_DAY)
    with pytest.raises(NoSuchQueueHere, match="no queue 'moon'. Queues it has: 'care', .*'sales'"):
        transfer_case(case_id=case.pk, queue="moon", by="ada", at=NEXT_DAY)
    with pytest.raises(NotYours, match="@ada has this case"):
        transfer_case(case_id=case.pk, queue="sales", by="bob", at=NEXT_DAY)

    case.refresh_from_db()
    assert (case.queue, case.owner) == ("repairs", "ada")


def test_a_closed_case_is_neither_sent_elsewhere_nor_escalated() -> None:
    case = _adas()
    close_case(case_id=case.pk, reason=CloseReason.SPAM, by="ada", at=NEXT_DAY)

    with pytest.raises(CaseIsClosed, match="Reopen it before it can be sent elsewhere"):
        transfer_case(case_id=case.pk, queue="sales", by="ada", at=NEXT_DAY)
    with pytest.raises(CaseIsClosed, match="Reopen it before it can be escalated"):
        escalate_case(case_id=case.pk, by="ada", at=NEXT_DAY)


def test_an_escalated_case_goes_to_the_policys_queue_and_the_leads_are_told() -> None:
    case = _adas()
    make_user("cleo", role=Role.LEAD)
    make_user("dora", role=Role.LEAD, brand="Umbra")  # noise: could leak

    escalate_case(case_id=case.pk, by="bob", at=NEXT_DAY, note="A lawyer writes.")

    case.refresh_from_db()
    assert (case.queue, case.state, case.owner) == ("escalations", "new", None)
    assert case.escalated_at == NEXT_DAY
    assert events_of(case)[-1] == "case_escalated"
    assert sorted(set(notices())) == [
        ("ada", "escalated", "bob"),
        ("ada", "watched", "bob"),
        ("cleo", "escalated", "bob"),
    ]
    with pytest.raises(AlreadyEscalated, match="'escalations', and the leads know"):
        escalate_case(case_id=case.pk, by="ada", at=NEXT_DAY)
