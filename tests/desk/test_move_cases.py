import pytest
from tests.builders import NEXT_DAY, make_post
from tests.desk.steps import imported

from answerback.desk import models
from answerback.desk.operations.move_cases import CloseNeedsReason, Move, move_cases
from answerback.domain.records.case import CaseState, CloseReason, MoveNotAllowed

SPAM = Move(to=CaseState.CLOSED, close_reason=CloseReason.SPAM)


def two_cases() -> list[int]:
    imported(make_post("1"), make_post("2", author="bob"))
    return list(models.Case.objects.order_by("pk").values_list("pk", flat=True))


def test_a_move_changes_every_case_and_writes_an_event_for_each() -> None:
    ids = two_cases()

    move_cases(case_ids=ids, move=SPAM, by="ada", at=NEXT_DAY)

    closed = models.Case.objects.order_by("pk").values_list("state", "close_reason", "closed_at")
    assert list(closed) == [("closed", "spam", NEXT_DAY)] * 2
    events = models.Event.objects.filter(what="case_closed").order_by("pk")
    assert [(event.case_id, event.by, event.particulars) for event in events] == [
        (pk, "ada", {"from": "new", "to": "closed", "reason": "spam"}) for pk in ids
    ]


def test_a_refused_move_changes_no_case_at_all() -> None:
    ids = two_cases()
    move_cases(case_ids=ids[1:], move=SPAM, by=None, at=NEXT_DAY)
    before = models.Event.objects.count()

    with pytest.raises(MoveNotAllowed, match="'closed' cannot become 'closed'"):
        move_cases(case_ids=ids, move=SPAM, by=None, at=NEXT_DAY)

    states = models.Case.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["new", "closed"]
    assert models.Event.objects.count() == before


def test_closing_needs_a_reason_and_nothing_else_has_one() -> None:
    with pytest.raises(CloseNeedsReason, match="Closing needs one"):
        Move(to=CaseState.CLOSED)
    with pytest.raises(CloseNeedsReason, match="any other move none"):
        Move(to=CaseState.NEW, close_reason=CloseReason.SPAM)


def test_a_case_whose_author_writes_again_is_reopened_to_its_queue() -> None:
    imported(make_post("1", conversation_id="c"), make_post("9", author="bob"))
    move = Move(to=CaseState.CLOSED, close_reason=CloseReason.NO_ANSWER_NEEDED)
    case = models.Case.objects.get(author_key="ada")
    move_cases(case_ids=[case.pk], move=move, by="ada", at=NEXT_DAY)

    imported(make_post("2", conversation_id="c"), fingerprint="next file")

    case.refresh_from_db()
    assert (case.state, case.closed_at, case.close_reason) == ("new", None, None)
    assert models.Case.objects.count() == 2
