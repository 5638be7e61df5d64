import pytest

from answerback.domain.records.case import MOVES, CaseState, MoveNotAllowed, check_move


def test_every_state_is_declared_and_can_be_left() -> None:
    assert set(MOVES) == set(CaseState)
    assert all(MOVES[state] for state in CaseState)


def test_no_state_moves_to_itself() -> None:
    assert [state for state in CaseState if state in MOVES[state]] == []


def test_every_state_can_be_reached_from_new() -> None:
    reached = {CaseState.NEW}
    for _ in CaseState:
        reached |= {to for came_from in reached for to in MOVES[came_from]}

    assert reached == set(CaseState)


def test_a_refused_move_says_where_it_could_go() -> None:
    with pytest.raises(
        MoveNotAllowed,
        match="'closed' cannot become 'awaiting_author'; from here it may go to: assigned, new.",
    ):
        check_move(CaseState.CLOSED, CaseState.AWAITING_AUTHOR)


def test_an_allowed_move_says_nothing() -> None:
    check_move(CaseState.NEW, CaseState.ASSIGNED)
